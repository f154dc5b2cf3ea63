#include "context/snippets/scene.h"

#include <algorithm>

#include "context/hash.h"

namespace fimd::context::snippets {
namespace {

constexpr size_t kBefore = 48u << 10;  // bytes in front of the cursor that are read for names
constexpr size_t kAfter = 16u << 10;
constexpr size_t kHead = 8u << 10;     // the file's beginning, where its imports stand
constexpr size_t kMaxLine = 2000;      // bytes of the cursor's line that are looked at
constexpr size_t kMaxImported = 200;   // files

void add_word(Scene& scene, std::string_view name, uint32_t distance, bool before, bool member) {
  const auto [at, fresh] = scene.word_at.try_emplace(name, static_cast<uint32_t>(scene.words.size()));
  if (fresh) scene.words.push_back({.name = name});
  Word& word = scene.words[at->second];
  ++word.count;
  uint32_t& nearest = before ? word.before : word.after;
  if (distance >= nearest && nearest != Word::kFar) return;
  if (distance < std::min(word.before, word.after)) word.member = member;
  nearest = distance;
}

void read_words(Scene& scene) {
  const std::string_view all = scene.text->utf8;
  const size_t cursor_line = line_of(*scene.text, scene.offset);
  // The unfinished name is no word yet.
  const size_t end = scene.offset - scene.line.typed.size();
  const size_t start = end > kBefore ? scene.text->lines[line_of(*scene.text, end - kBefore)] : 0;
  const auto before = [&](size_t from, size_t to) {
    const auto first = static_cast<uint32_t>(cursor_line - line_of(*scene.text, from));
    each_name(all.substr(from, to - from), [&](std::string_view name, uint32_t line, bool member) {
      add_word(scene, name, first - std::min(first, line), true, member);
    });
  };
  before(start, end);
  if (start > 0) before(0, std::min(start, kHead));
  size_t from = scene.offset;
  while (from < all.size() && is_name_byte(all[from])) ++from;
  each_name(all.substr(from, kAfter), [&](std::string_view name, uint32_t line, bool member) {
    add_word(scene, name, line, false, member);
  });
  std::stable_sort(scene.words.begin(), scene.words.end(), [](const Word& a, const Word& b) {
    return std::min(a.before, a.after) < std::min(b.before, b.after);
  });
  for (uint32_t i = 0; i < scene.words.size(); ++i) scene.word_at[scene.words[i].name] = i;
}

size_t name_start(std::string_view text, size_t end) {
  while (end > 0 && is_name_byte(text[end - 1])) --end;
  return end;
}

size_t skip_blanks_back(std::string_view text, size_t end) {
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  return end;
}

// The place of the bracket that opens what `end` is inside of or, with `closed`, what closes in front of it.
size_t open_bracket(std::string_view text, size_t end, bool closed) {
  size_t depth = closed ? 1 : 0;
  for (size_t i = end; i-- > 0;) {
    const char c = text[i];
    if (c == ')' || c == ']') ++depth;
    if (c != '(' && c != '[') continue;
    if (depth == 0) return i;
    if (--depth == 0 && closed) return i;
  }
  return std::string_view::npos;
}

Unfinished read_line(std::string_view text, size_t offset) {
  const size_t floor = offset > kMaxLine ? offset - kMaxLine : 0;
  const std::string_view line = text.substr(floor, offset - floor);
  const size_t break_at = line.rfind('\n');
  const std::string_view here = break_at == std::string_view::npos ? line : line.substr(break_at + 1);
  Unfinished out;
  const size_t typed = name_start(here, here.size());
  out.typed = here.substr(typed);
  std::string_view head = here.substr(0, typed);
  for (const std::string_view mark : {"->", "::", "?.", "."}) {
    if (!head.ends_with(mark)) continue;
    out.member = true;
    head.remove_suffix(mark.size());
    if (head.ends_with(')')) {
      const size_t open = open_bracket(head, head.size() - 1, true);
      if (open == std::string_view::npos) break;
      head = head.substr(0, open);
      out.receiver_is_call = true;
    }
    out.receiver = head.substr(name_start(head, head.size()));
    break;
  }
  if (const size_t open = open_bracket(here, typed, false); open != std::string_view::npos && here[open] == '(') {
    const size_t end = skip_blanks_back(here, open);
    out.callee = here.substr(name_start(here, end), end - name_start(here, end));
  }
  return out;
}

std::shared_ptr<const KnownBindings> read_bindings(const Scene& scene, std::shared_ptr<const KnownBindings> known) {
  KnownBindings out;
  out.line_start = scene.text->lines[line_of(*scene.text, scene.offset)];
  const size_t start = out.line_start > kBefore ? out.line_start - kBefore : 0;
  out.above = hash_bytes(std::string_view(scene.text->utf8).substr(start, out.line_start - start));
  if (known && known->line_start == out.line_start && known->above == out.above) return known;
  if (scene.tree)
    out.list = bindings(scene.tree, scene.offset);
  else
    out.above = 0;  // nothing to keep
  return std::make_shared<const KnownBindings>(std::move(out));
}

void read_imports(Scene& scene) {
  if (scene.file == kNoFile) return;
  scene.imports = scene.index->imports(scene.file);
  for (uint32_t i = 0; i < scene.imports.size(); ++i) {
    const ResolvedImport& import = scene.imports[i];
    if (!import.import.name.empty()) scene.imported_names.insert(import.import.name);
    for (const FileId file : import.files) {
      if (scene.imported.size() < kMaxImported && file != scene.file) scene.imported.try_emplace(file, i);
    }
  }
}

}  // namespace

const Binding* Scene::binding(std::string_view name) const {
  const auto found = std::ranges::find(bindings->list, name, &Binding::name);
  return found == bindings->list.end() ? nullptr : &*found;
}

Scene look(const Index& index, const Text& text, size_t offset, const Tree& tree, std::string path,
           size_t window_start, size_t window_end, std::shared_ptr<const KnownBindings> known) {
  Scene scene;
  scene.index = &index;
  scene.text = &text;
  scene.offset = offset;
  scene.tree = tree;
  scene.path = std::move(path);
  scene.language = text.language;
  scene.file = index.find(scene.path).value_or(kNoFile);
  scene.window_start = window_start;
  scene.window_end = window_end;
  scene.line = read_line(text.utf8, offset);
  read_words(scene);
  if (tree) scene.scopes = tree.scopes(offset);
  scene.bindings = read_bindings(scene, std::move(known));
  if (scene.file != kNoFile) {
    for (uint32_t s = 0; s < index.symbols(scene.file); ++s) scene.own.insert(index.symbol({scene.file, s}).name);
  }
  for (const Binding& binding : scene.bindings->list) scene.own.insert(binding.name);
  read_imports(scene);
  return scene;
}

}  // namespace fimd::context::snippets
