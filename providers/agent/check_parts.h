// What the parsers of check output share. Private to providers/agent; pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/agent/check_output.h"
#include "providers/agent/tool_text.h"

namespace fimd::providers::agent {

// Where a line of output says something about: "path:12:5: rest", "path:12: rest", "path(12,5): rest".
struct Head {
  std::string_view path;
  size_t line = 0, column = 0;  // column 0: none
  std::string_view rest;        // without the blanks before it
};
[[nodiscard]] std::optional<Head> head_of(std::string_view text);

[[nodiscard]] size_t indent_of(std::string_view line);
[[nodiscard]] std::optional<size_t> number_of(std::string_view digits);  // all of it digits, and not too many
// What is between the first `open` and the next `close` behind it; empty: not there.
[[nodiscard]] std::string_view between(std::string_view text, std::string_view open, std::string_view close);

// The workspace as the output names it: paths made relative, lines of files looked up once.
class Places {
 public:
  explicit Places(const CheckSources& sources) : sources_(sources) {}

  [[nodiscard]] std::string path(std::string_view written) const;
  [[nodiscard]] bool exists(const std::string& path);
  [[nodiscard]] std::string_view line(const std::string& path, size_t number);  // from 1; past the end: empty
  void enter(std::string_view directory) { folders_.emplace_back(path(directory)); }  // make -C
  void leave() {
    if (!folders_.empty()) folders_.pop_back();
  }

  // Sets the place, the column in UTF-16 (0: the line's first character that is not blank) and the line's text.
  void put(Finding& finding, std::string path, size_t line, size_t column, ColumnUnit unit);

 private:
  struct File {
    bool exists = false;
    std::string text;
    std::vector<size_t> lines;
  };
  const File& file(const std::string& path);

  const CheckSources& sources_;
  std::vector<std::string> folders_;
  std::map<std::string, File> files_;
};

// Lines of compilers, linters and linkers.
class CompilerLines {
 public:
  CompilerLines(Places& places, std::vector<Finding>& out, bool clang) : places_(places), out_(out), clang_(clang) {}
  [[nodiscard]] bool take(std::string_view line);
  void end();

 private:
  struct Told {
    Severity severity = Severity::error;
    bool note = false;
    std::string code, message;
  };
  [[nodiscard]] bool take_continuation(std::string_view line);
  [[nodiscard]] bool take_rust(std::string_view line);
  [[nodiscard]] bool take_head(std::string_view line);
  [[nodiscard]] bool take_tsc(std::string_view line);
  [[nodiscard]] bool take_eslint(std::string_view line);
  [[nodiscard]] bool take_maven(std::string_view line);
  [[nodiscard]] bool take_linker(std::string_view line);
  [[nodiscard]] bool take_placeless(std::string_view line);
  [[nodiscard]] bool take_generic(std::string_view line);
  void add(Told told, std::string path, size_t line, size_t column, ColumnUnit unit, std::string source);
  void add_placeless(Told told, std::string source);
  [[nodiscard]] static std::optional<Told> told_by(std::string_view rest);
  [[nodiscard]] ColumnUnit unit_of(std::string_view path) const;

  Places& places_;
  std::vector<Finding>& out_;
  bool clang_;
  std::optional<Told> waiting_;       // a rust message whose place comes next
  std::vector<Diagnostic> included_;  // places that the next message came through
  std::string linted_;                // the file that eslint's next lines are about
  std::string previous_;              // the line before this one
  size_t caret_for_ = SIZE_MAX;       // the finding that a line with ^ may give its column
};

// Lines of test runners and tracebacks.
class TestLines {
 public:
  TestLines(Places& places, std::vector<Finding>& out) : places_(places), out_(out) {}
  [[nodiscard]] bool take(std::string_view line);
  void end();

 private:
  struct Spot {
    std::string path;
    size_t line = 0;
    std::string message;
  };
  [[nodiscard]] bool take_traceback(std::string_view line);
  void end_traceback(std::string_view last);
  [[nodiscard]] bool take_pytest(std::string_view line);
  [[nodiscard]] bool take_rust(std::string_view line);
  [[nodiscard]] bool take_go(std::string_view line);
  [[nodiscard]] bool take_googletest(std::string_view line);
  [[nodiscard]] bool take_node(std::string_view line);
  [[nodiscard]] bool take_others(std::string_view line);
  [[nodiscard]] Finding& failed(std::string_view test, std::string_view source);
  void place(Finding& finding, const Spot& spot);

  Places& places_;
  std::vector<Finding>& out_;
  std::map<std::string, size_t, std::less<>> failed_;  // ids, with their place in out_
  bool in_traceback_ = false, traceback_is_syntax_ = false, in_list_ = false, message_next_ = false;
  Spot frame_;                  // the last frame within the workspace
  size_t frame_column_ = 0;
  std::string shown_;           // the source line that a traceback shows
  std::string block_;           // the test that output is about
  std::string unittest_;        // the test that the next traceback belongs to
  std::map<std::string, Spot, std::less<>> spots_;  // of blocks
  Spot loose_;                  // of googletest, before its test is named
  std::string go_test_;
  Spot thrown_;                 // node: a line that only says where
};

// The findings of a JSON value of a known tool; false: it is none. SARIF's kinds are told apart by their members.
[[nodiscard]] bool take_json(std::string_view text, Places& places, std::vector<Finding>& out);

}  // namespace fimd::providers::agent
