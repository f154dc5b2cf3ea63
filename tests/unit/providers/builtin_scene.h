// Fixtures for the built-in model: texts with ^ for the cursor. Hides how documents and requests are made.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/text.h"
#include "providers/builtin/builtin.h"

namespace fimd::providers::builtin {

inline OpenDocumentPtr open_text(std::string_view text, OpenDocumentPtr previous = nullptr) {
  return retokenize(
      previous, std::make_shared<context::Text>(context::make_text("file:///w/open.cc", 1, "cpp", std::string(text))));
}

// "foo(^)" -> a request with the cursor at the ^.
inline Request at_cursor(std::string_view fixture, CorpusPtr corpus = nullptr) {
  std::string text(fixture);
  const size_t cursor = text.find('^');
  text.erase(cursor, 1);
  Request request;
  request.document = open_text(text);
  request.offset = cursor;
  request.path = "open.cc";
  request.corpus = std::move(corpus);
  return request;
}

// What is offered at the ^; "" for nothing.
inline std::string offered(std::string_view fixture, CorpusPtr corpus = nullptr, size_t max_lines = 1) {
  Request request = at_cursor(fixture, std::move(corpus));
  request.max_lines = max_lines;
  const auto offer = complete(request, {});
  return offer ? offer->text : "";
}

inline CorpusPtr corpus_of(std::vector<SourceFile> files) {
  return build(files, {}, {});
}

inline Line considered(const Request& r) {
  return consider({r.document.get(), r.offset, r.path, r.corpus.get()}, r.limits, r.deadline, {});
}

// Texts that look a little like code and a little like line noise, the same for the same seed.
inline std::string noise(std::mt19937& random, size_t tokens) {
  static constexpr std::string_view kPieces[] = {"foo",
                                                 "bar",
                                                 "Baz9",
                                                 "x",
                                                 "if",
                                                 "return",
                                                 "(",
                                                 ")",
                                                 "{",
                                                 "}",
                                                 ";",
                                                 " ",
                                                 " ",
                                                 "\n",
                                                 "\n",
                                                 "\n  ",
                                                 "\n\t",
                                                 "\r\n",
                                                 "\r",
                                                 "\"",
                                                 "'",
                                                 ".",
                                                 ",",
                                                 "= ",
                                                 "42",
                                                 "0x1f",
                                                 "\xc3\xa9t\xc3\xa9",
                                                 "\xf0\x9f\x98\x80",
                                                 "_",
                                                 "$",
                                                 "\n    foo(bar);",
                                                 "[",
                                                 "]"};
  std::string text;
  for (size_t i = 0; i < tokens; ++i) text += kPieces[random() % std::size(kPieces)];
  return text;
}

}  // namespace fimd::providers::builtin
