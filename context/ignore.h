// gitignore semantics: which paths a list of patterns takes out.
//
// Patterns are matched byte by byte as git does ("gitignore", "wildmatch"): last match wins, a path below an excluded
// directory cannot come back. Paths are relative, with '/' between names and without a leading or trailing one. Pure
// values: any thread.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fimd::context {

enum class Case { sensitive, ignored };
enum class Verdict { none, ignored, included };  // included: a '!' pattern matched last

// One line of an ignore file.
class IgnorePattern {
 public:
  IgnorePattern(std::string_view line, Case letters);

  [[nodiscard]] bool negated() const { return negated_; }
  // `name` is the last part of `path`.
  [[nodiscard]] bool matches(std::string_view path, std::string_view name, bool is_directory) const;

 private:
  enum class Shape : uint8_t { never, literal, ending, program };
  struct Op {
    enum class Kind : uint8_t { byte, any_byte, one_of, run, directories, rest } kind;
    uint8_t value = 0;  // the byte, or the index of the class
  };
  void compile(std::string_view glob);
  bool compile_class(std::string_view glob, size_t& i);
  [[nodiscard]] bool run(std::string_view text) const;
  [[nodiscard]] bool fits(const Op& op, char c) const;
  [[nodiscard]] char folded(char c) const;

  Shape shape_ = Shape::never;
  Case letters_;
  bool negated_ = false, directory_only_ = false, whole_path_ = false;
  std::string text_;  // of a literal or an ending
  std::vector<Op> ops_;
  std::vector<std::bitset<256>> classes_;
};

// The patterns of one ignore file, relative to the directory it lies in.
class IgnoreList {
 public:
  IgnoreList() = default;
  explicit IgnoreList(std::string_view file, Case letters = Case::sensitive);

  // What the list alone says about a path; its parent directories are not looked at.
  [[nodiscard]] Verdict verdict(std::string_view path, bool is_directory) const;
  [[nodiscard]] bool empty() const { return patterns_.empty(); }

 private:
  std::vector<IgnorePattern> patterns_;
};

// A list of patterns on paths of one root, as configuration has them (privacy.exclude, completion.disable.globs).
class Globs {
 public:
  Globs() = default;
  explicit Globs(std::span<const std::string> patterns, Case letters = Case::sensitive);
  explicit Globs(std::span<const std::string_view> patterns, Case letters = Case::sensitive);

  // Whether the path or one of its parent directories is taken out. A leading '/' is dropped.
  [[nodiscard]] bool match(std::string_view path, bool is_directory = false) const;
  // The same without the parents, for a walk that has looked at them already.
  [[nodiscard]] bool match_entry(std::string_view path, bool is_directory) const;

 private:
  IgnoreList list_;
};

// For a list that is used once; compile a Globs to match many paths.
[[nodiscard]] bool matches_any(const std::vector<std::string>& globs, std::string_view path);

// What never goes to a remote model (environment files, keys, credentials, histories ...), in gitignore dialect,
// matched without regard to case.
[[nodiscard]] std::span<const std::string_view> default_privacy_globs();

// Whether the defaults or `more` keep a file's contents from remote models. Two rules that the dialect cannot say are
// part of it: regular files named like "credentials", and data files in directories named "secrets" or "private".
[[nodiscard]] bool is_private(std::string_view path, const Globs& more);

// Key material: not even indexed on this machine.
[[nodiscard]] bool is_key_material(std::string_view path);

// What is not worth indexing: lock files, bundles, source maps, dependencies, build output, media.
[[nodiscard]] std::span<const std::string_view> noise_globs();

}  // namespace fimd::context
