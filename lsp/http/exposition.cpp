#include "lsp/http/exposition.h"

#include <fmt/format.h>

#include <utility>

#include "lsp/version.h"

namespace fimd::lsp::http {
namespace {

constexpr double kMsInSecond = 1000;

std::string escaped_label(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\n')
      out += "\\n";
    else if (c == '"' || c == '\\')
      (out += '\\') += c;
    else
      out += c;
  }
  return out;
}

class Exposition {
 public:
  // Begins a figure; its samples follow.
  void figure(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <class T>
  void sample(T value) {
    out_ += fmt::format("{} {}\n", name_, value);
  }
  template <class T>
  void sample(std::string_view label, std::string_view of, T value) {
    out_ += fmt::format("{}{{{}=\"{}\"}} {}\n", name_, label, escaped_label(of), value);
  }
  void tokens(std::string_view provider, std::string_view kind, int64_t value) {
    out_ += fmt::format("{}{{provider=\"{}\",kind=\"{}\"}} {}\n", name_, escaped_label(provider), kind, value);
  }
  void histogram(std::string_view label, std::string_view of, const Histogram& h) {
    const std::string who = fmt::format("{}=\"{}\"", label, escaped_label(of));
    for (const auto& each : h.doublings()) {
      out_ += fmt::format("{}_bucket{{{},le=\"{:.9g}\"}} {}\n", name_, who, each.ms / kMsInSecond, each.count);
    }
    out_ += fmt::format("{}_bucket{{{},le=\"+Inf\"}} {}\n", name_, who, h.count());
    out_ += fmt::format("{}_sum{{{}}} {}\n{}_count{{{}}} {}\n", name_, who, h.sum_ms() / kMsInSecond, name_, who,
                        h.count());
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::string_view name_;
};

void add_providers(Exposition& e, const Metrics& m) {
  const auto each = [&](auto act) {
    for (const auto& [name, p] : m.providers) act(name, p);
  };
  using Provider = Metrics::Provider;
  e.figure("fimd_requests_total", "counter", "Requests for completions to a provider.");
  each([&](const std::string& name, const Provider& p) { e.sample("provider", name, p.requests); });
  e.figure("fimd_request_errors_total", "counter", "Those that failed.");
  each([&](const std::string& name, const Provider& p) { e.sample("provider", name, p.errors); });
  e.figure("fimd_requests_late_total", "counter", "Those that were given up before any text had come.");
  each([&](const std::string& name, const Provider& p) { e.sample("provider", name, p.late); });
  e.figure("fimd_tokens_total", "counter",
           "Tokens sent (in), of these read from a cache (cached), and received (out).");
  each([&](const std::string& name, const Provider& p) {
    e.tokens(name, "in", p.prompt_tokens);
    e.tokens(name, "cached", p.cached_tokens);
    e.tokens(name, "out", p.output_tokens);
  });
  e.figure("fimd_cost_usd_total", "counter", "US dollars that the requests have cost, by list prices.");
  each([&](const std::string& name, const Provider& p) { e.sample("provider", name, p.usd); });
  e.figure("fimd_first_token_seconds", "histogram", "From a request to its first text.");
  each([&](const std::string& name, const Provider& p) { e.histogram("provider", name, p.first_token); });
  e.figure("fimd_request_seconds", "histogram", "From a request to its last text.");
  each([&](const std::string& name, const Provider& p) { e.histogram("provider", name, p.total); });
}

void add_answers(Exposition& e, const Metrics& m) {
  e.figure("fimd_answers_total", "counter", "Answers to editors and programs.");
  e.sample("outcome", "shown", m.shown);
  e.sample("outcome", "empty", m.empty);
  e.sample("outcome", "superseded", m.superseded);
  e.figure("fimd_answers_late_total", "counter", "Answers that left behind their hard deadline.");
  e.sample(m.late);
  e.figure("fimd_answers_from_flight_total", "counter", "Answers that needed no new request.");
  e.sample(m.from_flight);
  e.figure("fimd_stage_seconds", "histogram", "How long answers took, with a request and from what was there.");
  for (const auto& [name, h] : m.stages) e.histogram("stage", name, h);
  e.figure("fimd_suggestions_total", "counter", "What became of suggestions.");
  e.sample("fate", "accepted", m.accepted);
  e.sample("fate", "partly", m.partly);
  e.sample("fate", "typed", m.typed);
  e.sample("fate", "dismissed", m.dismissed);
  e.figure("fimd_suggestions_runaway_total", "counter", "Suggestions that would have gone on and on.");
  e.sample(m.runaway);
}

}  // namespace

std::string exposition(const Metrics& metrics, double spent_today) {
  Exposition e;
  e.figure("fimd_info", "gauge", "The program that runs.");
  e.sample("version", kVersion, 1);
  add_answers(e, metrics);
  add_providers(e, metrics);
  e.figure("fimd_spent_today_usd", "gauge", "US dollars spent since midnight UTC, of all editors together.");
  e.sample(spent_today);
  return e.take();
}

}  // namespace fimd::lsp::http
