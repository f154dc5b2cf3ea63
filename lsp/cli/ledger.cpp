#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "lsp/cli/commands.h"
#include "lsp/cli/since.h"
#include "lsp/ledger.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;
using providers::SentRow;

std::string clock_of(int64_t at_ms) {
  const std::time_t seconds = at_ms / 1000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", local);
}

std::string place_of(const providers::SentPart& part) {
  const std::string path = part.path.empty() ? "(a text without a name)" : part.path;
  return part.first_line == 0 ? path : fmt::format("{}:{}-{}", path, part.first_line, part.last_line);
}

json as_json(const SentRow& r) {
  json parts = json::array();
  for (const auto& part : r.parts) parts.push_back({{"path", part.path}, {"lines", {part.first_line, part.last_line}}});
  json out = {{"at_ms", r.at_ms},
              {"provider", r.provider},
              {"host", r.host},
              {"jurisdiction", r.jurisdiction},
              {"purpose", r.purpose},
              {"parts", std::move(parts)},
              {"bytes", {{"sent", r.bytes_sent}, {"received", r.bytes_received}}},
              {"redactions", r.redactions},
              {"status", r.status},
              {"outcome", r.outcome},
              {"ms", r.ms},
              {"tokens",
               {{"in", r.tokens_in}, {"cached", r.tokens_cached}, {"out", r.tokens_out}, {"estimated", r.estimated}}}};
  out["usd"] = r.priced ? json(r.usd) : json();
  return out;
}

void print(const SentRow& r) {
  std::string what =
      fmt::format("{}  {} ({}, {})  {}  {} bytes", clock_of(r.at_ms), r.provider.empty() ? "-" : r.provider,
                  r.jurisdiction.empty() ? "?" : r.jurisdiction, r.host, r.purpose, r.bytes_sent);
  if (r.redactions != 0) what += fmt::format(", {} redacted", r.redactions);
  what += fmt::format("  {} after {:.0f} ms", r.outcome, r.ms);
  if (r.priced && r.usd > 0) what += fmt::format(", ${:.6f}{}", r.usd, r.estimated ? " (estimated)" : "");
  std::printf("%s\n", what.c_str());
  for (const auto& part : r.parts) std::printf("    %s\n", place_of(part).c_str());
}

void print_sum(const std::vector<SentRow>& rows, const LedgerChoice& choice) {
  int64_t bytes = 0, redactions = 0;
  double usd = 0;
  for (const SentRow& r : rows) {
    bytes += r.bytes_sent;
    redactions += r.redactions;
    usd += r.usd;
  }
  std::printf("%zu request%s%s, %lld bytes, %lld redacted, $%.4f\n", rows.size(), rows.size() == 1 ? "" : "s",
              choice.all ? "" : " to other machines", static_cast<long long>(bytes), static_cast<long long>(redactions),
              usd);
}

}  // namespace

int ledger(const LedgerChoice& choice, const Common& common) {
  const auto since = since_ms(choice.since, std::chrono::system_clock::now());
  if (!since) return complain(since.error());
  const std::string path = ledger_path();
  if (path.empty()) return complain({Error::Code::not_found, "ledger: there is no home folder"});
  const auto store = providers::LedgerStore::open(path);
  if (!store) return complain(store.error());
  providers::LedgerFilter filter{
      .since_ms = *since, .provider = common.provider, .purpose = choice.purpose, .local = choice.all};
  if (choice.last > 0) filter.most = static_cast<size_t>(choice.last);
  const auto rows = (*store)->sent(filter);
  if (!rows) return complain(rows.error());
  if (common.json) {
    json out = json::array();
    for (const SentRow& row : *rows) out.push_back(as_json(row));
    std::printf("%s\n", out.dump(2, ' ', false, json::error_handler_t::replace).c_str());
    return 0;
  }
  for (const SentRow& row : *rows) print(row);
  print_sum(*rows, choice);
  return 0;
}

}  // namespace fimd::lsp::cli
