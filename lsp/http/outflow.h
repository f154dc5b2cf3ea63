// The text of an answer on its way to a client: ends in front of stop texts, and flows in pieces that never have to be
// taken back. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fimd::lsp::http {

// `text` up to the first of the stop texts.
[[nodiscard]] std::string_view before_stop(std::string_view text, const std::vector<std::string>& stop);

// Of a text that still grows only whole lines flow out: a gate cuts at lines, and what was sent cannot be taken back.
class Outflow {
 public:
  explicit Outflow(std::vector<std::string> stop) : stop_(std::move(stop)) {}

  // What can be sent of the text so far beside what was sent; often nothing.
  std::string more(std::string_view text);

  // What is left of the whole text. Nothing where it turned out to be another than the one whose lines were sent.
  std::string rest(std::string_view text);

 private:
  std::string flow(std::string_view text);
  std::vector<std::string> stop_;
  std::string sent_;
};

}  // namespace fimd::lsp::http
