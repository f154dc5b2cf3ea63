// An evaluation as a page.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lsp/eval/report.h"
#include "lsp/page.h"

namespace fimd::lsp {
namespace {

constexpr double kReportWide = 720, kNames = 150, kRow = 26, kReportTop = 8;

using Row = EvalReport::Provider;

double x_of(double share) { return kNames + (kReportWide - kNames - 20) * std::clamp(share, 0.0, 1.0); }

// One line for each provider: its mean as a dot, its 95 % interval as a bar.
std::string intervals(const EvalReport& report, Interval Row::*value) {
  const double high = kReportTop + kRow * static_cast<double>(report.providers.size());
  std::string out;
  for (int tenth = 0; tenth <= 10; tenth += 2) {
    const double x = x_of(tenth / 10.0);
    out += fmt::format("<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.1f}\"/><text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4} %</text>\n",
                       x, kReportTop, high, high + 14, tenth * 10);
  }
  for (size_t i = 0; i < report.providers.size(); ++i) {
    const Row& p = report.providers[i];
    const Interval& v = p.*value;
    const double y = kReportTop + kRow * (static_cast<double>(i) + 0.5);
    out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text><line class=\"a\" stroke-width=\"3\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
                       "<circle class=\"fill-a\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"><title>{:.1f} % ({:.1f} to {:.1f})</title></circle>\n",
                       kNames - 8, y + 4, escaped(p.name), x_of(v.low), x_of(v.high), y, y, x_of(v.mean), y, v.mean * 100, v.low * 100, v.high * 100);
  }
  return fmt::format("<svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"means with their 95 % intervals\">\n{}</svg>\n", kReportWide, high + 20, out);
}

struct Measure {
  const char* title;
  const char* what;
  Interval Row::*value;
};
constexpr std::array<Measure, 5> kMeasures = {{
    {"Edit similarity", "1 minus the edit distance to the hidden text over the longer length; no answer counts as 0", &Row::similarity},
    {"Exact", "the hidden text, but for white space at its ends", &Row::exact},
    {"First line", "its first line", &Row::first_line},
    {"Parses", "the file with the answer parses no worse than with the hidden text", &Row::valid},
    {"Late", "no answer by the deadline because it was still on its way", &Row::late},
}};

std::string table(const EvalReport& report) {
  std::string out = "<section><table><tr><th>provider</th><th>answered</th><th>answer p50 / p95 / p99</th><th>tokens in / out</th><th>cost</th></tr>\n";
  for (const Row& p : report.providers) {
    out += fmt::format("<tr><td>{}</td><td>{:.0f} %</td><td>{:.0f} / {:.0f} / {:.0f} ms</td><td>{} / {}</td><td>${:.4f}</td></tr>\n", escaped(p.name),
                       p.answered.mean * 100, p.ms.p50, p.ms.p95, p.ms.p99, p.cost.tokens_in, p.cost.tokens_out, p.cost.usd);
  }
  return out + "</table></section>\n";
}

}  // namespace

std::string as_page(const EvalReport& report) {
  std::string out = page_head("evaluation");
  out += "<div class=\"tiles\">\n" + tile(std::to_string(report.tasks), "places") + tile(std::to_string(report.from_commits), "of them from commits") +
         tile(std::to_string(report.providers.size()), "providers") + "</div>\n";
  if (!report.pairs.empty()) out += "<h2>Verdicts</h2>\n<section>\n";
  for (const auto& pair : report.pairs) out += "<p>" + escaped(in_words(pair)) + "</p>\n";
  if (!report.pairs.empty()) out += "</section>\n";
  for (const Measure& m : kMeasures) {
    out += fmt::format("<h2>{}</h2>\n<section><figure>{}<figcaption>{}; with the 95 % interval</figcaption></figure></section>\n", m.title,
                       intervals(report, m.value), m.what);
  }
  return out + "<h2>Time and cost</h2>\n" + table(report) + "</body>\n</html>\n";
}

}  // namespace fimd::lsp
