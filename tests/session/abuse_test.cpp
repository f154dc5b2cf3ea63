// The abuse list: whatever bytes a client sends, the server answers a request afterwards. From the socket through
// wire, dispatch, protocol and text; no model and no session takes part.
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "context/text.h"
#include "lsp/dispatch.h"
#include "lsp/protocol.h"
#include "lsp/transport.h"
#include "lsp/wire.h"
#include "tests/session/memory_transport.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

// A server that keeps documents and tells their text.
class Server {
 public:
  Server(asio::io_context& loop, int fd)
      : transport_(*fd_transport(loop, fd, fd)), dispatch_([this](std::string body) { transport_->write(std::move(body)); }) {
    dispatch_.request("initialize", [](const json& params, Reply reply) {
      const auto facts = read_initialize(params);
      facts ? reply.ok(json::object()) : reply.fail(RpcCode::invalid_params, facts.error().message);
    });
    dispatch_.request("text", [this](const json& params, Reply reply) {
      const auto uri = read_document_uri(params);
      if (!uri) return reply.fail(RpcCode::invalid_params, uri.error().message);
      const auto it = texts_.find(normal_uri(*uri));
      reply.ok(it == texts_.end() ? json() : json(it->second.utf8));
    });
    dispatch_.request("slow", [this](const json&, Reply reply) { kept_.push_back(std::move(reply)); });
    dispatch_.notification("textDocument/didOpen", [this](const json& params) {
      const auto open = read_did_open(params);
      if (open) texts_[normal_uri(open->uri)] = context::make_text(open->uri, 0, open->languageId, open->text);
    });
    dispatch_.notification("textDocument/didChange", [this](const json& params) {
      const auto change = read_did_change(params);
      const auto it = change ? texts_.find(normal_uri(change->uri)) : texts_.end();
      if (it == texts_.end()) return;
      it->second = context::apply(it->second, change->contentChanges, context::Encoding::utf16).text;
    });
    dispatch_.notification("textDocument/didClose", [this](const json& params) {
      if (const auto uri = read_document_uri(params)) texts_.erase(normal_uri(*uri));
    });
    asio::co_spawn(loop, serve(this), [](std::exception_ptr e) {
      if (e) std::rethrow_exception(e);
    });
  }

  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] int exit_code() const { return dispatch_.exit_code(); }
  Dispatch& dispatch() { return dispatch_; }

 private:
  static asio::awaitable<void> serve(Server* self) {
    while (self->dispatch_.phase() != Dispatch::Phase::ended) {
      Result<Frame> frame = co_await self->transport_->read();
      if (!frame) break;
      self->dispatch_.handle(*std::move(frame));
    }
    self->dispatch_.end();
    self->ended_ = true;
  }

  std::unique_ptr<Transport> transport_;
  std::vector<Reply> kept_;
  Dispatch dispatch_;
  std::map<std::string, context::Text> texts_;
  bool ended_ = false;
};

class AbuseTest : public testing::Test {
 protected:
  AbuseTest() {
    int fds[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    client_ = fds[0];
    server_ = std::make_unique<Server>(loop_, fds[1]);
  }
  ~AbuseTest() override { hang_up(); }

  void hang_up() {
    if (client_ >= 0) close(client_);
    client_ = -1;
  }

  // Sends bytes as they are; the loop runs while the socket is full.
  void bytes(std::string_view data) {
    run_until(loop_, [&] {
      const ssize_t n = ::send(client_, data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0) data.remove_prefix(static_cast<size_t>(n));
      collect();
      if (!data.empty()) asio::post(loop_, [] {});
      return data.empty();
    }, "room in the socket");
  }
  void body(std::string_view text) { bytes(frame(text)); }
  void request(const json& id, const std::string& method, const json& params = json()) {
    body(json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}.dump());
  }
  void notify(const std::string& method, const json& params = json()) {
    body(json{{"jsonrpc", "2.0"}, {"method", method}, {"params", params}}.dump());
  }
  void initialize() {
    request("init", "initialize", json::object());
    EXPECT_TRUE(until("init").contains("result"));
    seen_.clear();
  }
  void open(const std::string& uri, const std::string& text) {
    notify("textDocument/didOpen", {{"textDocument", {{"uri", uri}, {"languageId", ""}, {"text", text}}}});
  }
  void change(const std::string& uri, json changes) {
    notify("textDocument/didChange", {{"textDocument", {{"uri", uri}}}, {"contentChanges", std::move(changes)}});
  }
  json text(const std::string& uri) {
    const std::string id = fmt::format("text-{}", ++asked_);
    request(id, "text", {{"textDocument", {{"uri", uri}}}});
    return until(id).at("result");
  }

  // The answer to a request; earlier messages go to seen_.
  json until(const json& id) {
    json found;
    run_until(loop_, [&] {
      collect();
      while (auto message = reader_.next()) {
        json m = json::parse(*message);
        if (m.at("id") == id) {
          found = std::move(m);
          return true;
        }
        seen_.push_back(std::move(m));
      }
      asio::post(loop_, [] {});
      return false;
    }, "an answer to " + id.dump());
    return found;
  }
  // The error codes that came before the server answered a last request, "ok" for results.
  std::vector<std::string> answers() {
    const json id = fmt::format("ping-{}", ++asked_);
    request(id, "text", {{"textDocument", {{"uri", "none:"}}}});
    until(id);
    std::vector<std::string> out;
    for (const json& m : std::exchange(seen_, {})) {
      out.push_back(m.contains("error") ? fmt::format("{} {}", m["id"].dump(), m["error"]["code"].dump())
                                        : fmt::format("{} ok", m["id"].dump()));
    }
    return out;
  }
  void run_to_end() {
    run_until(loop_, [&] {
      asio::post(loop_, [] {});
      return server_->ended();
    }, "the end of the server");
  }

  void collect() {
    std::array<char, 65536> chunk;
    for (ssize_t n = 0; (n = recv(client_, chunk.data(), chunk.size(), MSG_DONTWAIT)) > 0;) {
      reader_.feed(std::string_view(chunk.data(), static_cast<size_t>(n)));
    }
  }

  asio::io_context loop_;
  int client_ = -1;
  std::unique_ptr<Server> server_;
  FrameReader reader_;
  std::vector<json> seen_;
  int asked_ = 0;
};

TEST_F(AbuseTest, SurvivesEveryBadFrame) {
  initialize();
  for (const char* bad : {
           "Content-Length: 2\n\n{}", "content-length: 2\r\n\r\n{}", "Content-Length: 9\r\nContent-Length: 2\r\n\r\n{}",
           "Content-Length: 5\r\n\r\n{\"id\":1,\"method\":\"x\"}", "Content-Length: -4\r\n\r\n", "Content-Length:\r\n\r\n",
           "\r\n\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "Content-Length: 1e3\r\n\r\n{}",
           "Content-Length: 0\r\n\r\n", "Content-Type: x; charset=latin1\r\nContent-Length: 2\r\n\r\n{}",
       }) {
    bytes(bad);
    answers();  // throws when the server is gone
  }
  std::string all(256, '\0');
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i);
  for (int i = 0; i < 50; ++i) bytes(all);
  answers();
}

TEST_F(AbuseTest, RefusesEveryBodyThatIsNoMessage) {
  initialize();
  for (const char* bad : {"null", "[]", "1", "\"x\"", "{}", "[{}]", R"({"jsonrpc":"2.0","id":{},"method":"text"})"}) {
    body(bad);
    EXPECT_THAT(answers(), ElementsAre("null -32600")) << bad;
  }
  for (const std::string& bad : {std::string(), std::string("{"), std::string("\xFF\xFE"), std::string(2000, '[')}) {
    body(bad);
    EXPECT_THAT(answers(), ElementsAre("null -32700"));
  }
}

TEST_F(AbuseTest, AnswersEveryIdOnceAndInItsType) {
  initialize();
  for (const char* id : {"0", "-1", "2147483648", "1", "\"1\""}) request(json::parse(id), "text");
  for (const char* id : {"1.5", "null"}) request(json::parse(id), "text");
  EXPECT_THAT(answers(), ElementsAre("0 -32602", "-1 -32602", "2147483648 -32602", "1 -32602", "\"1\" -32602",
                                     "null -32600", "null -32600"));
}

TEST_F(AbuseTest, CancelsAThousandRequestsInAStorm) {
  initialize();
  for (int i = 0; i < 1000; ++i) request(i, "slow");
  for (int k = 0; k < 3; ++k) {
    for (int i = 0; i < 1000; ++i) notify("$/cancelRequest", {{"id", i}});
  }
  const auto got = answers();
  ASSERT_EQ(got.size(), 1000u);
  EXPECT_EQ(got.front(), "0 -32800");
  EXPECT_EQ(got.back(), "999 -32800");
}

TEST_F(AbuseTest, ReadsAMessageByteByByteAndTwoInOneWrite) {
  initialize();
  for (const char c : frame(R"({"id":1,"method":"text","params":{"textDocument":{"uri":"é𐐀"}}})")) bytes({&c, 1});
  const std::string one = frame(R"({"id":2,"method":"text","params":{"textDocument":{"uri":"u"}}})");
  bytes(one + one);
  EXPECT_THAT(answers(), ElementsAre("1 ok", "2 ok", "2 ok"));
}

TEST_F(AbuseTest, KeepsOddTextsExactly) {
  initialize();
  const std::string nul("a\0b\r\0", 5);
  for (const std::string& text_now : {std::string("a\rb\rc"), std::string("\uFEFFa𐐀\u2028b"), nul, std::string()}) {
    open("untitled:x", text_now);
    EXPECT_EQ(text("untitled:x"), text_now);
  }
  open("u", "a\rb\rc");
  change("u", json::parse(R"([{"range":{"start":{"line":1,"character":0},"end":{"line":1,"character":1}},"text":"𐐀"}])"));
  EXPECT_EQ(text("u"), "a\r𐐀\rc");
}

TEST_F(AbuseTest, TakesLoneSurrogatesAndBadUtf8InATextWithoutLosingTheMessage) {
  initialize();
  body(R"({"method":"textDocument/didOpen","params":{"textDocument":{"uri":"u","text":"a\uD801b"}}})");
  EXPECT_EQ(text("u"), "a\uFFFDb");
  body("{\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"u\",\"text\":\"a\xC3(\"}}}");
  EXPECT_EQ(text("u"), "a\uFFFD(");
}

TEST_F(AbuseTest, AppliesTenThousandChangesOfOneMessage) {
  initialize();
  open("u", "");
  json changes = json::array();
  for (int i = 0; i < 10'000; ++i) {
    changes.push_back({{"range", {{"start", {{"line", 0}, {"character", i}}}, {"end", {{"line", 0}, {"character", i}}}}},
                       {"text", "x"}});
  }
  change("u", changes);
  EXPECT_EQ(text("u"), std::string(10'000, 'x'));
}

TEST_F(AbuseTest, IgnoresChangesItCannotUse) {
  initialize();
  change("unknown", json::array());
  open("u", "abc");
  change("u", json::array());
  change("u", nullptr);
  change("u", {{{"text", 5}}});
  change("u", {{{"range", "x"}, {"text", "y"}}});
  notify("textDocument/didClose", {{"textDocument", {{"uri", "unknown"}}}});
  notify("textDocument/didClose");
  notify("initialized", nullptr);
  EXPECT_EQ(text("u"), "abc");
  EXPECT_THAT(answers(), IsEmpty());
}

TEST_F(AbuseTest, FindsADocumentByEverySpellingOfItsUri) {
  initialize();
  open("file:///c%3A/%C3%BC%20x/100%25.c", "here");
  EXPECT_EQ(text("file:///C:/ü x/100%25.c"), "here");
  open("file:///C:/ü x/100%25.c", "replaced");
  EXPECT_EQ(text("file:///c%3a/%c3%bc%20x/100%25.c"), "replaced");
}

TEST_F(AbuseTest, TakesInitializeParamsOfEveryKind) {
  request(1, "initialize", json::array());
  EXPECT_EQ(until(1)["error"]["code"], -32602);
  request(2, "initialize", {{"capabilities", nullptr}, {"processId", nullptr}, {"rootUri", nullptr}, {"workspaceFolders", nullptr}});
  EXPECT_TRUE(until(2).contains("result"));
}

TEST_F(AbuseTest, GoesThroughTheLifeCycleWithoutParams) {
  body(R"({"id":1,"method":"text"})");
  body(R"({"id":2,"method":"initialize","params":{}})");
  body(R"({"id":3,"method":"shutdown"})");
  body(R"({"id":4,"method":"text"})");
  body(R"({"method":"exit"})");
  run_to_end();
  EXPECT_EQ(server_->exit_code(), 0);
}

TEST_F(AbuseTest, EndsOnAnImmediateExit) {
  notify("exit");
  run_to_end();
  EXPECT_EQ(server_->exit_code(), 1);
}

TEST_F(AbuseTest, EndsAtEveryByteOfAMessageWhereTheStreamMayStop) {
  const std::string message = frame(R"({"id":1,"method":"initialize","params":{}})");
  for (size_t cut = 0; cut <= message.size(); ++cut) {
    int fds[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    Server server(loop_, fds[1]);
    ASSERT_EQ(::send(fds[0], message.data(), cut, MSG_NOSIGNAL), static_cast<ssize_t>(cut));
    close(fds[0]);
    run_until(loop_, [&] { return server.ended(); }, "the end of the server");
    EXPECT_EQ(server.exit_code(), 1);
  }
}

TEST_F(AbuseTest, KeepsGoingWhenTheClientNeverAnswersItsCalls) {
  initialize();
  int given_up = 0;
  for (int i = 0; i < 1000; ++i) {
    server_->dispatch().call("workspace/configuration", {{"items", json::array()}}, [&](const Result<json>& r) { given_up += !r; });
  }
  EXPECT_EQ(given_up, 900);
  request("last", "text", {{"textDocument", {{"uri", "u"}}}});
  EXPECT_TRUE(until("last").contains("result"));
  server_.reset();  // gives up the rest, while the counter is alive
  EXPECT_EQ(given_up, 1000);
}

}  // namespace
}  // namespace fimd::lsp
