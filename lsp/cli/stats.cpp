#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
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
  if (!choice.html.empty()) {
    std::ofstream file(choice.html, std::ios::binary | std::ios::trunc);
    file << as_page(figures);
    file.close();
    if (!file) return complain({Error::Code::io, "stats: " + choice.html + ": " + std::strerror(errno)});
    std::printf("%s\n", choice.html.c_str());
    return 0;
  }
  const std::string text = common.json ? to_json(figures).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n" : as_text(figures);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace fimd::lsp::cli
