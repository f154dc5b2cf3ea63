#include "providers/agent/edit_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "context/syntax.h"
#include "grammars/registry.h"
#include "providers/agent/diff.h"
#include "providers/agent/edit_errors.h"
#include "providers/agent/edit_render.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kMostPlaces = 200;
constexpr std::string_view kMark = "\xEF\xBB\xBF";  // byte order mark

std::string without_cr(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
  }
  return out;
}

// Where the gutter of a line as read_file shows it ends ("  12| "), 0 if it has none.
size_t gutter(std::string_view line) {
  size_t i = line.find_first_not_of(' ');
  if (i == std::string_view::npos) return 0;
  const size_t digits = i;
  while (i < line.size() && line[i] >= '0' && line[i] <= '9') ++i;
  if (i == digits || i >= line.size() || line[i] != '|') return 0;
  return i + 1 < line.size() && line[i + 1] == ' ' ? i + 2 : i + 1;
}

bool has_gutters(std::string_view text) {
  const Lines lines = lines_of(text);
  return !lines.empty() &&
         std::all_of(lines.begin(), lines.end(), [](auto line) { return is_blank(line) || gutter(line) > 0; });
}

std::string without_gutters(std::string_view text) {
  std::string out;
  for (const std::string_view line : split_lines(text)) out += line.substr(gutter(line));
  return out;
}

// Blocks are made by indentation: a difference that is not the same for all lines changes what the code means.
bool is_indented(std::string_view language) {
  const grammars::Language* known = grammars::find_language(language);
  if (known != nullptr && known->indented) return true;
  constexpr std::string_view kMore[] = {"python", "yaml", "makefile",     "make", "haskell",
                                        "fsharp", "nim",  "coffeescript", "pug",  "jade"};
  return std::find(std::begin(kMore), std::end(kMore), language) != std::end(kMore);
}

// The new text with the line ends of the old one: unchanged lines keep theirs, new ones take their neighbour's.
std::string with_line_ends(std::string_view raw, std::string_view before, std::string_view after) {
  if (raw.size() == before.size()) return std::string(after);  // no \r\n in it
  const auto originals = split_lines(raw), a = split_lines(before), b = split_lines(after);
  const auto ends_with_cr = [&](size_t line) {
    line = std::min(line, originals.size() - 1);
    if (!originals[line].ends_with('\n') && line > 0) --line;
    return originals[line].ends_with("\r\n");
  };
  std::string out;
  size_t from = 0;
  const auto copy_to = [&](size_t end) {
    for (; from < end; ++from) out += originals[from];
  };
  for (const LineChange& c : changes(a, b)) {
    copy_to(c.before);
    for (size_t i = c.after; i < c.after_end; ++i) {
      const size_t beside = c.before < c.before_end ? std::min(c.before + i - c.after, c.before_end - 1)
                                                    : (c.before == 0 ? 0 : c.before - 1);
      const bool line_end = b[i].ends_with('\n');
      out += b[i].substr(0, b[i].size() - (line_end ? 1 : 0));
      if (line_end) out += ends_with_cr(beside) ? "\r\n" : "\n";
    }
    from = c.before_end;
  }
  copy_to(originals.size());
  return out;
}

class Matcher {
 public:
  explicit Matcher(const EditRequest& request)
      : request_(request),
        raw_(request.text.starts_with(kMark) ? request.text.substr(kMark.size()) : request.text),
        text_(without_cr(raw_)),
        lines_(lines_of(text_)),
        old_(without_cr(request.old_string)),
        fresh_(without_cr(request.new_string)) {
    if (old_.starts_with(kMark) && fresh_.starts_with(kMark)) {
      old_.erase(0, kMark.size());
      fresh_.erase(0, kMark.size());
    }
    if (has_gutters(old_) && text_.find(old_) == std::string::npos) {
      old_ = without_gutters(old_);
      fresh_ = without_gutters(fresh_);
    }
  }

  Result<Edit> run() {
    if (auto refused = refuse_early()) return *refused;
    if (auto done = exact()) return *done;
    if (request_.exact_only) {
      return refuse("text not found", "You have not read this file yet. Read the part you mean with read_file first.");
    }
    if (lines_of(old_).size() > EditLimits::kBlockLines)
      return refuse("text not found", "old_string is very long. Send smaller edits, of the lines that change.");
    if (auto done = by_lines()) return *done;
    return nothing_found();
  }

 private:
  using Outcome = std::optional<Result<Edit>>;

  [[nodiscard]] Refusal refuse(std::string_view why, std::string_view rest) const {
    return not_applied(request_.path, why, rest);
  }

  [[nodiscard]] Outcome refuse_early() const {
    if (request_.text.size() > EditLimits::kFileBytes)
      return refuse("too large", "The file is too large to be edited.");
    if (fresh_.find('\0') != std::string::npos) return refuse("zero byte", "new_string must not hold a zero byte.");
    if (old_ == fresh_) {
      return refuse("no change", "old_string and new_string are the same. Do nothing, or give a different new_string.");
    }
    if (old_.empty() && !text_.empty()) {
      return refuse("empty old_string", "The file has content. Copy the text to replace into old_string.");
    }
    std::string_view elided = placeholder_line(lines_of(old_), lines_of(fresh_));
    if (elided.empty() && request_.language != "python") elided = lone_dots();
    if (!elided.empty()) {
      return refuse("elided",
                    fmt::format("new_string has a line that stands for code left out: {}\nWrite the full text; "
                                "what you leave out is deleted.",
                                trimmed(elided)));
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string_view lone_dots() const {
    const Lines old = lines_of(old_);
    for (const auto line : lines_of(fresh_)) {
      const bool known = std::any_of(old.begin(), old.end(), [&](auto l) { return trimmed(l) == trimmed(line); });
      if (trimmed(line) == "..." && !known) return line;
    }
    return {};
  }

  [[nodiscard]] size_t line_at(size_t offset) const {
    return static_cast<size_t>(std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(offset), '\n'));
  }

  Outcome exact() {
    if (old_.empty()) return finish(fresh_, Rung::exact, 1, {0, lines_of(fresh_).size()});
    std::vector<size_t> at;  // overlapping ones too: they are not one place either
    for (size_t i = text_.find(old_); i != std::string::npos && at.size() < kMostPlaces; i = text_.find(old_, i + 1))
      at.push_back(i);
    if (at.empty()) return std::nullopt;
    if (at.size() > 1 && !request_.replace_all) {
      std::vector<size_t> starts;
      for (const size_t i : at) starts.push_back(line_at(i));
      return several(starts);
    }
    std::string out;
    size_t from = 0, places = 0, first = 0, last = 0;
    for (size_t i = text_.find(old_); i != std::string::npos; i = text_.find(old_, from)) {
      out.append(text_, from, i - from);
      if (places++ == 0) first = out.size();
      out += fresh_;
      last = out.size();
      from = i + old_.size();
      if (out.size() > EditLimits::kFileBytes + EditLimits::kGrowBytes) break;
    }
    out.append(text_, from);
    const auto lines_before = [&](size_t n) {
      return static_cast<size_t>(std::count(out.begin(), out.begin() + static_cast<ptrdiff_t>(n), '\n'));
    };
    const size_t end = lines_before(last) + (last > 0 && out[last - 1] == '\n' ? 0 : 1);
    const size_t begin = lines_before(first);
    return finish(std::move(out), Rung::exact, places, {begin, end});
  }

  Outcome several(const std::vector<size_t>& starts) const { return several_places(request_.path, lines_, starts); }

  // The rungs behind the exact one, on whole lines.
  Outcome by_lines() {
    const Block whole = Block::of(old_, fresh_);
    if (whole.old.empty()) return std::nullopt;
    if (auto done = ladder_step(Rung::line_ends, whole, Key::right_trimmed)) return done;
    const Block inner = whole.without_blank_ends();
    if (inner.old.empty()) return std::nullopt;
    if (auto done = ladder_step(Rung::blank_ends, inner, Key::right_trimmed)) return done;
    if (!is_large_enough(inner.old)) return std::nullopt;
    if (auto done = ladder_step(Rung::shifted, inner, Key::trimmed)) return done;
    if (is_indented(request_.language)) return std::nullopt;
    if (auto done = ladder_step(Rung::reindented, inner, Key::trimmed)) return done;
    if (auto done = ladder_step(Rung::blanks, inner, Key::collapsed)) return done;
    if (auto done = ladder_step(Rung::typographic, inner, Key::folded)) return done;
    const std::string plain = unescaped(old_);
    const std::string plain_fresh = all_quotes_escaped(fresh_) ? unescaped(fresh_) : fresh_;
    if (plain != old_) {
      if (auto done = ladder_step(Rung::escaped, Block::of(plain, plain_fresh).without_blank_ends(), Key::collapsed))
        return done;
    }
    return ladder_step(Rung::blank_lines, inner, Key::collapsed);
  }

  [[nodiscard]] static bool is_large_enough(const Lines& old) {
    size_t lines = 0, bytes = 0;
    for (const auto line : old) {
      lines += is_blank(line) ? 0 : 1;
      bytes +=
          static_cast<size_t>(std::count_if(line.begin(), line.end(), [](char c) { return c != ' ' && c != '\t'; }));
    }
    return lines >= 2 || bytes >= 12;
  }

  // One rung: all places; one is applied, several are refused, none leads on.
  Outcome ladder_step(Rung rung, const Block& block, Key key) {
    std::vector<Place> found = rung == Rung::blank_lines ? places_without_blanks(lines_, block, key, kMostPlaces)
                                                         : places(lines_, block, key, kMostPlaces);
    const Indent indent = rung >= Rung::shifted && !found.empty() ? indent_of(lines_) : Indent{};
    if (rung == Rung::shifted) {
      std::erase_if(found, [&](const Place& p) { return !reindent(lines_, block, p, indent).constant(); });
    }
    if (found.empty()) return std::nullopt;
    if (found.size() > 1 && !(request_.replace_all && rung == Rung::line_ends)) {
      std::vector<size_t> starts;
      for (const Place& p : found) starts.push_back(p.first);
      return several(starts);
    }
    return apply(rung, block, found, indent);
  }

  Outcome apply(Rung rung, const Block& block, const std::vector<Place>& found, Indent indent) {
    std::string out;
    std::vector<size_t> shifted;  // offsets in `out` of lines that were moved sideways
    size_t line = 0, count = 0, first = 0, last = 0, replaced = 0;
    const auto add = [&](std::string_view text) {
      out += text;
      out += '\n';
      ++count;
    };
    for (const Place& place : found) {
      if (place.first < line) continue;  // overlaps the one before
      while (line < place.first) add(lines_[line++]);
      if (replaced++ == 0) first = count;
      for (const NewLine& fresh : render(lines_, block, place, rung, indent)) {
        if (fresh.shifted) shifted.push_back(out.size());
        add(fresh.text);
      }
      last = count;
      line = place.last + 1;
    }
    while (line < lines_.size()) add(lines_[line++]);
    if (!text_.ends_with('\n') && !out.empty()) out.pop_back();
    if (auto refused = literals_moved(out, shifted)) return refused;
    return finish(std::move(out), rung, replaced, {first, last});
  }

  // Refuses to move lines sideways that lie inside a literal of several lines: that would change its value.
  Outcome literals_moved(const std::string& out, const std::vector<size_t>& shifted) const {
    if (shifted.empty() || !context::has_grammar(request_.language)) return std::nullopt;
    const auto text =
        std::make_shared<const context::Text>(context::make_text("", 0, std::string(request_.language), out));
    const auto tree = context::parse(text, request_.stop);
    if (!tree && tree.error().code == Error::Code::cancelled) return Result<Edit>(tl::unexpected(tree.error()));
    if (!tree) return std::nullopt;
    for (const size_t at : shifted) {
      if (tree->place(at) != context::Place::string || is_docstring(*tree, at)) continue;
      return refuse("indentation differs inside a literal",
                    "The lines to replace are inside a literal of several lines, where indentation counts:\n" +
                        numbered(lines_of(out), context::line_of(*text, at), 1) +
                        "Copy old_string with its exact indentation.");
    }
    return std::nullopt;
  }

  // The literal that the line at `at` lies in begins a line by itself, as documentation in Python does.
  [[nodiscard]] bool is_docstring(const context::Tree& tree, size_t at) const {
    if (request_.language != "python") return false;
    const context::Text& text = *tree.text();
    size_t line = context::line_of(text, at);
    while (line > 0 && tree.place(text.lines[line]) == context::Place::string) --line;
    const std::string_view start = trimmed(context::line_text(text, line));
    return start.starts_with("\"\"\"") || start.starts_with("'''");
  }

  struct LineSpan {
    size_t first, end;
  };
  Outcome finish(std::string out, Rung rung, size_t places, LineSpan span) const {
    if (out == text_) {
      return refuse("no change", "The file already reads like that. Do nothing, or give a different new_string.");
    }
    if (out.size() > EditLimits::kFileBytes || out.size() > text_.size() + EditLimits::kGrowBytes)
      return refuse("too large", "The edit makes the file too large. Send smaller edits.");
    Edit edit;
    edit.text = request_.text.starts_with(kMark) ? std::string(kMark) : std::string();
    edit.text += with_line_ends(raw_, text_, out);
    edit.rung = rung;
    edit.places = places;
    edit.first_line = span.first + 1;
    edit.last_line = std::max(span.first + 1, span.end);
    return edit;
  }

  [[nodiscard]] Result<Edit> nothing_found() const {
    const Block block = Block::of(old_, fresh_).without_blank_ends();
    const size_t at = text_.find(fresh_);
    if (trimmed(fresh_).size() >= 12 && at != std::string::npos && text_.find(fresh_, at + 1) == std::string::npos)
      return already_applied(request_.path, lines_, line_at(at), std::max<size_t>(1, block.fresh.size()));
    return not_found(request_.path, lines_, block.old);
  }

  const EditRequest& request_;
  std::string_view raw_;  // without the mark
  std::string text_;      // with \n only
  Lines lines_;
  std::string old_, fresh_;
};

}  // namespace

std::string_view note(Rung rung) {
  switch (rung) {
    case Rung::exact:
    case Rung::line_ends:
    case Rung::blank_ends: return "";
    case Rung::shifted:
    case Rung::reindented: return "indentation adapted";
    case Rung::blanks: return "whitespace differed";
    case Rung::typographic: return "typographic characters differed";
    case Rung::escaped: return "over-escaped";
    case Rung::blank_lines: return "blank lines differed";
  }
  return "";
}

Result<Edit> replace_text(const EditRequest& request) {
  return Matcher(request).run();
}

}  // namespace fimd::providers::agent
