// The dialect of Hugging Face's llm-ls, for llm.nvim and llm-vscode: what its requests ask and how they are answered,
// as values. Such clients do not announce themselves; they are known by the requests, which no other client sends.
// Pure; llm_ls_session.cpp has the methods.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "context/result.h"
#include "lsp/items.h"
#include "lsp/protocol.h"

namespace fimd::lsp {

// What llm-ls/getCompletions asks for. Model, server and key, which it names as well, are the configuration's to
// choose.
struct LlmLsAsk {
  std::string uri;
  Position position;
  bool bare = false;  // of a release that takes the list alone, and names its members with underscores
};

// Errors: bad_input.
[[nodiscard]] Result<LlmLsAsk> read_llm_ls(const nlohmann::json& params);

// {"request_id": "...", "completions": [{"generated_text": "..."}]}, or the list alone.
[[nodiscard]] nlohmann::json llm_ls_completions(const Answered& answered, bool bare);

// The flight that llm-ls/acceptCompletion or rejectCompletion is about; nullopt: it is none of ours.
[[nodiscard]] std::optional<uint64_t> llm_ls_flight(const nlohmann::json& params);

}  // namespace fimd::lsp
