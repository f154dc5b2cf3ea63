// What compilers, linters and test runners say, as problems with places: the text of a check in, findings out.
//
// Understands the text of gcc, clang, rustc, tsc, eslint, javac, go, mypy, make and linkers, of pytest, unittest, cargo
// test, go test, googletest and ctest, Python tracebacks, and the JSON of eslint, gcc, cargo, go and SARIF 2.1.0, also
// where JSON stands between lines of text. Columns are converted from each tool's unit to UTF-16 by the source's own
// text. Nothing here throws or trusts the input; at most kFindings are kept. Pure but for `text_of`.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/agent/tools.h"

namespace fimd::providers::agent {

// What columns count, all from 1.
enum class ColumnUnit {
  bytes,
  characters,  // Unicode scalar values
  utf16,
  display,  // as a terminal shows them: tab stops every 8 columns
};

struct Finding {
  Diagnostic what;               // path: relative to the root; as written where it lies outside; empty: of no file
  std::string line_text;         // the source line without blanks around it; empty where it is not known
  std::vector<Diagnostic> notes;
  std::string test;              // a failed test's id ("tests/test_a.py::test_add"); empty: no test
  std::string key;               // as key_of() told it once, where the rest is not known any more
};

struct CheckSources {
  std::string root;       // absolute; what tools write before a path
  std::string directory;  // of the command, relative to the root
  // The text of a file of the workspace as the check saw it; nullopt: there is no such file.
  std::function<std::optional<std::string>(const std::string& path)> text_of;
};

inline constexpr size_t kFindings = 10'000;

[[nodiscard]] std::vector<Finding> parse_check_output(std::string_view output, const CheckSources& sources);

// The text without colour, cursor movement, titles and links of terminals; a line that was written over by \r is what
// stood there last. Valid UTF-8.
[[nodiscard]] std::string plain_output(std::string_view bytes);

// A column of `line` in UTF-16 units, from 1; a column past the end is the one behind the last character.
[[nodiscard]] size_t utf16_column(std::string_view line, size_t column, ColumnUnit unit);

}  // namespace fimd::providers::agent
