// Golden cases of the gates: documents with a cursor, a suggestion, what a gate makes of it and why.
//
// A file holds cases of one gate (judge.txt: of all of them in order):
//
//   == what the case shows | language, options
//   -- document        with `^` (or `‸` where the text holds a ^) for the cursor
//   -- suggestion
//   -- expected
//   -- note            "pass", or "cut: why", "drop: why"
//
// Options: `tree` (parse the document), `max_lines=N`. In all texts `→` is a tab, `␣` a blank, `␍` a CR and `⟦1b⟧` a
// byte. With UPDATE_GOLDEN=1 in the environment the tests write what they find into the files.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "providers/gates/gate.h"

namespace fimd::providers {

struct GoldenCase {
  std::string gate;
  std::string name;
  std::string language;
  bool tree = false;
  size_t max_lines = 16;
  std::string header, document, suggestion, expected, note;  // as they stand in the file
};

inline void PrintTo(const GoldenCase& one, std::ostream* out) {
  *out << one.header;
}

std::vector<GoldenCase> read_cases(const std::string& path, const std::string& gate);
void write_cases(const std::string& path, const std::vector<GoldenCase>& cases);

// The marks of a golden file and the bytes they stand for.
std::string decode_marks(const std::string& text);
std::string encode_marks(const std::string& text);

// A document and the place of the cursor in it.
struct Scene {
  context::Snapshot text;
  size_t offset = 0;
  context::Tree tree;
  std::string language;
  size_t max_lines = 16;
  bool allow_multiline = true;
  [[nodiscard]] Surroundings surroundings() const {
    return {.text = *text,
            .offset = offset,
            .tree = tree,
            .language = language,
            .max_lines = max_lines,
            .allow_multiline = allow_multiline};
  }
};

Scene scene_of(std::string language, std::string document, bool tree);

}  // namespace fimd::providers
