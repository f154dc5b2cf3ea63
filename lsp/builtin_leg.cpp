#include "lsp/builtin_leg.h"

#include <fmt/format.h>

#include "lsp/live_flight.h"

namespace fimd::lsp {
namespace {

bool multiline_at(const Departure& d) { return providers::rules_at(*d.text, d.offset).multiline; }

}  // namespace

SitePtr look_around(const Departure& d, const std::stop_token& stop) {
  return providers::Site::make(d.text, d.offset, d.tree,
                               {.max_lines = d.rules.max_lines, .allow_multiline = multiline_at(d)}, stop);
}

BuiltinWork run_builtin(const Departure& d, const SitePtr& site, const std::stop_token& stop) {
  BuiltinWork work;
  work.tokens = providers::builtin::retokenize(d.tokens, d.text);
  if (stop.stop_requested()) return work;
  providers::builtin::Request request;
  request.document = work.tokens;
  request.offset = d.offset;
  request.path = d.relative_path;
  request.corpus = d.corpus;
  request.max_lines = multiline_at(d) ? d.rules.max_lines : 1;
  request.deadline = d.budget.hard - kFinalLook;
  auto offer = providers::builtin::complete(request, stop);
  if (!offer) {
    work.why = "builtin: nothing similar enough in this workspace";
    return work;
  }
  auto judged = site->judge(offer->text, stop);
  if (judged.text.empty()) {
    work.why = judged.notes.empty() ? "builtin: nothing left" : fmt::format("builtin: {}", judged.notes.back().why);
    return work;
  }
  work.why = fmt::format("builtin: probability {:.2f}, {}", offer->probability, offer->why);
  work.proposal = Proposal{std::move(judged.text), "builtin", std::move(judged.notes), true};
  return work;
}

}  // namespace fimd::lsp
