#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "lsp/cli/commands.h"
#include "lsp/cli/since.h"
#include "lsp/figures.h"
#include "lsp/ledger.h"

namespace fimd::lsp::cli {

int stats(const StatsChoice& choice, const Common& common) {
  const auto since = since_ms(choice.since, std::chrono::system_clock::now());
  if (!since) return complain(since.error());
  const std::string path = ledger_path();
  if (path.empty()) return complain({Error::Code::not_found, "stats: there is no home folder"});
  const auto store = providers::LedgerStore::open(path);
  if (!store) return complain(store.error());
  const auto sent = (*store)->sent({.since_ms = *since, .provider = common.provider, .purpose = ""});
  const auto shown = (*store)->shown(*since);
  if (!sent || !shown) return complain(sent ? shown.error() : sent.error());
  const Figures figures = figures_of(*sent, *shown);
  if (!choice.html.empty()) return write_page(choice.html, as_page(figures));
  const std::string text = common.json
                               ? to_json(figures).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"
                               : as_text(figures);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace fimd::lsp::cli
