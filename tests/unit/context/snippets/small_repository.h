// A repository of a few files in memory, and gathers in it. The cursor is where the text has a ^.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "context/gather.h"
#include "context/snippets/scene.h"
#include "grammars/registry.h"
#include "tests/unit/context/memory_files.h"

namespace fimd::context {

using Files = std::map<std::string, std::string>;  // path to text

class SmallRepository {
 public:
  explicit SmallRepository(Files files) {
    std::vector<IndexChange> changes;
    auto disk = std::make_shared<MemoryFiles>();
    for (auto& [path, text] : files) {
      disk->add("/repo/" + path, text);
      changes.push_back({outline_of(path, text)});
    }
    around.index = with_files(empty_index(), changes);
    around.files = disk;
    around.root = "/repo";
    around.snippets = 12;
  }

  // Gathers for a document with this text, which the index takes in first.
  Gathered gather_at(const std::string& path, std::string marked, GatherLimits limits = {}) {
    const size_t offset = marked.find('^');
    marked.erase(offset, 1);
    const IndexChange change{outline_of(path, marked)};
    around.index = with_files(around.index, {&change, 1});
    around.path = path;
    const Snapshot text = snapshot(path, marked);
    return gather(text, offset, parse(text, {}).value_or(Tree()), limits, around);
  }

  static Snapshot snapshot(const std::string& path, std::string text) {
    return std::make_shared<const Text>(make_text("file:///repo/" + path, 1, std::string(grammars::language_of_path(path)), std::move(text)));
  }

  Surroundings around;

 private:
  static FileOutline outline_of(const std::string& path, const std::string& text) {
    const Snapshot snap = snapshot(path, text);
    const auto tree = parse(snap, {});
    return {.path = path, .language = snap->language, .stamp = {.bytes = text.size()},
            .lines = static_cast<uint32_t>(snap->lines.size()), .outline = tree ? outline(*tree) : Outline{}};
  }
};

inline std::string text_from(const Gathered& gathered, const std::string& path) {
  std::string out;
  for (const Snippet& each : gathered.snippets) {
    if (each.path == path) out += each.text;
  }
  return out;
}

inline std::string why_of(const Gathered& gathered, const std::string& path) {
  const auto at = std::ranges::find(gathered.snippets, path, &Snippet::path);
  return at == gathered.snippets.end() ? "" : at->why;
}

}  // namespace fimd::context
