#include "lsp/project_parts.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "context/paths.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

constexpr size_t kMaxFolders = 200;
constexpr size_t kMaxArguments = 4096;  // of one command

std::string_view without_blanks(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

// Calls visit(line) until it returns true.
template <class Visit>
void each_line(std::string_view text, Visit visit) {
  for (size_t from = 0; from < text.size();) {
    const size_t to = std::min(text.find('\n', from), text.size());
    if (visit(without_blanks(text.substr(from, to - from)))) return;
    from = to + 1;
  }
}

std::string unquoted(std::string_view text) {
  text = without_blanks(text);
  if (text.size() < 2 || (text[0] != '"' && text[0] != '\''))
    return std::string(text.substr(0, text.find_first_of(" \t#/")));
  const size_t end = text.find(text[0], 1);
  return end == std::string_view::npos ? "" : std::string(text.substr(1, end - 1));
}

// The words of a shell command: quotes and backslashes as in sh, nothing is expanded.
std::vector<std::string> shell_words(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (size_t i = 0; i < command.size() && words.size() < kMaxArguments; ++i) {
    const char c = command[i];
    if (c == '\\' && quote != '\'' && i + 1 < command.size()) {
      word += command[++i];
      open = true;
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      open = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (open) words.push_back(std::move(word));
      word.clear();
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(std::move(word));
  return words;
}

// Takes the entries of a compilation database one after another, so that a large one needs no memory.
class Commands : public nlohmann::json_sax<json> {
 public:
  explicit Commands(std::string_view root) : root_(root) {}
  std::vector<std::string> folders;

  bool key(string_t& name) override {
    key_ = depth_ == 2 ? name : "";
    return true;
  }
  bool string(string_t& value) override {
    if (key_ == "directory")
      directory_ = value;
    else if (key_ == "command")
      words_ = shell_words(value);
    else if (key_ == "arguments" && words_.size() < kMaxArguments)
      words_.push_back(value);
    return true;
  }
  bool start_object(std::size_t) override { return ++depth_ <= kDeep; }
  bool end_object() override {
    if (depth_-- == 2) take();
    return folders.size() < kMaxFolders;
  }
  bool start_array(std::size_t) override { return ++depth_ <= kDeep; }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  static constexpr int kDeep = 16;

  void take() {
    for (size_t i = 0; i < words_.size(); ++i) {
      for (const std::string_view flag : {"-isystem", "-iquote", "-idirafter", "-I", "/I"}) {
        if (!words_[i].starts_with(flag)) continue;
        if (words_[i].size() > flag.size())
          add(std::string_view(words_[i]).substr(flag.size()));
        else if (i + 1 < words_.size())
          add(words_[++i]);
        break;
      }
    }
    words_.clear();
    directory_.clear();
  }

  void add(std::string_view folder) {
    if (folder.starts_with('=')) folder.remove_prefix(1);
    const auto path = folder.starts_with('/') ? context::join_path("", folder) : context::join_path(directory_, folder);
    if (!path) return;
    const std::string whole = path->starts_with('/') ? *path : "/" + *path;
    if (whole != root_ && !(whole.starts_with(root_) && whole[root_.size()] == '/')) return;
    std::string relative = whole == root_ ? "" : whole.substr(root_.size() + 1);
    if (std::find(folders.begin(), folders.end(), relative) == folders.end()) folders.push_back(std::move(relative));
  }

  std::string root_, key_, directory_;
  std::vector<std::string> words_;
  int depth_ = 0;
};

// A comma is left out when nothing but blanks and comments stands between it and a closing bracket.
std::string without_trailing_commas(std::string_view text) {
  std::string out;
  std::optional<size_t> comma;  // the last one, in `out`, while nothing has followed it
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      const size_t from = i;
      for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
      out += text.substr(from, std::min(i + 1, text.size()) - from);
      comma.reset();
    } else if (c == '/' && i + 1 < text.size() && (text[i + 1] == '/' || text[i + 1] == '*')) {
      const bool line = text[i + 1] == '/';
      const size_t end = text.find(line ? "\n" : "*/", i + 2);
      i = end == std::string_view::npos ? text.size() : end + (line ? 0 : 1);
      out += ' ';
    } else {
      if ((c == '}' || c == ']') && comma) out[*comma] = ' ';
      if (c == ',')
        comma = out.size();
      else if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
        comma.reset();
      out += c;
    }
  }
  return out;
}

// Deeply nested text would be freed by as deep a recursion.
bool is_shallow(std::string_view text) {
  constexpr int kDeep = 200;
  int depth = 0;
  for (const char c : text) {
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kDeep) return false;
  }
  return true;
}

}  // namespace

json parse_lenient(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (!is_shallow(text)) return json(json::value_t::discarded);
  return json::parse(without_trailing_commas(text), nullptr, /*allow_exceptions=*/false, /*ignore_comments=*/true);
}

std::string go_module_name(std::string_view go_mod) {
  std::string name;
  each_line(go_mod, [&](std::string_view line) {
    if (!line.starts_with("module ") && !line.starts_with("module\t")) return false;
    line = without_blanks(line.substr(7));
    name = line.starts_with('"') || line.starts_with('`') ? unquoted(line)
                                                          : std::string(line.substr(0, line.find_first_of(" \t")));
    return true;
  });
  return name;
}

std::string crate_name(std::string_view cargo_toml) {
  std::string name;
  bool inside = false;
  each_line(cargo_toml, [&](std::string_view line) {
    if (line.starts_with('[')) inside = line.starts_with("[package]");
    if (!inside || !line.starts_with("name")) return false;
    const std::string_view rest = without_blanks(line.substr(4));
    if (!rest.starts_with('=')) return false;
    name = unquoted(rest.substr(1));
    return true;
  });
  return name;
}

std::vector<std::string> include_folders(std::string_view compile_commands, std::string_view root) {
  Commands commands(root);
  json::sax_parse(compile_commands.begin(), compile_commands.end(), &commands);
  return std::move(commands.folders);
}

}  // namespace fimd::lsp
