#include "lsp/figures.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>

namespace fimd::lsp {
namespace {

using nlohmann::json;
using providers::SentRow;
using providers::ShownRow;

constexpr std::array kKept = {
    std::pair{&ShownRow::kept_30s, &Fared::kept_30s}, std::pair{&ShownRow::kept_2m, &Fared::kept_2m},
    std::pair{&ShownRow::kept_5m, &Fared::kept_5m}, std::pair{&ShownRow::kept_10m, &Fared::kept_10m},
    std::pair{&ShownRow::kept_saved, &Fared::kept_saved}};

std::string day_of(int64_t at_ms) {
  const std::time_t seconds = at_ms / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:%Y-%m-%d}", utc);
}

bool is_error(const SentRow& r) { return r.outcome != "ok" && r.outcome != "stopped"; }

struct Gathering {
  ProviderFigures figures;
  std::vector<double> first, total;
};

void gather(Gathering& into, const SentRow& r) {
  ProviderFigures& f = into.figures;
  ++f.requests;
  if (is_error(r)) ++f.errors;
  f.tokens_in += r.tokens_in;
  f.tokens_cached += r.tokens_cached;
  f.tokens_out += r.tokens_out;
  f.estimated = f.estimated || r.estimated;
  f.usd += r.usd;
  f.priced = f.priced && r.priced;
  if (r.purpose != "completion") return;
  if (!r.first_token_ms && r.outcome == "stopped") ++f.late;
  if (!r.first_token_ms) return;
  into.first.push_back(*r.first_token_ms);
  into.total.push_back(r.ms);
}

Fared fared(const std::string& key, const std::vector<const ShownRow*>& rows) {
  Fared f;
  f.key = key;
  f.shown = rows.size();
  for (const ShownRow* r : rows) {
    if (r->fate == "accepted") ++f.accepted;
    if (r->fate == "partly") ++f.partly;
    if (r->fate == "typed") ++f.typed;
    if (r->fate == "dismissed") ++f.dismissed;
    if (r->runaway) ++f.runaway;
    if (r->late) ++f.late;
  }
  for (const auto& [from, to] : kKept) {
    double sum = 0;
    size_t count = 0;
    for (const ShownRow* r : rows) {
      if (!(r->*from)) continue;
      sum += *(r->*from);
      ++count;
    }
    if (count > 0) f.*to = sum / static_cast<double>(count);
  }
  return f;
}

std::vector<Fared> grouped(std::span<const ShownRow> shown, std::string ShownRow::*key) {
  std::map<std::string, std::vector<const ShownRow*>> groups;
  for (const ShownRow& r : shown) groups[r.*key].push_back(&r);
  std::vector<Fared> out;
  for (const auto& [name, rows] : groups) out.push_back(fared(name, rows));
  std::stable_sort(out.begin(), out.end(), [](const Fared& a, const Fared& b) { return a.shown > b.shown; });
  return out;
}

std::vector<DayFigures> by_day(std::span<const SentRow> sent, std::span<const ShownRow> shown) {
  std::map<std::string, DayFigures> days;
  std::map<std::string, std::vector<double>> first;
  for (const SentRow& r : sent) {
    const std::string day = day_of(r.at_ms);
    days[day].usd += r.usd;
    if (r.first_token_ms && r.purpose == "completion") first[day].push_back(*r.first_token_ms);
  }
  for (const ShownRow& r : shown) {
    DayFigures& d = days[day_of(r.at_ms)];
    ++d.shown;
    if (r.fate == "accepted" || r.fate == "partly") ++d.taken;
  }
  std::vector<DayFigures> out;
  for (auto& [day, d] : days) {
    d.day = day;
    d.first_token_ms = percentiles(std::move(first[day]));
    out.push_back(std::move(d));
  }
  return out;
}

json in_json(const Percentiles& p) {
  return {{"p50", p.p50}, {"p95", p.p95}, {"p99", p.p99}, {"count", p.count}};
}

json or_null(const std::optional<double>& value) { return value ? json(*value) : json(); }

json in_json(const Fared& f) {
  return {{"key", f.key}, {"shown", f.shown}, {"accepted", f.accepted}, {"partly", f.partly}, {"typed", f.typed},
          {"dismissed", f.dismissed}, {"runaway", f.runaway}, {"late", f.late},
          {"kept", {{"30s", or_null(f.kept_30s)}, {"2m", or_null(f.kept_2m)}, {"5m", or_null(f.kept_5m)},
                    {"10m", or_null(f.kept_10m)}, {"saved", or_null(f.kept_saved)}}}};
}

json in_json(const std::vector<Fared>& groups) {
  json out = json::array();
  for (const Fared& f : groups) out.push_back(in_json(f));
  return out;
}

}  // namespace

Percentiles percentiles(std::vector<double> values) {
  Percentiles p;
  p.count = values.size();
  if (values.empty()) return p;
  std::sort(values.begin(), values.end());
  const auto rank = [&](double share) {
    const auto at = static_cast<size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::clamp<size_t>(at, 1, values.size()) - 1];
  };
  p.p50 = rank(0.50);
  p.p95 = rank(0.95);
  p.p99 = rank(0.99);
  return p;
}

Figures figures_of(std::span<const SentRow> sent, std::span<const ShownRow> shown) {
  Figures out;
  std::map<std::string, Gathering> providers;
  for (const SentRow& r : sent) {
    gather(providers[r.provider], r);
    out.usd += r.usd;
  }
  for (auto& [name, gathering] : providers) {
    ProviderFigures& f = gathering.figures;
    f.name = name;
    f.first_token_ms = percentiles(std::move(gathering.first));
    f.total_ms = percentiles(std::move(gathering.total));
    out.providers.push_back(std::move(f));
  }
  std::stable_sort(out.providers.begin(), out.providers.end(),
                   [](const ProviderFigures& a, const ProviderFigures& b) { return a.requests > b.requests; });
  std::vector<const ShownRow*> all;
  for (const ShownRow& r : shown) {
    all.push_back(&r);
    out.answers_ms.push_back(r.ms);
  }
  std::sort(out.answers_ms.begin(), out.answers_ms.end());
  out.answer_ms = percentiles(out.answers_ms);
  out.all = fared("all", all);
  out.by_provider = grouped(shown, &ShownRow::provider);
  out.by_language = grouped(shown, &ShownRow::language);
  out.by_arm = grouped(shown, &ShownRow::arm);
  out.days = by_day(sent, shown);
  return out;
}

json to_json(const Figures& f) {
  json out = in_json(f.all);
  out.erase("key");
  out["retained"] = or_null(f.all.kept_saved);
  out["usd"] = f.usd;
  const size_t taken = f.all.accepted + f.all.partly;
  out["usd_per_shown"] = f.all.shown == 0 ? json() : json(f.usd / static_cast<double>(f.all.shown));
  out["usd_per_accepted"] = taken == 0 ? json() : json(f.usd / static_cast<double>(taken));
  out["stages_ms"]["answer"] = in_json(f.answer_ms);
  out["providers"] = json::object();
  for (const ProviderFigures& p : f.providers) {
    out["providers"][p.name] = {{"requests", p.requests}, {"errors", p.errors}, {"late", p.late},
                                {"first_token_ms", in_json(p.first_token_ms)}, {"total_ms", in_json(p.total_ms)},
                                {"tokens", {{"in", p.tokens_in}, {"cached", p.tokens_cached}, {"out", p.tokens_out},
                                            {"estimated", p.estimated}}},
                                {"usd", p.priced ? json(p.usd) : json()}};
  }
  out["by_provider"] = in_json(f.by_provider);
  out["by_language"] = in_json(f.by_language);
  out["by_arm"] = in_json(f.by_arm);
  out["days"] = json::array();
  for (const DayFigures& d : f.days) {
    out["days"].push_back({{"day", d.day},
                           {"first_token_ms", in_json(d.first_token_ms)},
                           {"shown", d.shown},
                           {"taken", d.taken},
                           {"usd", d.usd}});
  }
  return out;
}

}  // namespace fimd::lsp
