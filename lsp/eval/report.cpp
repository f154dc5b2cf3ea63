#include "lsp/eval/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "context/sqlite.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

json in_json(const Interval& i) { return {{"mean", i.mean}, {"low", i.low}, {"high", i.high}}; }

json in_json(const std::string& provider, const EvalAnswer& a) {
  return {{"provider", provider},
          {"task", a.task},
          {"exact", a.score.exact},
          {"first_line", a.score.first_line},
          {"similarity", a.score.similarity},
          {"valid", a.score.valid},
          {"answered", a.answered},
          {"late", a.late},
          {"ms", a.ms}};
}

// nullopt: not a whole line of a journal.
std::optional<std::pair<std::string, EvalAnswer>> read_answer(const std::string& line) {
  const json j = json::parse(line, nullptr, false);
  const auto is = [&](const char* name, bool (json::*check)() const noexcept) {
    return j.contains(name) && (j[name].*check)();
  };
  if (!j.is_object() || !is("provider", &json::is_string) || !is("task", &json::is_number_unsigned))
    return std::nullopt;
  for (const char* name : {"exact", "first_line", "valid", "answered", "late"}) {
    if (!is(name, &json::is_boolean)) return std::nullopt;
  }
  if (!is("similarity", &json::is_number) || !is("ms", &json::is_number)) return std::nullopt;
  EvalAnswer a;
  a.task = j["task"];
  a.score = {j["exact"], j["first_line"], j["similarity"], j["valid"]};
  a.answered = j["answered"];
  a.late = j["late"];
  a.ms = j["ms"];
  return std::pair(j["provider"].get<std::string>(), a);
}

template <class Value>
Interval share(const std::vector<EvalAnswer>& answers, uint64_t seed, Value value) {
  std::vector<double> column;
  for (const EvalAnswer& a : answers) column.push_back(static_cast<double>(value(a)));
  return bootstrap(column, seed);
}

std::vector<double> similarities(const std::vector<EvalAnswer>& answers) {
  std::vector<double> out;
  for (const EvalAnswer& a : answers) out.push_back(a.score.similarity);
  return out;
}

std::string percent(const Interval& i) {
  return fmt::format("{:.0f} % ({:.0f}-{:.0f})", i.mean * 100, i.low * 100, i.high * 100);
}

}  // namespace

EvalReport report_of(const EvalAnswers& answers, const std::vector<std::string>& order,
                     const std::map<std::string, EvalCost>& costs, size_t tasks, size_t from_commits, uint64_t seed) {
  EvalReport out;
  out.tasks = tasks;
  out.from_commits = from_commits;
  for (const std::string& name : order) {
    const auto found = answers.find(name);
    if (found == answers.end()) continue;
    const auto& list = found->second;
    EvalReport::Provider p{.name = name};
    p.exact = share(list, seed, [](const EvalAnswer& a) { return a.score.exact; });
    p.first_line = share(list, seed, [](const EvalAnswer& a) { return a.score.first_line; });
    p.similarity = share(list, seed, [](const EvalAnswer& a) { return a.score.similarity; });
    p.valid = share(list, seed, [](const EvalAnswer& a) { return a.score.valid; });
    p.answered = share(list, seed, [](const EvalAnswer& a) { return a.answered; });
    p.late = share(list, seed, [](const EvalAnswer& a) { return a.late; });
    std::vector<double> ms;
    for (const EvalAnswer& a : list) ms.push_back(a.ms);
    p.ms = percentiles(std::move(ms));
    if (const auto cost = costs.find(name); cost != costs.end()) p.cost = cost->second;
    out.providers.push_back(std::move(p));
  }
  for (size_t i = 0; i < out.providers.size(); ++i) {
    for (size_t j = i + 1; j < out.providers.size(); ++j) {
      const std::string &first = out.providers[i].name, &second = out.providers[j].name;
      out.pairs.push_back(
          {first, second, compare(similarities(answers.at(first)), similarities(answers.at(second)), seed)});
    }
  }
  return out;
}

std::string in_words(const EvalReport::Pair& pair) {
  const Verdict& v = pair.similarity;
  const std::string by = fmt::format("edit similarity differs by {:.3f} ({:.3f} to {:.3f})", v.difference.mean,
                                     v.difference.low, v.difference.high);
  if (v.better == 0) return fmt::format("neither of {} and {} is shown to be better: {}", pair.first, pair.second, by);
  return fmt::format("{} beats {}: {}", v.better > 0 ? pair.first : pair.second,
                     v.better > 0 ? pair.second : pair.first, by);
}

json to_json(const EvalReport& report) {
  json out = {{"tasks", report.tasks},
              {"from_commits", report.from_commits},
              {"providers", json::object()},
              {"verdicts", json::array()}};
  for (const auto& p : report.providers) {
    out["providers"][p.name] = {{"exact", in_json(p.exact)},
                                {"first_line", in_json(p.first_line)},
                                {"similarity", in_json(p.similarity)},
                                {"valid", in_json(p.valid)},
                                {"answered", in_json(p.answered)},
                                {"late", in_json(p.late)},
                                {"ms", {{"p50", p.ms.p50}, {"p95", p.ms.p95}, {"p99", p.ms.p99}}},
                                {"tokens", {{"in", p.cost.tokens_in}, {"out", p.cost.tokens_out}}},
                                {"usd", p.cost.usd}};
  }
  for (const auto& pair : report.pairs) {
    out["verdicts"].push_back({{"first", pair.first},
                               {"second", pair.second},
                               {"difference", in_json(pair.similarity.difference)},
                               {"better", pair.similarity.better > 0   ? json(pair.first)
                                          : pair.similarity.better < 0 ? json(pair.second)
                                                                       : json()},
                               {"words", in_words(pair)}});
  }
  return out;
}

std::string as_text(const EvalReport& report) {
  std::string out = fmt::format("{} places, {} of them from commits; shares with their 95 % intervals\n\n",
                                report.tasks, report.from_commits);
  out += fmt::format("{:16} {:>9} {:>16} {:>16} {:>16} {:>16} {:>8} {:>18} {:>9}\n", "provider", "answered", "exact",
                     "first line", "similarity", "parses", "late", "ms p50/95/99", "cost");
  for (const auto& p : report.providers) {
    out += fmt::format(
        "{:16} {:>7.0f} % {:>16} {:>16} {:>16} {:>16} {:>6.0f} % {:>18} {:>9}\n", p.name, p.answered.mean * 100,
        percent(p.exact), percent(p.first_line), percent(p.similarity), percent(p.valid), p.late.mean * 100,
        fmt::format("{:.0f} / {:.0f} / {:.0f}", p.ms.p50, p.ms.p95, p.ms.p99), fmt::format("${:.4f}", p.cost.usd));
  }
  if (!report.pairs.empty()) out += "\n";
  for (const auto& pair : report.pairs) out += in_words(pair) + "\n";
  return out;
}

Result<EvalJournal> EvalJournal::open(const std::string& path, const std::string& key) {
  EvalJournal journal;
  journal.path_ = path;
  if (auto made = context::make_own_folder(path, "eval"); !made) return tl::unexpected(made.error());
  if (auto file = context::own_file(path, "eval"); !file) return tl::unexpected(file.error());
  std::ifstream in(path);
  std::string line;
  const std::string head = json{{"key", key}}.dump();
  size_t whole = 0;
  if (std::getline(in, line) && line == head) {
    whole = line.size() + 1;
    while (std::getline(in, line) && !in.eof()) {
      auto answer = read_answer(line);
      if (!answer) break;
      whole += line.size() + 1;
      journal.answers_[answer->first].push_back(answer->second);
    }
    in.close();
    std::error_code ec;
    std::filesystem::resize_file(path, whole, ec);  // what a killed process has begun to write
    if (!ec) return journal;
  }
  in.close();
  journal.answers_.clear();
  std::ofstream anew(path, std::ios::trunc);
  anew << head << "\n";
  anew.close();
  if (!anew) return fail(Error::Code::io, "eval " + path + ": cannot be written");
  return journal;
}

Result<void> EvalJournal::add(const std::string& provider, const EvalAnswer& answer) {
  answers_[provider].push_back(answer);
  std::ofstream out(path_, std::ios::app);
  out << in_json(provider, answer).dump() << "\n";
  out.close();
  if (!out) return fail(Error::Code::io, "eval " + path_ + ": cannot be written");
  return {};
}

void EvalJournal::forget() { std::remove(path_.c_str()); }

}  // namespace fimd::lsp
