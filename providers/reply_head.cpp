#include "providers/reply_head.h"

#include <chrono>

#include "providers/errors.h"
#include "providers/rate_limit.h"
#include "providers/url.h"

namespace fimd::providers {
namespace {

using Framing = HttpRequest::Framing;

constexpr size_t kMaxFailureBody = 64u << 10;

std::string_view header(const HttpResponse& head, std::string_view name) {
  for (const auto& [key, value] : head.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

Framing framing_of(Framing asked, const HttpResponse& head) {
  const std::string type = lower(header(head, "content-type"));
  if (type.find("event-stream") != std::string::npos) return Framing::sse;
  if (type.find("ndjson") != std::string::npos) return Framing::ndjson;
  return asked == Framing::sse && type.find("json") != std::string::npos ? Framing::whole : asked;
}

std::optional<HttpFailure> failure_of(const HttpResponse& head) {
  if (head.status >= 200 && head.status < 300) return std::nullopt;
  return HttpFailure{.status = head.status,
                     .body = {},
                     .retry_after = read_limits(head.headers, std::chrono::system_clock::now()).wait};
}

bool add_body(HttpFailure& failure, std::string_view piece) {
  failure.body += piece.substr(0, kMaxFailureBody - failure.body.size());
  return failure.body.size() < kMaxFailureBody;
}

}  // namespace fimd::providers
