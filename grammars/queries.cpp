#include "grammars/queries.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <memory>

#include "grammars/queries_text.h"

namespace fimd::grammars {
namespace {

constexpr size_t kMaxGrammars = 128;

constexpr std::pair<std::string_view, Capture> kCaptures[] = {
    {"module", Capture::module},
    {"type", Capture::type},
    {"interface", Capture::interface},
    {"enumeration", Capture::enumeration},
    {"enum_case", Capture::enum_case},
    {"function", Capture::function},
    {"method", Capture::method},
    {"field", Capture::field},
    {"variable", Capture::variable},
    {"constant", Capture::constant},
    {"macro", Capture::macro},
    {"name", Capture::name},
    {"declarator", Capture::declarator},
    {"returns", Capture::returns},
    {"value", Capture::value},
    {"element", Capture::element},
    {"body", Capture::body},
    {"owner", Capture::owner},
    {"bases", Capture::bases},
    {"object", Capture::object},
    {"wrap", Capture::wrap},
    {"local", Capture::local},
    {"gap", Capture::gap},
    {"base", Capture::base},
    {"doc", Capture::doc},
    {"import", Capture::import},
    {"relative", Capture::relative},
    {"from", Capture::from},
    {"item", Capture::item},
    {"as", Capture::as},
    {"all", Capture::all},
    {"default", Capture::default_item},
    {"is", Capture::is},
    {"expand", Capture::expand},
    {"scope", Capture::scope},
    {"class", Capture::class_scope},
    {"binding", Capture::binding},
    {"embed", Capture::embed},
    {"language", Capture::language},
    {"comment", Capture::comment},
    {"text", Capture::text},
    {"code", Capture::code},
};

// What a node kind with a name defines, as far as its own name tells: the first part that occurs in it counts.
struct Guess {
  std::string_view part, capture;
};
constexpr Guess kGuesses[] = {
    {"enum_member", "enum_case"},
    {"enum_variant", "enum_case"},
    {"enum_case", "enum_case"},
    {"enum_constant", "enum_case"},
    {"enumerator", "enum_case"},
    {"enum", "enumeration"},
    {"interface", "interface"},
    {"trait", "interface"},
    {"protocol", "interface"},
    {"class", "type"},
    {"struct", "type"},
    {"record", "type"},
    {"union", "type"},
    {"message", "type"},
    {"object", "type"},
    {"method", "method"},
    {"constructor", "method"},
    {"function", "function"},
    {"procedure", "function"},
    {"subroutine", "function"},
    {"func", "function"},
    {"rpc", "function"},
    {"macro", "macro"},
    {"namespace", "module"},
    {"package", "module"},
    {"module", "module"},
    {"const", "constant"},
    {"field", "field"},
    {"property", "field"},
    {"var", "variable"},
    {"type", "type"},
};
constexpr std::string_view kDefining[] = {"_definition", "_declaration", "_item",     "_def",
                                          "_decl",       "_statement",   "_specifier"};

struct Kept {
  std::array<std::atomic<const Query*>, kQueryKinds> queries{};
  std::atomic<const std::vector<std::string_view>*> keywords{};
};

// Compiled queries live as long as the modules they are about: to the end of the process.
Kept& kept(const Grammar& grammar) {
  static std::array<Kept, kMaxGrammars> all;
  const auto known = grammars();
  const size_t index = static_cast<size_t>(&grammar - known.data());
  return all[index < known.size() ? index : kMaxGrammars - 1];
}

// Makes the value on first use. Two threads may both make it; the first one's is kept.
template <class T, class Make>
const T& once(std::atomic<const T*>& slot, Make make) {
  if (const T* there = slot.load(std::memory_order_acquire)) return *there;
  auto made = std::make_unique<const T>(make());
  const T* expected = nullptr;
  if (slot.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel)) return *made.release();
  return *expected;
}

std::string_view text_of(const Grammar& grammar, std::string_view file) {
  const auto texts = query_texts();
  const auto found =
      std::ranges::find_if(texts, [&](const QueryText& t) { return t.grammar == grammar.queries() && t.file == file; });
  return found == texts.end() ? std::string_view() : found->text;
}

void add_kinds(std::string& out, const Words& kinds, std::string_view capture) {
  for (const std::string_view kind : kinds.list()) out.append("(").append(kind).append(") @").append(capture) += '\n';
}

bool compiles(const TSLanguage* language, const std::string& text) {
  uint32_t offset = 0;
  TSQueryError error = TSQueryErrorNone;
  TSQuery* made = ts_query_new(language, text.data(), static_cast<uint32_t>(text.size()), &offset, &error);
  if (made) ts_query_delete(made);
  return made != nullptr;
}

// Patterns for the node kinds that have a name and sound like definitions.
std::string generic_symbols(const TSLanguage* language) {
  std::string out;
  for (uint32_t symbol = 0; symbol < ts_language_symbol_count(language); ++symbol) {
    if (ts_language_symbol_type(language, static_cast<TSSymbol>(symbol)) != TSSymbolTypeRegular) continue;
    const std::string_view kind = ts_language_symbol_name(language, static_cast<TSSymbol>(symbol));
    if (std::ranges::none_of(kDefining, [&](std::string_view end) { return kind.ends_with(end); })) continue;
    for (const Guess& guess : kGuesses) {
      if (kind.find(guess.part) == std::string_view::npos) continue;
      const std::string pattern = "(" + std::string(kind) + " name: (_) @name) @" + std::string(guess.capture) + "\n";
      if (compiles(language, pattern)) out += pattern;
      break;
    }
  }
  return out;
}

std::string whole_text(const Grammar& grammar, const TSLanguage* language, QueryKind kind) {
  if (kind == QueryKind::scopes) return std::string(text_of(grammar, "scopes"));
  if (kind == QueryKind::embeds) return std::string(text_of(grammar, "embeds"));
  std::string out(text_of(grammar, "symbols"));
  if (out.empty()) out = generic_symbols(language);
  out += text_of(grammar, "imports");
  add_kinds(out, grammar.comments, "comment");
  add_kinds(out, grammar.strings, "text");
  add_kinds(out, grammar.codes, "code");
  return out;
}

void read_captures(Query& query) {
  for (uint32_t i = 0; i < ts_query_capture_count(query.query); ++i) {
    uint32_t length = 0;
    const char* name = ts_query_capture_name_for_id(query.query, i, &length);
    const std::string_view whole(name, length);
    const std::string_view word = whole.substr(0, whole.find('.'));
    std::string words(whole.substr(std::min(word.size() + 1, whole.size())));
    std::ranges::replace(words, '.', ' ');
    const auto found = std::ranges::find_if(kCaptures, [&](const auto& c) { return c.first == word; });
    if (found == std::end(kCaptures)) query.error = "unknown capture @" + std::string(word);
    query.captures.push_back(found == std::end(kCaptures) ? Capture::none : found->second);
    query.words.push_back(std::move(words));
  }
}

Query compile(const Grammar& grammar, QueryKind kind) {
  Query out;
  const Loaded loaded = load(grammar);
  if (!loaded.language) {
    out.error = loaded.error;
    return out;
  }
  const std::string text = whole_text(grammar, loaded.language, kind);
  if (text.empty()) return out;
  uint32_t offset = 0;
  TSQueryError error = TSQueryErrorNone;
  out.query = ts_query_new(loaded.language, text.data(), static_cast<uint32_t>(text.size()), &offset, &error);
  if (out.query) {
    read_captures(out);
  } else {
    const size_t line = text.rfind('\n', offset);
    const size_t from = line == std::string::npos ? 0 : line + 1;
    out.error =
        "query of " + std::string(grammar.name) + " is wrong at: " + text.substr(from, text.find('\n', offset) - from);
  }
  return out;
}

std::vector<std::string_view> read_keywords(const Grammar& grammar) {
  std::vector<std::string_view> out;
  const Loaded loaded = load(grammar);
  if (!loaded.language) return out;
  for (uint32_t symbol = 0; symbol < ts_language_symbol_count(loaded.language); ++symbol) {
    std::string_view word = ts_language_symbol_name(loaded.language, static_cast<TSSymbol>(symbol));
    const auto type = ts_language_symbol_type(loaded.language, static_cast<TSSymbol>(symbol));
    if (type == TSSymbolTypeRegular && word.starts_with("keyword_"))
      word.remove_prefix(8);  // SQL's have names
    else if (type != TSSymbolTypeAnonymous)
      continue;
    if (word.size() > 1 && word[0] == '#') word.remove_prefix(1);  // "#define" is one token, "define" its word
    if (!word.empty() && std::isalpha(static_cast<unsigned char>(word[0]))) out.push_back(word);
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

const Query& query(const Grammar& grammar, QueryKind kind) {
  return once<Query>(kept(grammar).queries[static_cast<size_t>(kind)], [&] { return compile(grammar, kind); });
}

const std::vector<std::string_view>& keywords(const Grammar& grammar) {
  return once<std::vector<std::string_view>>(kept(grammar).keywords, [&] { return read_keywords(grammar); });
}

bool has_queries(const Grammar& grammar, std::string_view file) {
  return !text_of(grammar, file).empty();
}

}  // namespace fimd::grammars
