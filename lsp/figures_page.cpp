// Figures as a page.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "lsp/figures.h"
#include "lsp/page.h"

namespace fimd::lsp {
namespace {

constexpr double kWide = 720, kHigh = 200, kLeft = 52, kBottom = 24, kTop = 10;

std::string percent(const std::optional<double>& share) { return share ? fmt::format("{:.0f} %", *share * 100) : "–"; }

// A step of 1, 2 or 5 times a power of ten that gives about four lines up to `top`.
double step_for(double top) {
  const double rough = std::max(top, 1e-9) / 4, power = std::pow(10, std::floor(std::log10(rough)));
  for (const double times : {1.0, 2.0, 5.0}) {
    if (rough <= times * power) return times * power;
  }
  return 10 * power;
}

struct Axis {
  double top = 1, step = 1;

  explicit Axis(double highest) : step(step_for(highest)) { top = std::max(std::ceil(highest / step), 1.0) * step; }
  [[nodiscard]] double y(double value) const { return kTop + (kHigh - kTop - kBottom) * (1 - value / top); }

  [[nodiscard]] std::string grid(std::string_view unit) const {
    std::string out;
    for (double at = 0; at <= top * 1.001; at += step) {
      out += fmt::format("<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/><text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:g}{6}</text>\n",
                         kLeft, kWide, y(at), kLeft - 6, y(at) + 4, at, unit);
    }
    return out;
  }
};

std::string figure(std::string_view what, const std::string& drawing, std::string_view caption) {
  return fmt::format("<section><figure><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n{}</svg><figcaption>{}</figcaption></figure></section>\n",
                     kWide, kHigh, what, drawing, caption);
}

std::string days_below(const std::vector<DayFigures>& days, double width) {
  std::string out;
  const size_t every = std::max<size_t>(1, (days.size() + 7) / 8);
  for (size_t i = 0; i < days.size(); i += every) {
    out += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", kLeft + (static_cast<double>(i) + 0.5) * width, kHigh - 6,
                       days[i].day.substr(5));
  }
  return out;
}

// How many answers came within a time: 24 bars up to the 99th percentile.
std::string distribution(const Figures& f) {
  constexpr size_t kBars = 24;
  const double widest = std::max(f.answer_ms.p99, 1.0) * 1.0001;
  std::array<size_t, kBars> counts{};
  for (const double ms : f.answers_ms) ++counts[std::min(static_cast<size_t>(ms / widest * kBars), kBars - 1)];
  const Axis axis(static_cast<double>(*std::max_element(counts.begin(), counts.end())));
  std::string out = axis.grid("");
  const double width = (kWide - kLeft) / kBars;
  for (size_t i = 0; i < kBars; ++i) {
    const double top = axis.y(static_cast<double>(counts[i]));
    out += fmt::format("<rect class=\"fill-a\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n", kLeft + static_cast<double>(i) * width + 1, top,
                       width - 2, kHigh - kBottom - top);
    if (i % 4 == 0) {
      out += fmt::format("<text x=\"{:.1f}\" y=\"{}\">{:.0f} ms</text>\n", kLeft + static_cast<double>(i) * width, kHigh - 6, static_cast<double>(i) * widest / kBars);
    }
  }
  return out;
}

std::string latency_by_day(const std::vector<DayFigures>& days) {
  double highest = 1;
  for (const DayFigures& d : days) highest = std::max(highest, d.first_token_ms.p99);
  const Axis axis(highest);
  const double width = (kWide - kLeft) / static_cast<double>(days.size());
  std::string out = axis.grid(" ms") + days_below(days, width);
  for (const auto& [name, value] : {std::pair{"a", &Percentiles::p50}, {"b", &Percentiles::p95}, {"c", &Percentiles::p99}}) {
    std::string points;
    for (size_t i = 0; i < days.size(); ++i) {
      if (days[i].first_token_ms.count == 0) continue;
      const double x = kLeft + (static_cast<double>(i) + 0.5) * width, y = axis.y(days[i].first_token_ms.*value);
      points += fmt::format("{:.1f},{:.1f} ", x, y);
      out += fmt::format("<circle class=\"{}\" fill=\"none\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\"/>", name, x, y);
    }
    out += fmt::format("<polyline class=\"line {}\" points=\"{}\"/>\n", name, points);
  }
  return out;
}

std::string bars_by_day(const std::vector<DayFigures>& days, double (*value)(const DayFigures&), std::string_view unit, std::string_view colour) {
  double highest = 0;
  for (const DayFigures& d : days) highest = std::max(highest, value(d));
  const Axis axis(highest);
  const double width = (kWide - kLeft) / static_cast<double>(days.size()), bar = std::min(width * 0.7, 40.0);
  std::string out = axis.grid(unit) + days_below(days, width);
  for (size_t i = 0; i < days.size(); ++i) {
    const double top = axis.y(value(days[i]));
    out += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n", colour,
                       kLeft + (static_cast<double>(i) + 0.5) * width - bar / 2, top, bar, kHigh - kBottom - top);
  }
  return out;
}

std::string providers_table(const Figures& f) {
  std::string out = "<section><table><tr><th>provider</th><th>requests</th><th>errors</th><th>late</th><th>first token p50 / p95 / p99</th>"
                    "<th>tokens in / cached / out</th><th>cost</th></tr>\n";
  for (const ProviderFigures& p : f.providers) {
    const Percentiles& t = p.first_token_ms;
    const std::string times = t.count == 0 ? "–" : fmt::format("{:.0f} / {:.0f} / {:.0f} ms", t.p50, t.p95, t.p99);
    const std::string cost = p.priced ? fmt::format("${:.4f}", p.usd) : "unknown";
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}{} / {} / {}</td><td>{}</td></tr>\n",
                       escaped(p.name.empty() ? "(other)" : p.name), p.requests, p.errors, p.late, times, p.estimated ? "~ " : "", p.tokens_in,
                       p.tokens_cached, p.tokens_out, cost);
  }
  return out + "</table></section>\n";
}

std::string groups_table(std::string_view what, const std::vector<Fared>& groups) {
  if (groups.empty() || (groups.size() == 1 && groups.front().key.empty())) return "";
  std::string out = fmt::format("<h2>By {0}</h2>\n<section><table><tr><th>{0}</th><th>shown</th><th>accepted</th><th></th><th>typed</th>"
                                "<th>dismissed</th><th>kept 30 s / 2 min / 10 min / on saving</th><th>runaway</th></tr>\n", what);
  for (const Fared& g : groups) {
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td><meter value=\"{:.3f}\"></meter> {:.0f} %</td><td>{}</td><td>{}</td><td>{} / {} / {} / {}</td><td>{}</td></tr>\n",
                       escaped(g.key.empty() ? "(none)" : g.key), g.shown, g.accepted + g.partly, g.accepted_share(), g.accepted_share() * 100, g.typed,
                       g.dismissed, percent(g.kept_30s), percent(g.kept_2m), percent(g.kept_10m), percent(g.kept_saved), g.runaway);
  }
  return out + "</table></section>\n";
}

}  // namespace

std::string as_page(const Figures& f) {
  std::string out = page_head("statistics");
  out += "<div class=\"tiles\">\n" + tile(std::to_string(f.all.shown), "suggestions shown") +
         tile(fmt::format("{:.0f} %", f.all.accepted_share() * 100), "accepted, whole or in part") +
         tile(percent(f.all.kept_saved), "of that kept on saving") + tile(fmt::format("{:.0f} ms", f.answer_ms.p50), "answer, median") +
         tile(fmt::format("{:.0f} ms", f.answer_ms.p99), "answer, 99th percentile") + tile(fmt::format("${:.2f}", f.usd), "cost") + "</div>\n";
  if (!f.answers_ms.empty()) {
    out += "<h2>How long an answer takes</h2>\n" +
           figure("distribution of answer times", distribution(f), "suggestions by the time from the editor's request to the answer; the last bar holds all slower ones");
  }
  if (!f.days.empty()) {
    out += "<h2>First token, by day</h2>\n" +
           figure("first token by day", latency_by_day(f.days),
                  "<span class=\"key\" style=\"background:var(--a)\"></span>p50<span class=\"key\" style=\"background:var(--b)\"></span>p95"
                  "<span class=\"key\" style=\"background:var(--c)\"></span>p99, completions of all providers");
    out += "<h2>Accepted, by day</h2>\n" +
           figure("accepted share by day", bars_by_day(f.days, [](const DayFigures& d) { return d.shown == 0 ? 0.0 : 100.0 * static_cast<double>(d.taken) / static_cast<double>(d.shown); }, " %", "fill-a"),
                  "share of the suggestions shown that was taken, whole or in part");
    out += "<h2>Cost, by day</h2>\n" + figure("cost by day", bars_by_day(f.days, [](const DayFigures& d) { return d.usd; }, " $", "fill-b"), "US dollars, from the servers' counts and list prices");
  }
  if (!f.providers.empty()) out += "<h2>Providers</h2>\n" + providers_table(f);
  out += groups_table("model", f.by_provider) + groups_table("language", f.by_language) + groups_table("experiment", f.by_arm);
  if (f.providers.empty() && f.all.shown == 0) out += "<p>Nothing was asked yet.</p>\n";
  return out + "</body>\n</html>\n";
}

}  // namespace fimd::lsp
