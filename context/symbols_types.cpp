// The names of types in the texts of declarations and values.
#include <algorithm>
#include <array>

#include "context/symbols_text.h"
#include "grammars/registry.h"

namespace fimd::context {
namespace {

using grammars::Words;

constexpr size_t kMaxType = 1000;  // bytes of a type or value that are read
constexpr int kMaxSteps = 64;      // brackets and names taken apart

// Words in front of a type that do not name it.
constexpr Words kNotTypes{
    "const volatile mutable mut dyn impl ref out in inout readonly struct enum class union typename final keyof async "
    "typeof chan var val let static register extern inline constexpr public private protected virtual internal "
    "override extends implements with final sealed abstract open some any borrowing consuming unsigned signed long "
    "factory get set external short restrict __restrict where is as new unique infer asserts params scoped lazy late "
    "required covariant std "
    "box type of"};
constexpr Words kNoNames{"auto var let val const void None null nil undefined unit Unit never Nothing"};
// Containers whose last argument is what they hold.
constexpr Words kMaps{
    "map unordered_map multimap flat_map HashMap BTreeMap IndexMap Map WeakMap ReadonlyMap Record Dict dict "
    "Dictionary IDictionary SortedDictionary ConcurrentDictionary ConcurrentHashMap TreeMap "
    "LinkedHashMap MutableMap OrderedDict defaultdict DefaultDict Mapping MutableMapping Hash "
    "Generator Callable Func Function"};
constexpr Words kCasts{
    "static_cast dynamic_cast reinterpret_cast const_cast bit_cast any_cast make_unique make_shared "
    "make_optional static_pointer_cast dynamic_pointer_cast cast get_if"};

bool starts_name(char c) {
  return is_word(c) && !(c >= '0' && c <= '9');
}

std::string_view first_word(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && is_word(text[size])) ++size;
  return text.substr(0, size);
}

// The size of the bracket that `text` begins with, both of its ends included; 0 if it is not closed.
size_t bracket_size(std::string_view text) {
  int depth = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote) {
      if (c == '\\') ++i;
      if (c == quote || c == '\n') quote = 0;
    } else if (c == '"' || c == '`' || (c == '\'' && text.find('\'', i + 1) != std::string_view::npos)) {
      quote = c;
    } else if (std::string_view("([{").find(c) != std::string_view::npos) {
      ++depth;
    } else if (std::string_view(")]}").find(c) != std::string_view::npos && --depth == 0) {
      return i + 1;
    }
  }
  return 0;
}

// The size of <...> at the start of `text`; 0 if it is not closed or is no list of types.
size_t angle_size(std::string_view text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '<') ++depth;
    if (c == '>' && i > 0 && text[i - 1] != '-' && text[i - 1] != '=' && --depth == 0) return i + 1;
    if (c == ';' || c == '"') return 0;
  }
  return 0;
}

// The parts of a list between commas that stand in no bracket.
std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> out;
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (std::string_view("([{<").find(c) != std::string_view::npos) ++depth;
    if (std::string_view(")]}>").find(c) != std::string_view::npos && depth > 0) --depth;
    if (c != ',' || (depth > 0 && i < text.size())) continue;
    if (const std::string_view part = trimmed(text.substr(start, i - start)); !part.empty()) out.push_back(part);
    start = i + 1;
  }
  return out;
}

// Reads a path of names at the start of `text` and takes it off; returns its parts' last and last but one.
struct Names {
  std::string_view last, before;
};
Names take_path(std::string_view& text) {
  Names names;
  for (;;) {
    const std::string_view word = first_word(text);
    if (word.empty()) return names;
    names = {word, names.last};
    text.remove_prefix(word.size());
    for (const std::string_view separator : {"::", "->", "?.", "!.", ".", "\\"}) {
      if (!text.starts_with(separator) || text.size() == separator.size()) continue;
      if (!starts_name(text[separator.size()])) continue;
      text.remove_prefix(separator.size());
      break;
    }
    if (text.empty() || !starts_name(text.front())) return names;
    if (text.data() == word.data() + word.size()) return names;  // no separator
  }
}

// Takes off what may stand in front of a type's name. False if nothing is left.
bool skip_to_name(std::string_view& text) {
  while (!text.empty()) {
    const char c = text.front();
    const std::string_view word = first_word(text);
    if (c == '\'' && text.size() > 1 && starts_name(text[1]) && text.find('\'', 1) == std::string_view::npos) {
      text.remove_prefix(1 + first_word(text.substr(1)).size());  // a lifetime
    } else if (text.starts_with("[[")) {
      text.remove_prefix(std::max<size_t>(bracket_size(text), 1));
    } else if (!word.empty() && starts_name(c)) {
      std::string_view rest = trimmed(text.substr(word.size()));
      const bool qualifier = kNotTypes.has(word) && !rest.empty() &&
                             std::string_view(",)]>|&*?").find(rest.front()) == std::string_view::npos;
      if (word == "std" && rest.starts_with("::")) rest.remove_prefix(2);
      if (!qualifier) return true;
      text = rest;
    } else if (word.empty() || !starts_name(c)) {
      text.remove_prefix(word.empty() ? 1 : word.size());
    }
  }
  return false;
}

// The argument of a generic type that says what it holds or gives; empty if that is nothing with a name of its own.
std::string_view choose(std::string_view outer, const std::vector<std::string_view>& arguments) {
  static constexpr Words kPlain{
      "int bool char float double str string String bytes object any Any unknown number boolean bigint symbol i8 i16 "
      "i32 i64 u8 u16 u32 u64 usize isize f32 f64 byte rune error size_t int8_t int16_t int32_t int64_t uint8_t "
      "uint16_t uint32_t uint64_t Int Bool Boolean Integer Long Double Float Char Character Byte decimal std_string"};
  const auto holds = [](std::string_view argument) {
    if (argument.starts_with('{') || argument.starts_with('(')) return false;
    std::string_view name = argument;
    if (!skip_to_name(name)) return false;                                               // a number, a wildcard
    if (name[0] >= 'A' && name[0] <= 'Z' && first_word(name).size() == 1) return false;  // a type's parameter
    std::string_view rest = name;
    const Names names = take_path(rest);
    return !kNoNames.has(names.last) && (!kPlain.has(names.last) || trimmed(rest).starts_with('['));
  };
  static constexpr Words kOutcomes{"Result Either expected Outcome"};
  if (kOutcomes.has(outer)) return holds(arguments.front()) ? arguments.front() : std::string_view();
  if (kMaps.has(outer)) return holds(arguments.back()) ? arguments.back() : std::string_view();
  const auto found = std::ranges::find_if(arguments, holds);
  return found == arguments.end() ? std::string_view() : *found;
}

// "(item: T) => void", "item is Item".
bool is_function_type(std::string_view text) {
  while (!text.empty() && (text.front() == ':' || text.front() == ' ')) text.remove_prefix(1);
  if (text.starts_with("asserts ") || text.find(" is ") != std::string_view::npos) return true;
  if (!text.starts_with('(')) return false;
  const size_t size = bracket_size(text);
  const std::string_view rest = trimmed(text.substr(std::min(size, text.size())));
  return size > 0 && (rest.starts_with("=>") || rest.starts_with("->"));
}

}  // namespace

std::string simple_type(std::string_view type) {
  std::string_view text = trimmed(type.substr(0, kMaxType));
  std::string_view found;
  if (is_function_type(text)) return {};
  if (const size_t arrow = text.rfind("->");
      arrow != std::string_view::npos && !text.starts_with('<') && text.find('(') == std::string_view::npos) {
    text = trimmed(text.substr(arrow + 2));  // A -> B
  }
  for (int step = 0; step < kMaxSteps && skip_to_name(text); ++step) {
    const Names names = take_path(text);
    text = trimmed(text);
    if (names.last == "fn" || names.last == "func" || names.last == "Fn" || names.last == "FnMut") return {};
    if (kNoNames.has(names.last)) {
      if (!text.starts_with('|')) return std::string(found);
      continue;
    }
    found = names.last;
    const size_t angle = text.starts_with('<') ? angle_size(text) : 0;
    const size_t size = angle ? angle : text.starts_with('[') ? bracket_size(text) : 0;
    if (size <= 2) break;
    if (found == "map") {  // map[K]V
      if (text.starts_with('[')) {
        text = text.substr(size);
        continue;
      }
    }
    const auto arguments = split_list(text.substr(1, size - 2));
    if (arguments.empty()) break;
    const std::string_view chosen = choose(found, arguments);
    if (chosen.empty()) break;
    text = chosen;
  }
  return std::string(found);
}

std::vector<std::string> base_names(std::string_view clause) {
  std::vector<std::string> out;
  std::string_view text = trimmed(clause.substr(0, 4 * kMaxType));
  if (text.starts_with('(') && bracket_size(text) == text.size()) text = text.substr(1, text.size() - 2);
  for (const std::string_view part : split_list(text)) {
    std::string_view rest = part;
    const size_t equals = part.find('=');
    if (equals != std::string_view::npos && part.find_first_of("<([") > equals) continue;  // metaclass=ABCMeta
    // "Base with Mixin", "A implements B": each part of it.
    while (skip_to_name(rest) && out.size() < 32) {
      const Names names = take_path(rest);
      if (!names.last.empty()) out.emplace_back(names.last);
      rest = trimmed(rest);
      while (!rest.empty() && std::string_view("<([{").find(rest.front()) != std::string_view::npos) {
        const size_t size = rest.front() == '<' ? angle_size(rest) : bracket_size(rest);
        if (size == 0) break;
        rest = trimmed(rest.substr(size));
      }
      static constexpr Words kMore{"with implements extends and"};
      if (!kMore.has(first_word(rest)) && !rest.starts_with('&') && !rest.starts_with('+')) break;
    }
  }
  return out;
}

namespace {

bool looks_like_type(std::string_view name) {
  return name.size() > 1 && name[0] >= 'A' && name[0] <= 'Z' &&
         std::ranges::any_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

// "(Parser) x": the type in front of a name or a literal; nothing of "(a + b)" and "(f)(x)".
std::string leading_cast(std::string_view text) {
  const size_t size = bracket_size(text);
  if (size < 3) return {};
  const std::string_view inside = trimmed(text.substr(1, size - 2));
  const std::string_view rest = trimmed(text.substr(size));
  if (inside.empty() || !starts_name(inside.front()) || rest.empty()) return {};
  if (inside.find_first_of("(){}=;\"'+-/%,") != std::string_view::npos) return {};
  return starts_name(rest.front()) || rest.front() == '"' || rest.front() == '&' ? simple_type(inside) : std::string();
}

// What stands behind the last " as " that is in no bracket.
std::string trailing_cast(std::string_view text) {
  for (const std::string_view mark : {" as? ", " as! ", " as "}) {
    const size_t at = text.rfind(mark);
    if (at == std::string_view::npos) continue;
    const std::string_view type = trimmed(text.substr(at + mark.size()));
    const bool plain = type.find_first_of("(){};\"'=+") == std::string_view::npos;
    if (plain) return simple_type(type);
  }
  return {};
}

}  // namespace

Origin origin_of(std::string_view value, bool calls_construct) {
  std::string_view text = trimmed(value.substr(0, 2 * kMaxType));
  if (text.starts_with('=')) text = trimmed(text.substr(1));
  static constexpr Words kPrefixes{"await co_await try yield mut ref move throw unsafe"};
  for (;;) {
    const std::string_view word = first_word(text);
    if (kPrefixes.has(word)) {
      text = trimmed(text.substr(word.size()));
    } else if (text.size() > 1 && (text[0] == '&' || text[0] == '*' || text[0] == '?' || text[0] == '!')) {
      text = trimmed(text.substr(1));
    } else {
      break;
    }
  }
  if (first_word(text) == "new" && text.size() > 4)
    return {simple_type(text.substr(4, text.find_first_of("({", 4) - 4)), {}};
  if (text.starts_with('(')) {
    if (std::string type = leading_cast(text); !type.empty()) return {std::move(type), {}};
    const size_t size = bracket_size(text);
    if (size > 2 && size == text.size()) return origin_of(text.substr(1, size - 2), calls_construct);
  }
  if (std::string type = trailing_cast(text); !type.empty()) return {std::move(type), {}};
  if (text.starts_with('{') || text.empty() || !starts_name(text.front())) return {};
  Origin origin;
  for (int step = 0; step < kMaxSteps && !text.empty(); ++step) {
    const Names names = take_path(text);
    if (names.last.empty()) return {};
    text = trimmed(text);
    if (text.starts_with("::<")) text.remove_prefix(2);
    std::string_view arguments;
    if (text.starts_with('<') || text.starts_with('[')) {
      const size_t size = text.front() == '<' ? angle_size(text) : bracket_size(text);
      if (size == 0) return {};
      arguments = text.substr(1, size - 2);
      text = trimmed(text.substr(size));
    }
    if (text.starts_with('!')) text = text.substr(1);
    const bool braces = text.starts_with('{');
    if (!text.starts_with('(') && !braces) {
      if (names.last == "new" && !names.before.empty() && text.empty()) return {std::string(names.before), {}};
      if (text.starts_with('.') || text.starts_with("::")) {  // List<A>.of(…)
        text.remove_prefix(text.starts_with("::") ? 2 : 1);
        continue;
      }
      return {};
    }
    origin = {};
    const std::string name(names.last);
    if (kCasts.has(names.last) && !arguments.empty()) {
      origin.type = simple_type(arguments);
    } else if (braces || (calls_construct && looks_like_type(names.last))) {
      origin.type = arguments.empty() ? name : simple_type(name + "<" + std::string(arguments) + ">");
    } else if (looks_like_type(names.before) && (name == "new" || name == "default" || name == "create")) {
      origin.type = names.before;
    } else {
      origin.call = name;
    }
    const size_t size = bracket_size(text);
    if (size == 0) return origin;  // longer than what is read, or not closed yet
    text = trimmed(text.substr(size));
    while (text.starts_with('?') || text.starts_with('!')) text.remove_prefix(1);
    if (text.empty() || text == ";") return origin;
    if (text.starts_with("->") || text.starts_with("::")) text.remove_prefix(1);
    if (!text.starts_with('.') && !text.starts_with('>') && !text.starts_with(':')) return {};
    text = trimmed(text.substr(1));
    if (first_word(text) == "await") {
      text = trimmed(text.substr(5));
      while (text.starts_with('?')) text.remove_prefix(1);
      if (text.empty()) return origin;
      if (text.starts_with('.')) text.remove_prefix(1);
    }
  }
  return {};
}

}  // namespace fimd::context
