#include "providers/http_multi.h"

#ifdef __linux__
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

#include <chrono>
#include <utility>

#include "context/log.h"

namespace fimd::providers {
namespace asio = boost::asio;

namespace {

// A server that writes head and body in two segments without TCP_NODELAY waits for our acknowledgement of the first,
// which Linux delays by 40 ms on a connection that has been used before. The option does not stick, so it is set
// before each wait. It fails on sockets that are not TCP, which is fine.
void acknowledge_at_once([[maybe_unused]] int socket) {
#ifdef __linux__
  const int one = 1;
  (void)setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
#endif
}

}  // namespace

CurlMulti::CurlMulti(asio::io_context& loop, const CurlApi& api, OnDone on_done)
    : curl(api), loop_(loop), on_done_(std::move(on_done)), multi_(api.multi_init()), timer_(loop) {
  if (!multi_) throw std::bad_alloc();
  curl.multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
  curl.multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl.multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl.multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl.multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 16L);  // kept connections, idle ones included
}

CurlMulti::~CurlMulti() {
  // curl reports the closing of its kept connections through on_socket, so the watches must still be there.
  curl.multi_cleanup(multi_);
  for (auto& [socket, watch] : watches_) watch->descriptor.release();
}

CURLMcode CurlMulti::add(CURL* easy) {
  const CURLMcode code = curl.multi_add_handle(multi_, easy);
  if (code == CURLM_OK) act(CURL_SOCKET_TIMEOUT, 0);
  return code;
}

void CurlMulti::remove(CURL* easy) { curl.multi_remove_handle(multi_, easy); }

int CurlMulti::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  static_cast<CurlMulti*>(self)->want(socket, what);
  return 0;
}

int CurlMulti::on_timer(CURLM*, long timeout_ms, void* self) {
  auto* multi = static_cast<CurlMulti*>(self);
  const unsigned generation = ++multi->timer_generation_;
  if (timeout_ms < 0) {
    multi->timer_.cancel();
    return 0;
  }
  // A timeout of 0 goes through the loop too: curl forbids calling it from here.
  multi->timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  multi->timer_.async_wait([weak = multi->weak_from_this(), generation](const boost::system::error_code& error) {
    const auto alive = weak.lock();
    if (!error && alive && alive->timer_generation_ == generation) alive->act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

void CurlMulti::want(curl_socket_t socket, int what) {
  const auto found = watches_.find(socket);
  if (what == CURL_POLL_REMOVE) {
    if (found == watches_.end()) return;
    found->second->descriptor.release();  // curl owns the socket and closes it
    watches_.erase(found);
    return;
  }
  if (found != watches_.end()) {
    found->second->wanted = what;
    arm(socket, found->second);
    return;
  }
  boost::system::error_code error;
  asio::posix::stream_descriptor descriptor(loop_);
  descriptor.assign(socket, error);
  if (error) {  // out of memory in the kernel: curl's own timeout ends the transfer
    log::error("http: cannot watch a socket: {}", error.message());
    return;
  }
  auto watch = std::make_shared<Watch>(std::move(descriptor));
  watch->wanted = what;
  watches_.emplace(socket, watch);
  arm(socket, watch);
}

void CurlMulti::arm(curl_socket_t socket, const std::shared_ptr<Watch>& watch) {
  const auto wait = [&](bool Watch::*armed, asio::posix::descriptor_base::wait_type type, int event) {
    if (watch.get()->*armed) return;
    watch.get()->*armed = true;
    watch->descriptor.async_wait(
        type, [weak = weak_from_this(), watch, armed, socket, event](const boost::system::error_code& error) {
          watch.get()->*armed = false;
          const auto self = weak.lock();
          if (error || !self) return;
          const auto current = self->watches_.find(socket);
          if (current == self->watches_.end() || current->second != watch) return;  // the number was used again
          self->act(socket, event);
          const auto after = self->watches_.find(socket);
          if (after != self->watches_.end() && after->second == watch) self->arm(socket, watch);
        });
  };
  if (watch->wanted & CURL_POLL_IN) {
    acknowledge_at_once(socket);
    wait(&Watch::reading, asio::posix::descriptor_base::wait_read, CURL_CSELECT_IN);
  }
  if (watch->wanted & CURL_POLL_OUT) {
    wait(&Watch::writing, asio::posix::descriptor_base::wait_write, CURL_CSELECT_OUT);
  }
}

void CurlMulti::act(curl_socket_t socket, int events) {
  int running = 0;
  curl.multi_socket_action(multi_, socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl.multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) on_done_(message->easy_handle, message->data.result);
  }
}

}  // namespace fimd::providers
