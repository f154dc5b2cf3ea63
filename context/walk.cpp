// The walk: folder by folder, nearest first, each with the ignore rules that hold in it.
#include <algorithm>
#include <deque>
#include <memory>
#include <optional>

#include "context/ai_ignore.h"
#include "context/files.h"
#include "context/ignore.h"

namespace fimd::context {
namespace {

constexpr size_t kIgnoreFileBytes = 1U << 20;
constexpr size_t kNotes = 40;

// One ignore file in force: its patterns, and where the paths it sees begin in a path relative to the root. A negative
// start means that the file lies above the root: what lies between is put in front.
struct Rules {
  IgnoreList list;
  size_t start = 0;
  std::string front;
};
using RulesPtr = std::shared_ptr<const Rules>;

// What holds in a folder: strongest last.
struct InForce {
  std::vector<RulesPtr> git;
  std::vector<RulesPtr> ai;
};

std::string join(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty() && !name.empty() && !path.ends_with('/')) path += '/';
  path += name;
  return path;
}

bool asks_out(const std::vector<RulesPtr>& rules, std::string_view path, bool is_directory) {
  for (auto r = rules.rbegin(); r != rules.rend(); ++r) {
    const std::string_view below = path.substr((*r)->start);
    const Verdict v = (*r)->front.empty() ? (*r)->list.verdict(below, is_directory)
                                          : (*r)->list.verdict(join((*r)->front, below), is_directory);
    if (v != Verdict::none) return v == Verdict::ignored;
  }
  return false;
}

std::string first_line(std::string_view text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  return std::string(text);
}

std::string resolve(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : join(folder, path);
}

class Walker {
 public:
  Walker(const FileSource& source, std::string root, const WalkLimits& limits)
      : source_(source), root_(std::move(root)), limits_(limits) {
    while (root_.size() > 1 && root_.ends_with('/')) root_.pop_back();
    if (limits_.leave_noise) noise_ = Globs(noise_globs(), Case::ignored);
  }

  Walked run(const std::stop_token& stop) {
    std::deque<Folder> waiting;
    waiting.push_back({"", from_above(), 0});
    while (!waiting.empty()) {
      if (stop.stop_requested() || out_.files.size() >= limits_.max_files) {
        out_.complete = false;
        break;
      }
      const Folder folder = std::move(waiting.front());
      waiting.pop_front();
      visit(folder, waiting);
    }
    return std::move(out_);
  }

  bool lists(std::string_view path) {
    InForce rules = from_above();
    size_t from = 0;
    for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', from)) {
      const std::string folder(path.substr(0, from == 0 ? 0 : from - 1));
      if (!enter(folder, {}, rules) || out(rules, std::string(path.substr(0, slash)), true)) return false;
      from = slash + 1;
    }
    const std::string folder(path.substr(0, from == 0 ? 0 : from - 1));
    return !path.substr(from).empty() && enter(folder, {}, rules) && !out(rules, std::string(path), false);
  }

 private:
  struct Folder {
    std::string path;
    InForce rules;
    size_t depth = 0;
  };

  void note(const Error& error) {
    if (out_.notes.size() < kNotes) out_.notes.push_back(error.message);
  }

  void visit(const Folder& folder, std::deque<Folder>& waiting) {
    auto entries = source_.list(join(root_, folder.path));
    if (!entries) return note(entries.error());
    InForce rules = folder.rules;
    Present present{false, false, {}};
    for (const FileSource::Entry& entry : *entries) {
      if (entry.name == ".git") present.git = true;
      if (entry.name == ".gitignore") present.gitignore = true;
      if (is_ai_ignore_file(entry.name)) present.ai.emplace_back(entry.name);
    }
    if (!enter(folder.path, present, rules)) return;
    std::sort(entries->begin(), entries->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    for (FileSource::Entry& entry : *entries) {
      const bool is_directory = entry.kind == FileSource::Kind::directory;
      if (entry.kind == FileSource::Kind::other) continue;
      std::string path = join(folder.path, entry.name);
      if (out(rules, path, is_directory)) continue;
      if (is_directory) {
        if (folder.depth < limits_.max_depth)
          waiting.push_back({std::move(path), rules, folder.depth + 1});
        else
          out_.complete = false;
      } else if (entry.bytes > limits_.max_file_bytes) {
        ++out_.too_large;
      } else if (out_.files.size() < limits_.max_files) {
        out_.files.push_back({std::move(path), entry.bytes, entry.mtime_ns});
      } else {
        out_.complete = false;
      }
    }
  }

  [[nodiscard]] bool out(const InForce& rules, const std::string& path, bool is_directory) const {
    const size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string::npos ? path : std::string_view(path).substr(slash + 1);
    if (name == ".git" || (is_directory && (name == ".hg" || name == ".svn"))) return true;
    if (asks_out(rules.git, path, is_directory)) return true;
    for (const RulesPtr& list : rules.ai) {
      if (asks_out({list}, path, is_directory)) return true;
    }
    return noise_.match_entry(path, is_directory) || (!is_directory && is_key_material(name));
  }

  // Which files with rules a folder may have.
  struct Present {
    bool git = true, gitignore = true;
    std::vector<std::string> ai = {ai_ignore_files().begin(), ai_ignore_files().end()};
  };

  // Adds the rules of a folder. False when it must be left out: an ignore file of an assistant cannot be read.
  bool enter(const std::string& folder, const Present& present, InForce& rules) {
    const std::string absolute = join(root_, folder);
    const size_t start = folder.empty() ? 0 : folder.size() + 1;
    if (present.git && !folder.empty() && is_repository(absolute)) {
      rules.git.clear();
      add_excludes(absolute, {start, ""}, rules);
    }
    if (present.gitignore) {
      if (auto text = source_.read(join(absolute, ".gitignore"), kIgnoreFileBytes)) {
        rules.git.push_back(std::make_shared<Rules>(Rules{IgnoreList(*text), start, ""}));
      } else if (text.error().code != Error::Code::not_found) {
        note(text.error());
      }
    }
    for (const std::string& name : present.ai) {
      const auto text = source_.read(join(absolute, name), kIgnoreFileBytes);
      if (text) {
        rules.ai.push_back(std::make_shared<Rules>(Rules{ai_patterns(name, *text), start, ""}));
      } else if (text.error().code != Error::Code::not_found) {
        note(text.error());
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool is_repository(const std::string& absolute) const {
    const std::string git = join(absolute, ".git");
    return source_.read(join(git, "HEAD"), 4096).has_value() || source_.read(git, 4096).has_value();
  }

  struct Where {
    size_t start = 0;
    std::string front;
  };

  // .git/info/exclude, also of a worktree, whose .git is a file that names the real one.
  void add_excludes(const std::string& top, const Where& where, InForce& rules) const {
    std::string git = join(top, ".git");
    if (const auto link = source_.read(git, 4096); link && link->starts_with("gitdir: ")) {
      git = resolve(top, first_line(link->substr(8)));
      if (const auto common = source_.read(join(git, "commondir"), 4096)) git = resolve(git, first_line(*common));
    }
    if (const auto text = source_.read(join(git, "info/exclude"), kIgnoreFileBytes)) {
      rules.git.push_back(std::make_shared<Rules>(Rules{IgnoreList(*text), where.start, where.front}));
    }
  }

  // The rules that come from above the root: it may be a folder deep in a work tree.
  InForce from_above() {
    InForce rules;
    std::vector<std::string> above;  // folders from the root upwards, to the top of the work tree
    std::optional<std::string> top;
    for (std::string folder = root_; folder.starts_with('/');) {
      if (is_repository(folder)) {
        top = folder;
        break;
      }
      above.push_back(folder);
      if (folder == "/") break;
      folder.resize(std::max<size_t>(1, folder.rfind('/')));
    }
    if (!top) return rules;
    if (!above.empty()) above.push_back(*top);
    const auto front_of = [&](const std::string& folder) {
      if (folder.size() >= root_.size()) return std::string();
      return root_.substr(folder == "/" ? 1 : folder.size() + 1);
    };
    add_excludes(*top, {0, front_of(*top)}, rules);
    for (auto folder = above.rbegin(); folder != above.rend(); ++folder) {
      if (*folder == root_) continue;  // enter() reads the root's own
      if (const auto text = source_.read(join(*folder, ".gitignore"), kIgnoreFileBytes)) {
        rules.git.push_back(std::make_shared<Rules>(Rules{IgnoreList(*text), 0, front_of(*folder)}));
      }
    }
    return rules;
  }

  const FileSource& source_;
  std::string root_;
  const WalkLimits& limits_;
  Globs noise_;
  Walked out_;
};

}  // namespace

Walked walk(const FileSource& source, const std::string& root, const WalkLimits& limits, const std::stop_token& stop) {
  return Walker(source, root, limits).run(stop);
}

bool would_list(const FileSource& source, const std::string& root, std::string_view path, const WalkLimits& limits) {
  return Walker(source, root, limits).lists(path);
}

}  // namespace fimd::context
