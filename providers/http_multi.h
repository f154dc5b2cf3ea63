// libcurl's multi interface driven by one asio loop: sockets become descriptors of the loop, curl's timeout a timer.
//
// Private to http.cpp. Everything runs on the loop's thread. No function here is called from inside a curl callback,
// and no callback calls anything but the two interest functions below, so curl is never re-entered.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <unordered_map>

#include "providers/http_curl.h"

namespace fimd::providers {

class CurlMulti : public std::enable_shared_from_this<CurlMulti> {
 public:
  using OnDone = std::function<void(CURL*, CURLcode)>;  // called outside of curl, once per finished handle

  CurlMulti(boost::asio::io_context& loop, const CurlApi& curl, OnDone on_done);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  // Adds a handle and lets curl work at once: on a kept connection the request is on the wire when this returns.
  CURLMcode add(CURL* easy);
  void remove(CURL* easy);

  const CurlApi& curl;

 private:
  struct Watch {  // one of curl's sockets
    explicit Watch(boost::asio::posix::stream_descriptor d) : descriptor(std::move(d)) {}
    boost::asio::posix::stream_descriptor descriptor;
    int wanted = 0;        // CURL_POLL_*
    bool reading = false;  // a wait is armed
    bool writing = false;
  };

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* watch);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);
  void want(curl_socket_t socket, int what);
  void arm(curl_socket_t socket, const std::shared_ptr<Watch>& watch);
  void act(curl_socket_t socket, int events);

  boost::asio::io_context& loop_;
  OnDone on_done_;
  CURLM* multi_ = nullptr;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  boost::asio::steady_timer timer_;
  unsigned timer_generation_ = 0;
};

}  // namespace fimd::providers
