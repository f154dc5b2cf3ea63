// What fimd eval asks: places of the user's own repository where text was hidden. The same seed gives the same tasks
// as long as the repository stays the same. Blocking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::lsp {

struct EvalTask {
  std::string path;    // relative to the root
  std::string text;    // of the file, without what is hidden
  size_t offset = 0;   // bytes: where it stood
  std::string hidden;
  std::string from;    // "commit 1a2b3c4" or "file"
};

// A generator whose numbers are the same everywhere.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 0x1234567ULL) {}
  uint64_t next();
  size_t below(size_t n) { return n == 0 ? 0 : static_cast<size_t>(next() % n); }

 private:
  uint64_t state_;
};

// One added place of a commit, as a patch without context lines tells it.
struct AddedLines {
  std::string path;
  size_t old_line = 0, old_count = 0;  // 1-based; count 0: after that line
  std::vector<std::string> added = {};
};

// Reads "git diff -U0". Binary files, renames and what is not of the form are left out.
[[nodiscard]] std::vector<AddedLines> added_in(std::string_view patch);

// The parent's text with the removed lines gone and the cursor where the first added line begins to differ from white
// space. `lines` of the added ones are hidden. Errors: bad_input (the lines are not in the text).
[[nodiscard]] Result<EvalTask> task_of(const AddedLines& added, std::string_view parent, size_t lines);

// Hides the rest of a line, a line, or the lines of a block of one file; nullopt-like empty `hidden`: it has no place
// worth asking about.
[[nodiscard]] EvalTask hide_in(std::string_view path, std::string_view text, Dice& dice);

// `count` tasks: from commits where the folder has a history with `git` at hand, the rest from `files` (relative).
// Errors: not_found (nothing to ask about).
[[nodiscard]] Result<std::vector<EvalTask>> make_tasks(const std::string& root, const std::vector<std::string>& files,
                                                       size_t count, uint64_t seed);

}  // namespace fimd::lsp
