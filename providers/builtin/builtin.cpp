#include "providers/builtin/builtin.h"

#include <algorithm>

#include "providers/builtin/indent.h"
#include "providers/builtin/lexer.h"

namespace fimd::providers::builtin {
namespace {

std::string explain(const Line& line, const Choice& choice) {
  const Candidate& c = line.candidates.list[choice.candidate];
  std::string why = "like ";
  if (c.source.segment != nullptr) {
    why += c.source.segment->files[c.source.segment->file_of(c.source.position)].path;
  } else {
    why += c.source.origin == Origin::above ? "a line above" : "a line below";
  }
  if (c.count > 1) why += " and " + std::to_string(c.count - 1) + " more";
  if (c.changed > 0) why += ", " + std::to_string(c.changed) + (c.changed == 1 ? " word renamed" : " words renamed");
  return why;
}

// The line break behind the line that was copied; kSeparator if the source ends there.
Word break_behind(const Candidate& c) {
  if (c.line_end >= c.source.high) return kSeparator;
  const Word word = word_of(c.source.tokens[c.line_end]);
  return is_break(word) ? word : kSeparator;
}

// The document with `insert` at the cursor, retokenized.
OpenDocumentPtr with_inserted(const OpenDocumentPtr& document, size_t offset, std::string_view insert) {
  const context::Text& text = *document->text;
  std::string bytes;
  bytes.reserve(text.utf8.size() + insert.size());
  bytes.append(text.utf8, 0, offset).append(insert).append(text.utf8, offset);
  return retokenize(document, std::make_shared<context::Text>(
                                  context::make_text(text.uri, text.version, text.language, std::move(bytes))));
}

bool blank(std::string_view text) {
  return std::none_of(text.begin(), text.end(), is_visible);
}

}  // namespace

std::optional<Offer> complete(const Request& request, std::stop_token stop) {
  if (request.document == nullptr || request.document->text == nullptr || request.max_lines == 0) return std::nullopt;
  OpenDocumentPtr document = request.document;
  size_t offset = std::min(request.offset, document->text->utf8.size());
  const Thresholds& thresholds = request.thresholds;
  Line line =
      consider({document.get(), offset, request.path, request.corpus.get()}, request.limits, request.deadline, stop);
  auto choice = choose(line, thresholds);
  if (!choice || stop.stop_requested()) return std::nullopt;
  Offer offer{choice->text, choice->probability, choice->whole, 1, explain(line, *choice)};
  offset = line.scene.left.data() + line.scene.left.size() - document->text->utf8.data();

  // Further lines: take the offer as accepted and ask again, for as long as all of it stays likely.
  while (offer.whole_line && choice->whole && offer.lines < request.max_lines && blank(line.scene.right) &&
         offer.probability >= thresholds.all_lines && choice->probability >= thresholds.next) {
    const Word behind = break_behind(line.candidates.list[choice->candidate]);
    if (behind == kSeparator || Clock::now() >= request.deadline || stop.stop_requested()) break;
    const std::string next_line = std::string(1, '\n').append(next_indentation(*document, line.scene, behind));
    const std::string inserted = choice->text + next_line;
    document = with_inserted(document, offset, inserted);
    offset += inserted.size();
    line =
        consider({document.get(), offset, request.path, request.corpus.get()}, request.limits, request.deadline, stop);
    Thresholds further = thresholds;
    further.line = std::max(thresholds.next, thresholds.all_lines / offer.probability);
    further.head = 2;  // only whole lines
    choice = choose(line, further);
    if (!choice) break;
    offer.text += next_line + choice->text;
    offer.probability *= choice->probability;
    ++offer.lines;
  }
  return offer;
}

}  // namespace fimd::providers::builtin
