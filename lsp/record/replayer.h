// Replays a recorded session: a session in this process gets the editor's messages again, and what comes of them can be
// compared with what came then.
//
// A message is sent at its recorded time (divided by `speed`), but not before what had happened until then has happened
// again: requests answered, questions of fimd asked, providers' answers over. So a slow machine gives the same
// outcomes.
#pragma once

#include <string>
#include <vector>

#include "lsp/record/recording.h"

namespace fimd::lsp {

struct ReplayOptions {
  double speed = 1;
  bool live = false;                  // the user's configuration and its providers instead of the recorded answers
  std::string against;                // a URL: of all recorded providers, asked instead of the recorded answers
  std::vector<std::string> settings;  // --set
};

// The session as it went now, without exchanges. Errors: bad_input (a wrong setting).
[[nodiscard]] Result<Recording> replay(const Recording& recording, const ReplayOptions& options);

struct Difference {
  RequestOutcome before, now;
  enum class Verdict { same, other_text, lost, gained, error } verdict = Verdict::same;
};

// Request by request.
[[nodiscard]] std::vector<Difference> compare(const std::vector<RequestOutcome>& before,
                                              const std::vector<RequestOutcome>& now);

}  // namespace fimd::lsp
