#include "lsp/http/outflow.h"

#include <algorithm>

namespace fimd::lsp::http {

std::string_view before_stop(std::string_view text, const std::vector<std::string>& stop) {
  size_t end = text.size();
  for (const std::string& each : stop) {
    if (!each.empty()) end = std::min(end, text.find(each));
  }
  return text.substr(0, end);
}

std::string Outflow::more(std::string_view text) {
  text = before_stop(text, stop_);
  // The beginning of a stop text may stand at the end, and go on in the next lines.
  size_t longest = 0;
  for (const std::string& each : stop_) longest = std::max(longest, each.size());
  text.remove_suffix(std::min(text.size(), longest > 0 ? longest - 1 : 0));
  return flow(text.substr(0, text.rfind('\n') + 1));
}

std::string Outflow::rest(std::string_view text) {
  return flow(before_stop(text, stop_));
}

std::string Outflow::flow(std::string_view text) {
  if (!text.starts_with(sent_)) return {};
  std::string out(text.substr(sent_.size()));
  sent_ = text;
  return out;
}

}  // namespace fimd::lsp::http
