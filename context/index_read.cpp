#include "context/index_read.h"

#include "context/files.h"
#include "context/hash.h"
#include "context/syntax.h"
#include "grammars/registry.h"

namespace fimd::context {
namespace {

constexpr size_t kLargeData = 64U << 10;
constexpr grammars::Words kData = {"json jsonc json5 yaml toml xml svg properties ini csv"};

std::string_view first_line(std::string_view text) {
  return text.substr(0, std::min<size_t>(text.find('\n'), 200));
}

}  // namespace

Stamp stamp_of(std::string_view text, int64_t mtime_ns) {
  return {text.size(), mtime_ns, hash_bytes(text)};
}

bool is_outlined(std::string_view path, std::string_view line, size_t bytes) {
  const std::string_view language = grammars::language_of_path(path, line);
  return has_grammar(language) && (bytes <= kLargeData || !kData.has(language));
}

FileOutline read_outline(std::string path, std::string text, const Stamp& stamp, TimePoint deadline,
                         const std::stop_token& stop) {
  FileOutline file{.path = std::move(path), .language = {}, .stamp = stamp, .lines = 0, .outline = {}};
  file.language = grammars::language_of_path(file.path, first_line(text));
  if (!is_outlined(file.path, first_line(text), text.size()) || !is_source_text(text)) return file;
  auto snapshot = std::make_shared<const Text>(make_text(file.path, 0, file.language, std::move(text)));
  const auto lines = static_cast<uint32_t>(snapshot->lines.size());
  const auto tree = parse_until(deadline, std::move(snapshot), stop);
  if (!tree) return file;
  file.outline = outline(*tree, stop);
  file.lines = lines;
  return file;
}

}  // namespace fimd::context
