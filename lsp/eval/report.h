// The answers of an evaluation, kept as they come, and what they say together.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "context/result.h"
#include "lsp/eval/score.h"
#include "lsp/figures.h"

namespace fimd::lsp {

// One answer of one provider.
struct EvalAnswer {
  size_t task = 0;
  Score score;
  bool answered = false;  // there was a suggestion by the deadline
  bool late = false;      // there was none because it was not there yet
  double ms = 0;
};
using EvalAnswers = std::map<std::string, std::vector<EvalAnswer>>;  // by provider, in the order of the tasks

struct EvalCost {
  int64_t tokens_in = 0, tokens_out = 0;
  double usd = 0;
};

struct EvalReport {
  struct Provider {
    std::string name;
    Interval exact = {}, similarity = {}, first_line = {}, valid = {}, answered = {}, late = {};  // shares of all tasks
    Percentiles ms = {};
    EvalCost cost = {};
  };
  size_t tasks = 0, from_commits = 0;
  std::vector<Provider> providers;
  struct Pair {
    std::string first, second;
    Verdict similarity;
  };
  std::vector<Pair> pairs;
};

[[nodiscard]] EvalReport report_of(const EvalAnswers& answers, const std::vector<std::string>& order,
                                   const std::map<std::string, EvalCost>& costs, size_t tasks, size_t from_commits,
                                   uint64_t seed);
[[nodiscard]] nlohmann::json to_json(const EvalReport& report);
[[nodiscard]] std::string as_text(const EvalReport& report);
[[nodiscard]] std::string as_page(const EvalReport& report);  // HTML

// "A beats B: ...", or that nothing is shown.
[[nodiscard]] std::string in_words(const EvalReport::Pair& pair);

// Answers that were given already, so that an evaluation that was stopped goes on. One JSON object a line; a line that
// is broken ends the reading.
class EvalJournal {
 public:
  // `key` names the evaluation: repository, seed, tasks. Of another key nothing is taken over. Errors: io.
  [[nodiscard]] static Result<EvalJournal> open(const std::string& path, const std::string& key);
  [[nodiscard]] const EvalAnswers& answers() const { return answers_; }
  [[nodiscard]] Result<void> add(const std::string& provider, const EvalAnswer& answer);
  void forget();  // it is complete

 private:
  std::string path_;
  EvalAnswers answers_;
};

}  // namespace fimd::lsp
