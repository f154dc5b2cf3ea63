#include "lsp/transport.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>
#include <fstream>
#include <optional>

#include "lsp/wire.h"
#include "tests/session/memory_transport.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class TransportTest : public testing::Test {
 protected:
  // Starts reading; the result appears later.
  std::shared_ptr<std::optional<Result<Frame>>> start_read(Transport& transport) {
    auto result = std::make_shared<std::optional<Result<Frame>>>();
    asio::co_spawn(loop_, transport.read(), [result](std::exception_ptr e, Result<Frame> r) {
      if (e) std::rethrow_exception(e);
      *result = std::move(r);
    });
    return result;
  }
  Result<Frame> read(Transport& transport) {
    const auto result = start_read(transport);
    run_until(loop_, [&] { return result->has_value(); }, "a frame");
    return **result;
  }
  std::string body(Transport& transport) {
    const Result<Frame> frame = read(transport);
    return frame ? frame->body : "error: " + frame.error().message;
  }

  // What a client sees next: waits until `size` bytes have come.
  std::string receive(int fd, size_t size) {
    std::string got;
    run_until(loop_, [&] {
      std::array<char, 65536> chunk;
      const ssize_t n = recv(fd, chunk.data(), std::min(chunk.size(), size - got.size()), MSG_DONTWAIT);
      if (n > 0) got.append(chunk.data(), static_cast<size_t>(n));
      if (n < 0 && got.size() < size) asio::post(loop_, [] {});  // keeps the loop turning
      return got.size() == size || n == 0;
    }, "bytes from the server");
    return got;
  }
  static void put(int fd, std::string_view bytes) {
    ASSERT_EQ(::write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }

  std::pair<int, std::unique_ptr<Transport>> socket_pair() {
    int fds[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    return {fds[0], *fd_transport(loop_, fds[1], fds[1])};
  }

  asio::io_context loop_;
};

TEST_F(TransportTest, ReadsAndWritesOverASocket) {
  auto [client, server] = socket_pair();
  put(client, frame("one") + frame("two"));
  EXPECT_EQ(body(*server), "one");
  EXPECT_EQ(body(*server), "two");
  server->write("answer");
  server->write("more");
  const std::string want = frame("answer") + frame("more");
  EXPECT_EQ(receive(client, want.size()), want);
  close(client);
  EXPECT_EQ(body(*server), "error: the client closed the connection");
}

TEST_F(TransportTest, ReadsAndWritesOverPipes) {
  int in[2], out[2];
  ASSERT_EQ(pipe(in), 0);
  ASSERT_EQ(pipe(out), 0);
  auto server = *fd_transport(loop_, in[0], out[1]);
  put(in[1], frame("hello"));
  EXPECT_EQ(body(*server), "hello");
  server->write("there");
  loop_.poll();
  std::array<char, 100> got;
  EXPECT_EQ(::read(out[0], got.data(), got.size()), static_cast<ssize_t>(frame("there").size()));
  close(in[1]);
  EXPECT_EQ(read(*server).error().code, Error::Code::io);
  close(out[0]);
}

TEST_F(TransportTest, ReadsAndWritesRegularFiles) {
  const std::string path = testing::TempDir() + fmt::format("fimd-transport-{}", getpid());
  std::ofstream(path + ".in") << frame("a") << frame(std::string(200'000, 'b'));
  {
    auto server = *fd_transport(loop_, open((path + ".in").c_str(), O_RDONLY),
                                open((path + ".out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600));
    EXPECT_EQ(body(*server), "a");
    EXPECT_EQ(body(*server).size(), 200'000u);
    EXPECT_EQ(read(*server).error().code, Error::Code::io);
    server->write(std::string(300'000, 'c'));
    server->write("d");
  }
  loop_.restart();
  loop_.run();
  EXPECT_EQ(std::filesystem::file_size(path + ".out"), frame(std::string(300'000, 'c')).size() + frame("d").size());
  std::filesystem::remove(path + ".in");
  std::filesystem::remove(path + ".out");
}

TEST_F(TransportTest, StampsTheTimeOfTheLastByte) {
  auto [client, server] = socket_pair();
  const std::string bytes = frame("slow");
  put(client, std::string_view(bytes).substr(0, 10));
  const auto result = start_read(*server);
  loop_.poll();
  EXPECT_FALSE(*result);
  const TimePoint before = Clock::now();
  put(client, std::string_view(bytes).substr(10));
  run_until(loop_, [&] { return result->has_value(); }, "a frame");
  EXPECT_GE((**result)->received, before);
  EXPECT_LE((**result)->received, Clock::now());
  close(client);
}

TEST_F(TransportTest, ReadsSingleBytesAndMessagesCutInsideACharacter) {
  auto [client, server] = socket_pair();
  const auto result = start_read(*server);
  for (const char c : frame("\"é𐐀\"")) {
    put(client, std::string_view(&c, 1));
    loop_.restart();
    loop_.poll();
  }
  EXPECT_EQ((**result)->body, "\"é𐐀\"");
  close(client);
}

TEST_F(TransportTest, GoesOnAfterBadHeaders) {
  auto [client, server] = socket_pair();
  put(client, "nonsense\r\n\r\nContent-Length: x\r\n\r\n{}" + frame("good"));
  EXPECT_EQ(body(*server), "good");
  close(client);
}

TEST_F(TransportTest, EndsWhenTheStreamEndsInsideAMessage) {
  auto [client, server] = socket_pair();
  put(client, "Content-Length: 100\r\n\r\n{\"half");
  close(client);
  EXPECT_EQ(body(*server), "error: the client closed the connection");
}

TEST_F(TransportTest, EndsOnAStreamThatIsNoProtocol) {
  auto [client, server] = socket_pair();
  std::string junk;
  for (int i = 0; i < 200; ++i) junk += "Content-Length: x\r\n\r\n";
  put(client, junk);
  EXPECT_THAT(body(*server), HasSubstr("no protocol"));
  close(client);
}

TEST_F(TransportTest, DoesNotBlockOnAClientThatNeverReads) {
  auto [client, server] = socket_pair();
  const std::string big(1u << 20, 'x');
  for (int i = 0; i < 60; ++i) server->write(big);
  loop_.poll();
  put(client, frame("still here"));
  EXPECT_EQ(body(*server), "still here");
  for (int i = 0; i < 10; ++i) server->write(big);
  EXPECT_EQ(read(*server).error().code, Error::Code::io);
  close(client);
}

TEST_F(TransportTest, SurvivesAClientThatIsGone) {
  auto [client, server] = socket_pair();
  close(client);
  server->write("nobody");
  loop_.restart();
  loop_.run();
  server->write("nobody");
  EXPECT_EQ(read(*server).error().code, Error::Code::io);
}

TEST_F(TransportTest, WritesWhatIsQueuedWhenItIsClosed) {
  auto [client, server] = socket_pair();
  const std::string big(3u << 20, 'x');
  server->write(big);
  server->write("last");
  server->close();
  server.reset();
  const std::string want = frame(big) + frame("last");
  EXPECT_EQ(receive(client, want.size()), want);
  EXPECT_EQ(receive(client, 1), "");  // the end of the stream
  close(client);
}

TEST_F(TransportTest, DoesNotWaitForeverForAClientThatNeverReadsWhenItIsClosed) {
  auto [client, server] = socket_pair();
  server->write(std::string(8u << 20, 'x'));
  server.reset();
  loop_.restart();
  loop_.run();  // ends, or the test's own limit strikes
  close(client);
}

TEST_F(TransportTest, EndsAPendingReadWhenItIsClosedOrDestroyed) {
  auto [client, server] = socket_pair();
  const auto first = start_read(*server);
  loop_.poll();
  server->close();
  run_until(loop_, [&] { return first->has_value(); }, "the end of the read");
  EXPECT_EQ((*first)->error().code, Error::Code::io);
  auto [other, second] = socket_pair();
  const auto pending = start_read(*second);
  loop_.poll();
  second.reset();
  run_until(loop_, [&] { return pending->has_value(); }, "the end of the read");
  EXPECT_EQ((*pending)->error().code, Error::Code::io);
  close(client);
  close(other);
}

TEST_F(TransportTest, RefusesDescriptorsThatAreNone) { EXPECT_FALSE(fd_transport(loop_, 9999, 9999)); }

class ListenerTest : public TransportTest {
 protected:
  ListenerTest() { std::filesystem::create_directories(dir_); }
  ~ListenerTest() override { std::filesystem::remove_all(dir_); }

  Result<std::unique_ptr<Listener>> listen(const std::string& where) {
    return Listener::open(loop_, where, [this](std::unique_ptr<Transport> t) { connections_.push_back(std::move(t)); });
  }
  void wait_for_connections(size_t n) {
    run_until(loop_, [&] { return connections_.size() >= n; }, "connections");
  }
  size_t files() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(dir_), {}));
  }

  std::string dir_ = testing::TempDir() + fmt::format("fimd-listener-{}", getpid());
  std::string path_ = dir_ + "/socket";
  std::string where_ = "unix:" + path_;
  std::vector<std::unique_ptr<Transport>> connections_;
};

TEST_F(ListenerTest, ServesAUnixSocketThatOnlyTheOwnerCanUse) {
  const mode_t before = umask(0);
  auto listener = listen(where_);
  umask(before);
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_EQ((*listener)->address(), where_);
  struct stat s {};
  ASSERT_EQ(stat(path_.c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 07777, 0600u);
  const int client = connect_to(where_).value();
  wait_for_connections(1);
  put(client, frame("hi"));
  EXPECT_EQ(body(*connections_[0]), "hi");
  connections_[0]->write("ho");
  EXPECT_EQ(receive(client, frame("ho").size()), frame("ho"));
  close(client);
}

TEST_F(ListenerTest, RemovesItsSocketFile) {
  listen(where_)->reset();
  EXPECT_EQ(files(), 0u);
}

TEST_F(ListenerTest, LeavesASocketFileThatIsNotItsOwn) {
  auto first = listen(where_);
  std::filesystem::remove(path_);
  auto second = listen(where_);
  ASSERT_TRUE(second);
  first->reset();
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(ListenerTest, ReplacesADeadSocketFile) {
  const int dead = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un a{};
  a.sun_family = AF_UNIX;
  path_.copy(a.sun_path, path_.size());
  ASSERT_EQ(bind(dead, reinterpret_cast<sockaddr*>(&a), sizeof a), 0);
  close(dead);
  ASSERT_TRUE(std::filesystem::exists(path_));
  const auto listener = listen(where_);
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_TRUE(connect_to(where_));
}

TEST_F(ListenerTest, RefusesALiveSocketAndAnythingElse) {
  const auto first = listen(where_);
  const auto second = listen(where_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Error::Code::refused);
  std::ofstream(dir_ + "/notes.txt") << "precious";
  EXPECT_EQ(listen("unix:" + dir_ + "/notes.txt").error().code, Error::Code::refused);
  EXPECT_EQ(std::filesystem::file_size(dir_ + "/notes.txt"), 8u);
}

TEST_F(ListenerTest, ServesLoopbackTcpOnAnyPort) {
  for (const std::string host : {"127.0.0.1", "[::1]"}) {
    connections_.clear();
    auto listener = listen(host + ":0");
    if (!listener && host == "[::1]") GTEST_SKIP() << "no IPv6 here: " << listener.error().message;
    ASSERT_TRUE(listener) << listener.error().message;
    EXPECT_THAT((*listener)->address(), testing::StartsWith(host + ":"));
    const int client = connect_to((*listener)->address()).value();
    int on = 0;
    socklen_t size = sizeof on;
    ASSERT_EQ(getsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
    EXPECT_NE(on, 0);
    wait_for_connections(1);
    put(client, frame("hi"));
    EXPECT_EQ(body(*connections_[0]), "hi");
    close(client);
  }
}

TEST_F(ListenerTest, RefusesAddressesThatAreNotOnThisMachine) {
  for (const std::string where : {"0.0.0.0:0", "192.168.1.1:80", "*:80", "[::]:80", "example.com:80", ":80", "80",
                                  "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1", "", "unix:"}) {
    EXPECT_EQ(listen(where).error().code, Error::Code::bad_input) << where;
    EXPECT_EQ(connect_to(where).error().code, Error::Code::bad_input) << where;
  }
  EXPECT_EQ(listen(fmt::format("unix:/{:0>200}", 1)).error().code, Error::Code::bad_input);
}

TEST_F(ListenerTest, SaysWhenNobodyListens) {
  EXPECT_EQ(connect_to(where_).error().code, Error::Code::down);
  const auto listener = listen("127.0.0.1:0");
  const std::string address = (*listener)->address();
  const_cast<std::unique_ptr<Listener>&>(*listener).reset();
  EXPECT_EQ(connect_to(address).error().code, Error::Code::down);
}

TEST_F(ListenerTest, TurnsAwayClientsOverTheLimit) {
  const auto listener = listen(where_);
  std::vector<int> clients;
  for (size_t i = 0; i < kMaxConnections; ++i) {
    clients.push_back(connect_to(where_).value());
    wait_for_connections(i + 1);
  }
  const int extra = connect_to(where_).value();
  EXPECT_EQ(receive(extra, 1), "");
  EXPECT_THAT(connections_, SizeIs(kMaxConnections));
  close(extra);
  connections_.pop_back();  // makes room again
  clients.push_back(connect_to(where_).value());
  wait_for_connections(kMaxConnections);
  for (const int fd : clients) close(fd);
}

TEST_F(ListenerTest, MayBeDestroyedByItsOwnCallback) {
  std::unique_ptr<Listener> listener;
  bool called = false;
  listener = *Listener::open(loop_, where_, [&](std::unique_ptr<Transport>) {
    called = true;
    listener.reset();
  });
  const int client = connect_to(where_).value();
  run_until(loop_, [&] { return called; }, "a connection");
  EXPECT_EQ(listener, nullptr);
  close(client);
}

// The child's stdin is a pipe of the test, its stdout too; what it prints by mistake must not show up there.
TEST_F(TransportTest, KeepsStrayPrintsOutOfTheProtocol) {
  int in[2], out[2];
  ASSERT_EQ(pipe(in), 0);
  ASSERT_EQ(pipe(out), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, 2);
    for (const int fd : {in[0], in[1], out[0], out[1]}) close(fd);
    asio::io_context loop;
    auto server = *stdio_transport(loop);
    asio::co_spawn(loop, server->read(), [&](std::exception_ptr, Result<Frame> f) {
      std::printf("stray\n");
      std::fflush(stdout);
      char c;
      const bool nothing_left = ::read(0, &c, 1) == 0;  // stdin is no way around the transport either
      server->write(f->body + (nothing_left ? "!" : "?"));
    });
    loop.run();
    _exit(0);
  }
  close(in[0]);
  close(out[1]);
  put(in[1], frame("ping"));
  std::string got(100, '\0');
  got.resize(static_cast<size_t>(::read(out[0], got.data(), got.size())));
  EXPECT_EQ(got, frame("ping!"));
  close(in[1]);
  close(out[0]);
}

}  // namespace
}  // namespace fimd::lsp
