// llama.cpp's /infill as llama.vim and llama.vscode use it: the text around the cursor in three parts, and pieces of
// other files. Pure. Of `response_fields` the members come flat under their paths ("timings/predicted_n"), as from
// llama-server.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "context/result.h"
#include "lsp/http/wish.h"

namespace fimd::lsp::http::infill {

// `t_max_prompt_ms` and `t_max_predict_ms` together are how long the client is ready to wait. Errors: bad_input.
[[nodiscard]] Result<Wish> read(std::string_view body);

// The whole answer. Counts and rates are estimates.
[[nodiscard]] nlohmann::json whole(const Wish& wish, const Fill& fill);

// An event of a stream with more text, and the last one, which repeats no text.
[[nodiscard]] nlohmann::json piece(std::string_view text);
[[nodiscard]] nlohmann::json last(const Wish& wish, const Fill& fill);

}  // namespace fimd::lsp::http::infill
