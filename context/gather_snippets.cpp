// From the sources of snippets to what is put into a prompt.
#include <algorithm>

#include "context/gather.h"
#include "context/snippets/choice.h"
#include "context/snippets/clues.h"
#include "context/snippets/excerpts.h"
#include "context/snippets/places.h"
#include "context/snippets/pieces.h"
#include "context/snippets/similar.h"

namespace fimd::context {
namespace {

using namespace snippets;

constexpr size_t kCompared = 6;    // other texts that are searched for similar code
constexpr size_t kWindows = 8;     // of similar code whose names are looked up
constexpr size_t kSimilarShare = 6;  // one in so many tokens is for similar code
constexpr size_t kSmallShare = 16;   // the same for each of the small pieces

// The texts to compare: open ones, then neighbours in the folder.
std::vector<FileWordsPtr> texts_to_compare(const Scene& scene, const Surroundings& around, Texts& texts) {
  std::vector<FileWordsPtr> out;
  const auto add = [&](std::string_view path, const Snapshot& open) {
    if (out.size() >= kCompared || path == scene.path) return;
    if (around.last) {
      const auto& known = around.last->words;
      const auto at =
          std::ranges::find_if(known, [&](const auto& w) { return w->path == path && (!open || w->text == open); });
      if (at != known.end()) return out.push_back(*at);
    }
    const Snapshot text = open ? open : texts.get(path);
    if (text) out.push_back(read_words(std::string(path), text));
  };
  for (const OpenText& open : around.open) {
    if (open.text && speak_alike(scene.language, open.text->language)) add(open.path, open.text);
  }
  const std::vector<FileId> siblings = scene.index->paths().in_folder(folder_of(scene.path), 400);
  const auto self = std::ranges::find(siblings, scene.file) - siblings.begin();
  for (std::ptrdiff_t away = 1; away <= 2; ++away) {
    for (const std::ptrdiff_t at : {self - away, self + away}) {
      if (at < 0 || at >= std::ssize(siblings) || scene.file == kNoFile) continue;
      const FileId file = siblings[static_cast<size_t>(at)];
      if (speak_alike(scene.language, scene.index->language(file))) add(scene.index->path(file), nullptr);
    }
  }
  return out;
}

// Line numbers for excerpts that have none yet.
void find_ranges(const Index& index, std::vector<Choice::Kept>& kept, Texts& texts) {
  for (Choice::Kept& each : kept) {
    if (each.symbols.empty() || each.snippet.range != Range{}) continue;
    const auto file = index.find(each.snippet.path);
    const Snapshot text = file ? texts.get(each.snippet.path) : nullptr;
    if (!text) continue;
    size_t start = SIZE_MAX, end = 0;
    for (uint32_t s = 0; s < index.symbols(*file); ++s) {
      if (std::ranges::find(each.symbols, key_of(index, {*file, s})) == each.symbols.end()) continue;
      const SymbolView symbol = index.symbol({*file, s});
      start = std::min(start, symbol.start);
      end = std::max(end, symbol.end);
    }
    if (start > end || end > text->utf8.size()) continue;
    each.snippet.range = {position_at(*text, start, Encoding::utf16), position_at(*text, end, Encoding::utf16)};
  }
}

void add_whole_repository(Gathered& out, const Surroundings& around, Texts& texts) {
  auto choice = std::make_shared<Choice>();
  if (around.last && around.last->index == around.index) {
    choice->whole = around.last->whole;
  } else {
    texts.may_read(64U << 20);
    choice->whole = whole_files(around, texts);
  }
  choice->index = around.index;
  out.snippets = choice->whole;
  out.choice = std::move(choice);
}

class Composer {
 public:
  Composer(const Scene& scene, const Surroundings& around, Texts& texts)
      : scene_(scene), around_(around), texts_(texts) {}

  void add_to(Gathered& out) {
    auto choice = std::make_shared<Choice>();
    choice->bindings = scene_.bindings;
    choice->words = texts_to_compare(scene_, around_, texts_);
    const std::vector<Alike> alike = most_alike(scene_, choice->words, kWindows);
    const std::vector<Snippet> pieces = pieces_of(alike, *choice);
    choice->kept = excerpts(alike, pieces);
    choice->index = around_.index;
    find_ranges(*scene_.index, choice->kept, texts_);
    // What stays longest first: declarations, similar code, heads; then what became likely, edits, diagnostics.
    for (const bool fresh : {false, true}) {
      for (const Choice::Kept& kept : choice->kept) {
        if (kept.fresh == fresh) out.snippets.push_back(kept.snippet);
      }
      for (size_t i = 0; i < pieces.size(); ++i) {
        if ((i >= lasting_pieces_) == fresh) out.snippets.push_back(pieces[i]);
      }
    }
    out.choice = std::move(choice);
  }

 private:
  std::vector<Snippet> pieces_of(std::span<const Alike> alike, Choice& choice) {
    std::vector<Snippet> out;
    const size_t small = around_.tokens / kSmallShare;
    const auto add = [&](std::optional<Snippet> piece) {
      if (piece && out.size() < around_.snippets) out.push_back(std::move(*piece));
    };
    if (const auto window = lasting_window(scene_, alike, around_.last ? &around_.last->window : nullptr)) {
      choice.window = *window;
      add(similar_code(*window, around_.tokens / kSimilarShare));
    }
    add(heads_above(scene_, small));
    lasting_pieces_ = out.size();
    for (Snippet& edit : recent_edits(scene_, around_.edits, small)) add(std::move(edit));
    add(diagnostics_near(scene_, around_.diagnostics, small));
    return out;
  }

  std::vector<Choice::Kept> excerpts(std::span<const Alike> alike, const std::vector<Snippet>& pieces) {
    Table table;
    table.reserve(4096);
    names_near(scene_, table);
    imported_outlines(scene_, table);
    members_of_types(scene_, table);
    names_in_alike(scene_, alike, table);
    const std::vector<Ranked> ranked = rank(scene_, table, fitted_weights());
    Room room{.tokens = around_.tokens, .files = around_.snippets - std::min(around_.snippets, pieces.size())};
    for (const Snippet& piece : pieces) room.tokens -= std::min(room.tokens, piece.tokens);
    return choose_lasting(scene_, table, ranked, around_.last.get(), room,
                          around_.last && around_.last->index == around_.index, texts_);
  }

  const Scene& scene_;
  const Surroundings& around_;
  Texts& texts_;
  size_t lasting_pieces_ = 0;
};

}  // namespace

Gathered gather(const Snapshot& text, size_t offset, const Tree& tree, const GatherLimits& limits,
                const Surroundings& around) {
  Gathered out = gather(text, offset, tree, limits);
  if (!around.index || around.tokens == 0 || around.snippets == 0) return out;
  Texts texts(around);
  if (around.whole_repository) {
    add_whole_repository(out, around, texts);
    return out;
  }
  offset = out.prefix_start + out.prefix.size();
  const Tree usable = tree && tree.text() == text ? tree : Tree();
  const Scene scene = look(*around.index, *text, offset, usable, around.path, out.prefix_start, out.suffix_end,
                           around.last ? around.last->bindings : nullptr);
  Composer(scene, around, texts).add_to(out);
  return out;
}

}  // namespace fimd::context
