// What recall_bench is made of: repositories from folders, hidden lines, ways to choose snippets, and the fit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include "context/files.h"
#include "context/gather.h"
#include "context/snippets/clues.h"
#include "context/snippets/excerpts.h"
#include "context/snippets/places.h"
#include "context/snippets/similar.h"
#include "grammars/registry.h"
#include "context/index.h"

namespace fimd::bench {

using context::FileId;
using context::Snapshot;
using context::SymbolId;
namespace snippets = context::snippets;

struct Repo {
  std::string name, root;
  context::IndexPtr index;
  std::vector<Snapshot> texts;  // by file
};

inline context::FileOutline file_outline(const context::Text& text, context::Outline outline) {
  return {.path = text.uri, .language = text.language, .stamp = {.bytes = text.utf8.size()},
          .lines = static_cast<uint32_t>(text.lines.size()), .outline = std::move(outline)};
}

inline std::unique_ptr<Repo> read_repo(const std::string& folder, size_t most = 12U << 20) {
  auto repo = std::make_unique<Repo>();
  repo->root = folder;
  repo->name = folder;
  const context::DiskFiles files;
  const auto listed = context::walk(files, folder, {.max_file_bytes = 200U << 10, .max_files = 20'000}, {});
  size_t bytes = 0;
  std::vector<context::IndexChange> changes;
  for (const auto& found : listed.files) {
    const std::string language(grammars::language_of_path(found.path));
    if (!context::has_grammar(language) || language == "json" || language == "markdown" || language == "yaml") continue;
    auto text = files.read(folder + "/" + found.path, 1U << 20);
    if (!text || !context::is_source_text(*text) || bytes + text->size() > most) continue;
    bytes += text->size();
    auto snapshot = std::make_shared<const context::Text>(context::make_text(found.path, 1, language, std::move(*text)));
    const auto tree = context::parse(snapshot, {});
    changes.push_back({file_outline(*snapshot, tree ? context::outline(*tree) : context::Outline{})});
    repo->texts.push_back(std::move(snapshot));
  }
  repo->index = with_files(context::empty_index(), changes);
  std::ranges::sort(repo->texts, {}, [&](const Snapshot& text) { return *repo->index->find(text->uri); });
  std::printf("%s: %zu files, %.1f MB\n", folder.c_str(), repo->texts.size(), static_cast<double>(bytes) / 1e6);
  return repo;
}

struct Needed {
  std::string name;
  bool hard = false;
};

// A line that was taken out, and the place where it was.
struct Hidden {
  FileId file = 0;
  Snapshot text;  // without it
  size_t offset = 0;
  context::Tree tree;
  std::vector<Needed> names;
  context::IndexPtr index;  // that has the text without the line
};

inline bool is_defined_elsewhere(const Repo& repo, FileId file, std::string_view name) {
  const std::string_view language = repo.index->language(file);
  for (const SymbolId id : repo.index->definitions(name, 1000)) {
    if (id.file != file && snippets::speak_alike(language, repo.index->language(id.file))) return true;
  }
  return false;
}

inline bool in_import(const context::Index& index, FileId file, size_t offset) {
  return std::ranges::any_of(index.imports(file), [&](const context::ResolvedImport& each) {
    return each.import.start <= offset && offset < each.import.end;
  });
}

inline std::unordered_set<std::string> names_of(std::string_view text) {
  std::unordered_set<std::string> out;
  snippets::each_name(text, [&](std::string_view name, uint32_t, bool) { out.emplace(name); });
  return out;
}

// The text of the lines [first, last) of a text.
inline std::string_view lines_of(const context::Text& text, size_t first, size_t last) {
  const auto start = [&](size_t line) { return line < text.lines.size() ? text.lines[line] : text.utf8.size(); };
  return std::string_view(text.utf8).substr(start(first), start(std::max(first, last)) - start(first));
}

inline bool hide(const Repo& repo, FileId file, size_t line, bool cut, Hidden& out) {
  const Snapshot& whole = repo.texts[file];
  const std::string_view shown = context::line_text(*whole, line);
  const size_t indent = shown.find_first_not_of(" \t");
  if (indent == std::string_view::npos || shown.size() - indent < 8 || shown.size() > 200) return false;
  const size_t kept = cut ? indent + (shown.size() - indent) / 3 : indent;
  const size_t start = whole->lines[line] + kept, end = whole->lines[line] + shown.size();
  if (in_import(*repo.index, file, start)) return false;
  const auto tree = context::parse(whole, {});
  if (!tree) return false;
  std::vector<std::string> candidates;
  snippets::each_name(std::string_view(whole->utf8).substr(start, end - start), [&](std::string_view name, uint32_t, bool) {
    const auto at = static_cast<size_t>(name.data() - whole->utf8.data());
    if (tree->place(at + 1) != context::Place::code) return;
    if (at == start && at > 0 && snippets::is_name_byte(whole->utf8[at - 1])) return;  // partly typed: another question
    if (std::ranges::find(candidates, name) == candidates.end()) candidates.emplace_back(name);
  });
  if (candidates.empty()) return false;
  std::string text = whole->utf8;
  text.erase(start, end - start);
  out.file = file;
  out.text = std::make_shared<const context::Text>(context::make_text(whole->uri, 2, whole->language, std::move(text)));
  out.offset = start;
  out.tree = context::parse(out.text, {}).value_or(context::Tree());
  context::Outline outline = context::outline(out.tree);
  std::unordered_set<std::string> own;
  for (const auto& symbol : outline.symbols) own.insert(symbol.name);
  for (const auto& binding : context::bindings(out.tree, out.offset)) own.insert(binding.name);
  const auto near_above = names_of(lines_of(*out.text, line - std::min<size_t>(80, line), line));
  const auto near_below = names_of(lines_of(*out.text, line + 1, line + 31));
  const auto here = names_of(context::line_text(*out.text, line));
  for (const std::string& name : candidates) {
    if (own.contains(name) || !is_defined_elsewhere(repo, file, name)) continue;
    out.names.push_back({name, !near_above.contains(name) && !near_below.contains(name) && !here.contains(name)});
  }
  const context::IndexChange change{file_outline(*out.text, std::move(outline))};
  if (!out.names.empty()) out.index = with_files(repo.index, {&change, 1});
  return !out.names.empty();
}

inline std::vector<Hidden> hide_lines(const Repo& repo, size_t count, unsigned seed, bool cut) {
  std::vector<Hidden> out;
  std::mt19937 random(seed);
  for (size_t tries = 0; tries < 60 * count && out.size() < count && !repo.texts.empty(); ++tries) {
    const auto file = static_cast<FileId>(random() % repo.texts.size());
    const context::Text& text = *repo.texts[file];
    if (text.lines.size() < 20) continue;
    Hidden hidden;
    if (hide(repo, file, random() % text.lines.size(), cut, hidden)) out.push_back(std::move(hidden));
  }
  return out;
}

// What a way to choose put into the prompt.
struct Shown {
  std::string path, text;
};

inline bool has_name(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const bool begins = at == 0 || !snippets::is_name_byte(text[at - 1]);
    const bool ends = at + name.size() == text.size() || !snippets::is_name_byte(text[at + name.size()]);
    if (begins && ends) return true;
  }
  return false;
}

inline bool mentions(const std::vector<Shown>& shown, std::string_view name) {
  return std::ranges::any_of(shown, [&](const Shown& s) { return has_name(s.text, name); });
}

inline std::string_view trimmed(std::string_view line) {
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t\r")));
  while (!line.empty() && std::string_view(" \t\r").find(line.back()) != std::string_view::npos) line.remove_suffix(1);
  return line;
}

// Whether one of the lines is just this, but for blanks around it.
inline bool has_line(std::string_view text, std::string_view line) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (trimmed(text.substr(0, end)) == line) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

// Whether a definition in another file is shown: its declaration folded to one line, or the line that it begins on.
inline bool shows_definition(const Repo& repo, const Hidden& hidden, std::string_view name, const std::vector<Shown>& shown) {
  for (const SymbolId id : repo.index->definitions(name, 1000)) {
    if (id.file == hidden.file) continue;
    const auto symbol = repo.index->symbol(id);
    const context::Text& text = *repo.texts[id.file];
    const std::string_view line = trimmed(context::line_text(text, context::line_of(text, symbol.name_start)));
    for (const Shown& each : shown) {
      if (each.path != repo.index->path(id.file)) continue;
      if (has_line(each.text, line)) return true;
      if (!symbol.signature.empty() && has_line(each.text, symbol.signature)) return true;
    }
  }
  return false;
}

// The files that would be open beside this one: the two before and after it in its folder.
inline std::vector<FileId> recent_files(const Repo& repo, FileId file) {
  std::vector<FileId> folder = repo.index->paths().in_folder(context::folder_of(repo.index->path(file)), 10'000);
  std::ranges::sort(folder, {}, [&](FileId f) { return repo.index->path(f); });
  const auto at = std::ranges::find(folder, file) - folder.begin();
  std::vector<FileId> out;
  for (const std::ptrdiff_t step : {-1, 1, -2, 2}) {
    const std::ptrdiff_t i = at + step;
    if (i >= 0 && i < static_cast<std::ptrdiff_t>(folder.size())) out.push_back(folder[static_cast<size_t>(i)]);
  }
  return out;
}

// --- three other ways ---

class Filling {
 public:
  explicit Filling(size_t tokens) : left_(tokens) {}
  bool add(std::string path, std::string_view text) {
    const size_t tokens = context::estimate_tokens(text);
    if (tokens > left_) return false;
    left_ -= tokens;
    shown_.push_back({std::move(path), std::string(text)});
    return true;
  }
  [[nodiscard]] std::vector<Shown> take() { return std::move(shown_); }

 private:
  size_t left_;
  std::vector<Shown> shown_;
};

inline std::vector<Shown> similar_windows(const Repo& repo, const Hidden& hidden, size_t tokens) {
  const size_t line = context::line_of(*hidden.text, hidden.offset);
  const auto wanted = names_of(lines_of(*hidden.text, line - std::min<size_t>(line, 50), line + 1));
  struct Window {
    double alike;
    FileId file;
    size_t first;
  };
  std::vector<Window> windows;
  for (const FileId file : recent_files(repo, hidden.file)) {
    for (size_t first = 0; first < repo.texts[file]->lines.size(); first += 25) {
      const auto names = names_of(lines_of(*repo.texts[file], first, first + 50));
      size_t both = 0;
      for (const auto& name : names) both += wanted.contains(name);
      const size_t all = names.size() + wanted.size() - both;
      windows.push_back({all == 0 ? 0 : static_cast<double>(both) / static_cast<double>(all), file, first});
    }
  }
  std::ranges::stable_sort(windows, std::greater(), &Window::alike);
  Filling filling(tokens);
  std::vector<std::pair<FileId, size_t>> taken;
  for (const Window& w : windows) {
    const bool overlaps = std::ranges::any_of(taken, [&](const auto& t) {
      return t.first == w.file && w.first < t.second + 50 && t.second < w.first + 50;
    });
    if (overlaps) continue;
    if (!filling.add(std::string(repo.index->path(w.file)), lines_of(*repo.texts[w.file], w.first, w.first + 50))) break;
    taken.emplace_back(w.file, w.first);
  }
  return filling.take();
}

inline std::vector<Shown> recent_chunks(const Repo& repo, const Hidden& hidden, size_t tokens) {
  Filling filling(tokens);
  std::mt19937 random(hidden.file);
  const auto recent = recent_files(repo, hidden.file);
  for (size_t i = 0; i < 16 && !recent.empty(); ++i) {
    const FileId file = recent[i % recent.size()];
    const size_t chunks = (repo.texts[file]->lines.size() + 63) / 64;
    const size_t first = random() % chunks * 64;
    if (!filling.add(std::string(repo.index->path(file)), lines_of(*repo.texts[file], first, first + 64))) break;
  }
  return filling.take();
}

inline std::vector<Shown> nearby_names(const Repo& repo, const Hidden& hidden, size_t tokens) {
  Filling filling(tokens);
  const size_t line = context::line_of(*hidden.text, hidden.offset);
  std::unordered_set<std::string> done;
  for (size_t away = 0; away <= std::min<size_t>(line, 20); ++away) {
    snippets::each_name(context::line_text(*hidden.text, line - away), [&](std::string_view name, uint32_t, bool) {
      if (!done.emplace(name).second) return;
      auto ids = repo.index->definitions(name, 1000);
      std::erase_if(ids, [&](SymbolId id) { return id.file == hidden.file; });
      std::ranges::stable_sort(ids, std::greater(), [&](SymbolId id) {
        return snippets::common_folders(repo.index->path(id.file), repo.index->path(hidden.file));
      });
      if (ids.size() > 3) ids.resize(3);
      for (const SymbolId id : ids) filling.add(std::string(repo.index->path(id.file)), repo.index->symbol(id).signature);
    });
  }
  return filling.take();
}

// --- ours ---

inline constexpr std::string_view kSourceNames[] = {"names near", "imported outlines", "members of types", "similar code"};
inline constexpr size_t kSources = std::size(kSourceNames);

inline snippets::Table table_of(const Repo& repo, const Hidden& hidden, const snippets::Scene& scene, unsigned without = 0) {
  snippets::Table table;
  if (!(without & 8)) {
    std::vector<snippets::FileWordsPtr> texts;
    for (const FileId file : recent_files(repo, hidden.file)) texts.push_back(snippets::read_words(std::string(repo.index->path(file)), repo.texts[file]));
    names_in_alike(scene, most_alike(scene, texts, 8), table);
  }
  if (!(without & 1)) names_near(scene, table);
  if (!(without & 2)) imported_outlines(scene, table);
  if (!(without & 4)) members_of_types(scene, table);
  return table;
}

inline snippets::Scene scene_of(const Repo& repo, const Hidden& hidden) {
  const size_t line = context::line_of(*hidden.text, hidden.offset);
  const auto start = [&](size_t l) { return l < hidden.text->lines.size() ? hidden.text->lines[l] : hidden.text->utf8.size(); };
  return snippets::look(*hidden.index, *hidden.text, hidden.offset, hidden.tree, std::string(repo.index->path(hidden.file)),
                        start(line - std::min<size_t>(80, line)), start(line + 30));
}

// What a prompt would get: the real entry point, with the neighbours of the file open.
inline std::vector<Shown> gathered(const Repo& repo, const Hidden& hidden, size_t tokens) {
  context::Surroundings around;
  around.index = hidden.index;
  around.path = repo.index->path(hidden.file);
  for (const FileId file : recent_files(repo, hidden.file)) around.open.push_back({std::string(repo.index->path(file)), repo.texts[file]});
  around.tokens = tokens;
  const auto result = context::gather(hidden.text, hidden.offset, hidden.tree, {}, around);
  std::vector<Shown> out;
  for (const auto& snippet : result.snippets) out.push_back({snippet.path, snippet.text});
  return out;
}

// Excerpts alone, without some of the sources.
inline std::vector<Shown> excerpts_without(const Repo& repo, const Hidden& hidden, size_t tokens, unsigned without) {
  const snippets::Scene scene = scene_of(repo, hidden);
  const snippets::Table table = table_of(repo, hidden, scene, without);
  const auto ranked = rank(scene, table, snippets::fitted_weights());
  std::vector<Shown> out;
  for (const auto& excerpt : choose(scene, ranked, {.tokens = tokens, .files = 32})) {
    out.push_back({std::string(repo.index->path(excerpt.file)), text_of(*hidden.index, excerpt)});
  }
  return out;
}

}  // namespace fimd::bench
