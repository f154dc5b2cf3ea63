#include "context/imports.h"

#include "context/imports_parts.h"

namespace fimd::context {
namespace importing {

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (size_t from = 0; from < text.size() && parts.size() < kMaxParts;) {
    const size_t to = std::min(text.find_first_of(separators, from), text.size());
    if (to > from) parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

std::string join(std::string_view folder, std::string_view rest) {
  std::string out(folder);
  if (!folder.empty() && !rest.empty()) out += '/';
  out += rest;
  return out;
}

std::string with_slashes(std::string_view dotted, std::string_view separators) {
  std::string out;
  for (const std::string_view part : split(dotted, separators)) out = join(out, part);
  return out;
}

std::vector<std::string_view> folders_up(std::string_view folder) {
  std::vector<std::string_view> out;
  for (; !folder.empty() && out.size() < kMaxParts; folder = folder_of(folder)) out.push_back(folder);
  out.emplace_back();
  return out;
}

bool ends_with_path(std::string_view path, std::string_view ending) {
  if (!path.ends_with(ending)) return false;
  return path.size() == ending.size() || path[path.size() - ending.size() - 1] == '/';
}

void sort_by_nearness(const Paths& paths, std::string_view folder, Found& found) {
  const auto distance = [&](FileId id) {
    const std::string_view path = paths.path(id);
    size_t common = 0;
    for (size_t i = 0; i < std::min(path.size(), folder.size() + 1); ++i) {
      const char there = i == folder.size() ? '/' : folder[i];
      if (path[i] != there) break;
      if (there == '/') common = i + 1;
    }
    const std::string_view up = common > folder.size() ? std::string_view{} : folder.substr(common);
    const auto down = std::count(path.begin() + static_cast<ptrdiff_t>(common), path.end(), '/');
    return (up.empty() ? 0 : std::count(up.begin(), up.end(), '/') + 1) + down;
  };
  std::stable_sort(found.begin(), found.end(), [&](FileId a, FileId b) { return distance(a) < distance(b); });
}

Found ending_with(const Search& search, std::string_view ending) {
  Found found;
  const auto named = search.paths.named(name_of(ending));
  for (const FileId id : named.first(std::min(named.size(), kMaxCandidates))) {
    if (ends_with_path(search.paths.path(id), ending)) found.push_back(id);
  }
  sort_by_nearness(search.paths, search.folder, found);
  return found;
}

Found of_folder(const Paths& paths, std::string_view folder, std::string_view extensions) {
  Found found = paths.in_folder(folder, kMaxImported * 4);
  const auto known = split(extensions, " ");
  std::erase_if(found, [&](FileId id) {
    const std::string_view path = paths.path(id);
    return std::none_of(known.begin(), known.end(), [&](std::string_view each) { return path.ends_with(each); });
  });
  return found;
}

}  // namespace importing

namespace {

using importing::Found;
using importing::Search;

struct Rules {
  std::string_view languages;
  Found (*find)(const Search&);
};

constexpr Rules kRules[] = {
    {" javascript javascriptreact typescript typescriptreact vue svelte ", importing::scripts},
    {" python cython ", importing::python},
    {" c cpp objective-c objective-cpp cuda-cpp arduino devicetree ", importing::c_includes},
    {" go ", importing::go},
    {" java kotlin scala groovy ", importing::jvm},
    {" rust ", importing::rust},
    {" csharp ", importing::csharp},
    {" php ", importing::php},
    {" ruby ", importing::ruby},
    {" dart ", importing::dart},
    {" perl ", importing::perl},
    {" nix ", importing::nix},
    {" solidity ", importing::solidity},
    {" lua haskell elm elixir ocaml ocaml.interface ", importing::dotted},
};

// What is before the first dot of a name; all of ".env".
std::string_view cut(std::string_view name) {
  const size_t dot = name.find('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

void add_last(std::string_view text, std::string_view separators, size_t most, std::vector<std::string_view>& keys) {
  const auto parts = importing::split(text, separators);
  for (size_t i = 0; i < std::min(most, parts.size()); ++i) keys.push_back(parts[parts.size() - 1 - i]);
}

template <class Keys>
void tidy(Keys& keys) {
  std::erase_if(keys, [](const auto& key) { return key.empty() || key == "." || key == ".." || key == "*"; });
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) && (text.size() == word.size() || text[word.size()] == ':');
}

// "ShopTools" of "shop_tools".
std::string in_capitals(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '_') continue;
    const bool first = i == 0 || name[i - 1] == '_';
    out += first && name[i] >= 'a' && name[i] <= 'z' ? static_cast<char>(name[i] - 'a' + 'A') : name[i];
  }
  return out;
}

std::string_view last_part(std::string_view name) {
  return name.substr(name.find_last_of("/\\") + 1);
}

}  // namespace

std::vector<FileId> resolve_import(const Paths& paths, const Project& project, const ImportSite& site) {
  if (paths.size() == 0 || site.import.module.empty()) return {};
  const Search search{paths, project, site, folder_of(site.path)};
  const std::string language = " " + std::string(site.language) + " ";
  Found (*find)(const Search&) = importing::as_spelled;
  for (const Rules& rules : kRules) {
    if (rules.languages.find(language) != std::string_view::npos) find = rules.find;
  }
  Found found = find(search);
  const auto self = paths.find(site.path);
  if (self) std::erase(found, *self);
  if (found.size() > kMaxImported) found.resize(kMaxImported);
  return found;
}

std::vector<std::string_view> import_keys(std::string_view path, const ImportView& import) {
  std::vector<std::string_view> keys;
  const std::string_view module = import.module.substr(0, import.module.find('?'));
  if (module.find('/') != std::string_view::npos) {
    add_last(module, "/", 1, keys);
    if (!keys.empty()) keys.back() = cut(keys.back());
  } else {
    add_last(module, ".:\\", 3, keys);  // with an extension behind it, and a member in front
  }
  if (import.name.size() > 0 && import.name != "default") keys.push_back(import.name);
  // "..", `super`: the file's own folder and those above are meant.
  const bool up = module.find_first_not_of("./") == std::string_view::npos || begins_with_word(module, "super") ||
                  begins_with_word(module, "self") || begins_with_word(module, "crate") || module.ends_with("/..");
  if (up) {
    std::string_view folder = folder_of(path);
    for (int i = 0; i < 4 && !folder.empty(); ++i, folder = folder_of(folder)) keys.push_back(cut(name_of(folder)));
    keys.insert(keys.end(), {"index", "__init__", "lib", "main"});  // at the root no folder has a name
  }
  tidy(keys);
  return keys;
}

std::vector<std::string> file_keys(std::string_view path, const Project& project) {
  std::vector<std::string> keys;
  const auto add = [&](std::string_view key) { keys.emplace_back(key); };
  const std::string_view name = cut(name_of(path));
  add(name);
  add(in_capitals(name));
  if (name.starts_with('_')) add(name.substr(1));  // of Sass
  const std::string_view folder = folder_of(path);
  std::vector<std::string_view> parts;
  add_last(name_of(folder), ".", 2, parts);
  for (const std::string_view part : parts) add(part);
  add(cut(name_of(folder)));
  add(cut(name_of(folder_of(folder))));  // "util" of util/src/index.ts
  for (const auto* list : {&project.packages, &project.go_modules, &project.crates}) {
    for (const Project::Named& named : *list) {
      if (!named.folder.empty() && !path.starts_with(named.folder + "/")) continue;
      std::string last(cut(last_part(named.name)));
      add(last);
      std::replace(last.begin(), last.end(), '-', '_');
      add(last);
    }
  }
  for (const Project::Aliases& scripts : project.scripts) {
    for (const auto& alias : scripts.aliases) {
      if (alias.pattern.find('*') != std::string::npos) continue;  // the rest of the spelling is the file's
      for (const std::string& target : alias.targets) {
        if (path.starts_with(target.substr(0, target.rfind('.')))) add(cut(last_part(alias.pattern)));
      }
    }
  }
  tidy(keys);
  return keys;
}

}  // namespace fimd::context
