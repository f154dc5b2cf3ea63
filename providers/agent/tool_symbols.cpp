// find_symbol: which files to look at is told by the index, where the names are by their texts as they are now.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "context/paths.h"
#include "context/symbols.h"
#include "providers/agent/edit_lines.h"
#include "providers/agent/parse_errors.h"
#include "providers/agent/tool_search.h"
#include "providers/agent/tool_text.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kFiles = 60;        // that are parsed
constexpr size_t kDefinitions = 30;  // shown
constexpr size_t kReferences = 60;   // shown
constexpr size_t kBodyLines = 30;
constexpr size_t kScanned = 5'000;  // files looked through where there is no index

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// The next place of `name` as a whole word.
size_t find_word(std::string_view text, std::string_view name, size_t from) {
  for (size_t i = text.find(name, from); i != std::string_view::npos; i = text.find(name, i + 1)) {
    const size_t end = i + name.size();
    if ((i == 0 || !is_word(text[i - 1])) && (end == text.size() || !is_word(text[end]))) return i;
  }
  return std::string_view::npos;
}

std::string_view kind_name(context::SymbolKind kind) {
  using context::SymbolKind;
  switch (kind) {
    case SymbolKind::module: return "module";
    case SymbolKind::type: return "type";
    case SymbolKind::interface: return "interface";
    case SymbolKind::enumeration: return "enum";
    case SymbolKind::enum_case: return "enum case";
    case SymbolKind::function: return "function";
    case SymbolKind::method: return "method";
    case SymbolKind::field: return "field";
    case SymbolKind::variable: return "variable";
    case SymbolKind::constant: return "constant";
    case SymbolKind::macro: return "macro";
  }
  return "symbol";
}

// "Pump::flush", "pkg.Pump.flush", "Pump#flush": the last name, and those in front of it.
struct Qualified {
  std::vector<std::string> scope;
  std::string name;
};
Qualified split_name(std::string_view text) {
  Qualified out;
  text = trimmed(text);
  if (text.ends_with("()")) text.remove_suffix(2);
  std::string part;
  for (const char c : text) {
    if (c != ':' && c != '.' && c != '#' && c != '/') {
      part += c;
    } else if (!part.empty()) {
      out.scope.push_back(std::exchange(part, {}));
    }
  }
  out.name = part;
  return out;
}

struct Definition {
  std::string path, signature;
  std::string_view kind;
  size_t line = 0, last_line = 0;  // zero-based
};

class SymbolSearch {
 public:
  SymbolSearch(Overlay& overlay, const context::IndexPtr& index, const Arguments& arguments,
               const std::stop_token& stop)
      : overlay_(overlay), index_(index), wanted_(split_name(arguments.text("name"))), stop_(stop) {}

  ToolResult run(bool references, const Seen& seen) {
    if (wanted_.name.empty()) return {"find_symbol: name is empty", true};
    for (const std::string& path : candidates()) {
      if (parsed_ >= kFiles || stop_.stop_requested()) {
        complete_ = false;
        break;
      }
      look_for_definitions(path);
    }
    Output out(Toolbox::kResultBytes - 600);
    out.add(
        fmt::format("find_symbol {}: {} definitions\n", harmless(wanted_.name.substr(0, 200)), definitions_.size()));
    show_definitions(seen, out);
    if (references) show_references(seen, out);
    if (definitions_.empty()) out.note("[search_text finds names that are not defined in this workspace]\n");
    if (!complete_) out.note("[not all files were looked at; search_text with a glob narrows it]\n");
    return {out.text(), false};
  }

 private:
  void add_changed(std::set<std::string>& paths) const {
    for (const ChangedFile& file : overlay_.changed()) paths.insert(file.path);
  }

  // Without an index: the files that hold the word.
  [[nodiscard]] std::set<std::string> scan() {
    std::set<std::string> out;
    size_t scanned = 0;
    for (const ListedFile& file : overlay_.files(stop_)) {
      if (stop_.stop_requested() || scanned >= kScanned) {
        complete_ = false;
        break;
      }
      ++scanned;
      const auto text = overlay_.read(file.path);
      if (text && find_word(text->text, wanted_.name, 0) != std::string::npos) out.insert(file.path);
    }
    return out;
  }

  [[nodiscard]] std::set<std::string> candidates() {
    if (index_ == nullptr) return scan();
    std::set<std::string> out;
    for (const context::SymbolId id : index_->definitions(wanted_.name)) out.insert(std::string(index_->path(id.file)));
    add_changed(out);
    return out;
  }

  void look_for_definitions(const std::string& path) {
    const auto text = overlay_.read(path);
    if (!text || text->text.find(wanted_.name) == std::string::npos) return;
    ++parsed_;
    const context::Tree tree = tree_of(path, text->text, stop_);
    if (!tree) return;
    const context::Outline outline = context::outline(tree, stop_);
    for (const context::Symbol& symbol : outline.symbols) {
      if (symbol.name != wanted_.name || !in_scope(outline, symbol)) continue;
      const context::Text& t = *tree.text();
      definitions_.push_back({path, symbol.signature, kind_name(symbol.kind), context::line_of(t, symbol.name_start),
                              context::line_of(t, std::max(symbol.start, symbol.end == 0 ? 0 : symbol.end - 1))});
    }
  }

  // Whether the names in front of the symbol's, as far as they were given, are those around it.
  [[nodiscard]] bool in_scope(const context::Outline& outline, const context::Symbol& symbol) const {
    std::vector<std::string> around;
    if (!symbol.owner.empty()) {
      const Qualified owner = split_name(symbol.owner);
      around.push_back(owner.name);
      around.insert(around.end(), owner.scope.rbegin(), owner.scope.rend());
    }
    for (uint32_t c = symbol.container; c != context::Symbol::kNoContainer; c = outline.symbols[c].container) {
      const Qualified name = split_name(outline.symbols[c].name);
      around.push_back(name.name);
      around.insert(around.end(), name.scope.rbegin(), name.scope.rend());
    }
    // A package or folder may be named where the text has no such scope: only the nearest name must fit.
    return wanted_.scope.empty() || around.empty() || around.front() == wanted_.scope.back();
  }

  void show_definitions(const Seen& seen, Output& out) const {
    size_t shown = 0;
    for (const Definition& d : definitions_) {
      if (shown == kDefinitions) break;
      if (!out.add(fmt::format("{}:{} {} {}\n", shown_line(d.path), d.line + 1, d.kind, shown_line(d.signature))))
        break;
      ++shown;
    }
    if (shown < definitions_.size()) out.note(fmt::format("[{} more definitions]\n", definitions_.size() - shown));
    if (definitions_.size() != 1) return;
    const Definition& only = definitions_.front();
    const auto text = overlay_.read(only.path);
    if (!text) return;
    seen(only.path);
    const Lines lines = lines_of(text->text);
    const size_t end = std::min({lines.size(), only.last_line + 1, only.line + kBodyLines});
    for (size_t i = only.line; i < end; ++i) out.add(gutter_line(i + 1, lines[i]));
    if (only.last_line + 1 > end) {
      out.add(fmt::format("[{} more lines; read_file start_line={}]\n", only.last_line + 1 - end, end + 1));
    }
  }

  void show_references(const Seen& seen, Output& out) {
    std::set<std::string> paths;
    if (index_ == nullptr) {
      paths = scan();
    } else {
      for (const context::FileId file : index_->mentions(wanted_.name)) paths.insert(std::string(index_->path(file)));
      add_changed(paths);
    }
    size_t shown = 0, more = 0;
    out.add("references:\n");
    for (const std::string& path : paths) {
      const auto text = overlay_.read(path);
      if (!text || stop_.stop_requested()) continue;
      bool named = false;
      size_t number = 0;
      for (const std::string_view line : lines_of(text->text)) {
        ++number;
        if (find_word(line, wanted_.name, 0) == std::string_view::npos || is_definition(path, number - 1)) continue;
        const std::string head = named ? "" : shown_line(path) + "\n";
        if (shown >= kReferences || !out.add(head + gutter_line(number, line))) {
          ++more;
          continue;
        }
        named = true;
        ++shown;
        seen(path);
      }
    }
    if (shown == 0 && more == 0) out.add("  none\n");
    if (more > 0) out.note(fmt::format("[{} more references; search_text with a glob narrows it]\n", more));
  }

  [[nodiscard]] bool is_definition(const std::string& path, size_t line) const {
    return std::any_of(definitions_.begin(), definitions_.end(),
                       [&](const Definition& d) { return d.line == line && d.path == path; });
  }

  Overlay& overlay_;
  const context::IndexPtr& index_;
  Qualified wanted_;
  const std::stop_token& stop_;
  std::vector<Definition> definitions_;
  size_t parsed_ = 0;
  bool complete_ = true;
};

}  // namespace

ToolResult find_symbol(Overlay& overlay, const context::IndexPtr& index, const Arguments& arguments, const Seen& seen,
                       const std::stop_token& stop) {
  return SymbolSearch(overlay, index, arguments, stop).run(arguments.flag("references"), seen);
}

}  // namespace fimd::providers::agent
