// Figures as tables for a terminal.
#include <fmt/format.h>

#include <algorithm>

#include "lsp/figures.h"

namespace fimd::lsp {
namespace {

constexpr size_t kBar = 12;  // columns

std::string bar(double share) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * kBar * 8 + 0.5);
  std::string out;
  for (size_t i = 0; i < eighths / 8; ++i) out += "█";
  out += kEighths[eighths % 8];
  const size_t used = eighths / 8 + (eighths % 8 != 0 ? 1 : 0);
  return out + std::string(kBar - used, ' ');
}

std::string percent_text(double share) { return fmt::format("{:.0f} %", share * 100); }

std::string percent_text(const std::optional<double>& share) { return share ? percent_text(*share) : "-"; }

std::string tokens(int64_t count) {
  if (count >= 10'000'000) return fmt::format("{:.0f} M", static_cast<double>(count) / 1e6);
  if (count >= 10'000) return fmt::format("{:.0f} K", static_cast<double>(count) / 1e3);
  return std::to_string(count);
}

std::string money(const ProviderFigures& p) {
  return p.priced ? fmt::format("${:.4f}{}", p.usd, p.estimated && p.usd > 0 ? "~" : "") : "?";
}

std::string cut(const std::string& name, size_t width) {
  return name.size() <= width ? name : name.substr(0, width - 2) + "..";
}

void add_providers(const Figures& f, std::string& out) {
  out += fmt::format("{:18} {:>8} {:>6} {:>5}  {:>22}  {:>22}  {:>14}  {:>10}\n", "provider", "requests", "errors",
                     "late", "first token p50/95/99", "whole p50/95/99 ms", "tokens in/out", "cost");
  for (const ProviderFigures& p : f.providers) {
    const auto times = [](const Percentiles& t) {
      return t.count == 0 ? std::string("-") : fmt::format("{:.0f} / {:.0f} / {:.0f}", t.p50, t.p95, t.p99);
    };
    out +=
        fmt::format("{:18} {:>8} {:>6} {:>5}  {:>22}  {:>22}  {:>14}  {:>10}\n",
                    cut(p.name.empty() ? "(other)" : p.name, 18), p.requests, p.errors, p.late, times(p.first_token_ms),
                    times(p.total_ms), tokens(p.tokens_in) + " / " + tokens(p.tokens_out), money(p));
  }
}

void add_groups(const char* what, const std::vector<Fared>& groups, std::string& out) {
  if (groups.empty() || (groups.size() == 1 && groups.front().key.empty())) return;
  out += fmt::format("\n{:18} {:>6}  {:>25} {:>7} {:>9} {:>11} {:>8}\n", what, "shown", "accepted", "typed",
                     "dismissed", "kept on save", "runaway");
  for (const Fared& g : groups) {
    out +=
        fmt::format("{:18} {:>6}  {} {:>5} {:>6} {:>7} {:>9} {:>11} {:>8}\n", cut(g.key.empty() ? "(none)" : g.key, 18),
                    g.shown, bar(g.accepted_share()), percent_text(g.accepted_share()), g.accepted + g.partly, g.typed,
                    g.dismissed, percent_text(g.kept_saved), g.runaway);
  }
}

}  // namespace

std::string as_text(const Figures& f) {
  if (f.providers.empty() && f.all.shown == 0) return "nothing was asked yet\n";
  std::string out;
  add_providers(f, out);
  if (f.all.shown > 0) {
    out += fmt::format(
        "\nshown {}, accepted {} and {} in part, typed {}, dismissed {}; answers after {:.0f} / {:.0f} / {:.0f} ms "
        "(p50/95/99), {} late\n",
        f.all.shown, f.all.accepted, f.all.partly, f.all.typed, f.all.dismissed, f.answer_ms.p50, f.answer_ms.p95,
        f.answer_ms.p99, f.all.late);
    out +=
        fmt::format("of what was taken there still was: after 30 s {}, 2 min {}, 5 min {}, 10 min {}, on saving {}\n",
                    percent_text(f.all.kept_30s), percent_text(f.all.kept_2m), percent_text(f.all.kept_5m),
                    percent_text(f.all.kept_10m), percent_text(f.all.kept_saved));
    add_groups("model", f.by_provider, out);
    add_groups("language", f.by_language, out);
    add_groups("experiment", f.by_arm, out);
  }
  const size_t taken = f.all.accepted + f.all.partly;
  out += fmt::format("\ncost ${:.4f}", f.usd);
  if (f.all.shown > 0)
    out += fmt::format(", ${:.6f} for each suggestion shown", f.usd / static_cast<double>(f.all.shown));
  if (taken > 0) out += fmt::format(", ${:.6f} for each accepted", f.usd / static_cast<double>(taken));
  return out + "\n";
}

}  // namespace fimd::lsp
