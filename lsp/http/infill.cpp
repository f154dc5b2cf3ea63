#include "lsp/http/infill.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "context/gather.h"
#include "lsp/http/members.h"

namespace fimd::lsp::http::infill {
namespace {

using nlohmann::json;

// A file without a name has the one that llama-server gives it.
constexpr const char* kNoName = "tmp";

std::vector<providers::Extra> extra_in(const json& body, Members& members) {
  std::vector<providers::Extra> out;
  if (!members.has("input_extra")) return out;
  const json& list = body["input_extra"];
  if (!list.is_array()) {
    members.complain("\"input_extra\" is not a list");
    return out;
  }
  for (const json& each : list) {
    if (!each.is_object()) {
      members.complain("\"input_extra\" holds something that is no object");
      return out;
    }
    Members piece(each);
    std::string path = piece.text("filename"), text = piece.required_text("text");
    if (!piece.wrong().empty()) members.complain("\"input_extra\": " + piece.wrong());
    out.push_back({path.empty() ? kNoName : std::move(path), std::move(text)});
  }
  return out;
}

std::optional<Duration> wait_in(Members& members) {
  const int64_t prompt = members.number("t_max_prompt_ms", 0), predict = members.number("t_max_predict_ms", 0);
  if (predict <= 0) return std::nullopt;
  constexpr int64_t kHour = 3'600'000;  // so that the sum is none beyond all numbers
  return std::chrono::milliseconds(std::clamp<int64_t>(prompt, 0, kHour) + std::min(predict, kHour));
}

double rate(size_t tokens, double ms) {
  return ms > 0 ? static_cast<double>(tokens) / ms * 1000 : 0;
}

json timings(size_t asked, size_t given, const Fill& fill) {
  const double first = to_ms(fill.first), rest = to_ms(fill.took - fill.first);
  const auto per = [](double ms, size_t tokens) { return tokens > 0 ? ms / static_cast<double>(tokens) : 0.0; };
  return {{"prompt_n", asked},
          {"prompt_ms", first},
          {"prompt_per_token_ms", per(first, asked)},
          {"prompt_per_second", rate(asked, first)},
          {"predicted_n", given},
          {"predicted_ms", rest},
          {"predicted_per_token_ms", per(rest, given)},
          {"predicted_per_second", rate(given, rest)}};
}

// The wanted members under their paths.
json flat(const json& full, const std::vector<std::string>& fields) {
  json out = json::object();
  for (const std::string& path : fields) {
    const json* at = &full;
    for (size_t from = 0; at && from <= path.size();) {
      const size_t end = std::min(path.find('/', from), path.size());
      const auto found = at->is_object() ? at->find(path.substr(from, end - from)) : at->end();
      at = at->is_object() && found != at->end() ? &*found : nullptr;
      from = end + 1;
    }
    if (at) out[path] = *at;
  }
  return out;
}

}  // namespace

Result<Wish> read(std::string_view body) {
  auto object = read_object(body);
  if (!object) return tl::unexpected(object.error());
  Members members(*object);
  Wish wish;
  wish.prefix = members.required_text("input_prefix") + members.text("prompt");
  wish.suffix = members.required_text("input_suffix");
  wish.extra = extra_in(*object, members);
  wish.model = members.text("model");
  wish.stop = members.texts("stop");
  const int64_t wanted = members.number("n_predict", -1);
  wish.max_tokens = token_limit(wanted);
  wish.nothing = wanted == 0;
  wish.stream = members.flag("stream");
  wish.wait = wait_in(members);
  wish.fields = members.texts("response_fields");
  if (!members.wrong().empty()) return fail(Error::Code::bad_input, members.wrong());
  return wish;
}

json whole(const Wish& wish, const Fill& fill) {
  const size_t asked = context::estimate_tokens(wish.prefix) + context::estimate_tokens(wish.suffix);
  const size_t given = context::estimate_tokens(fill.text);
  const std::string model = wish.model.empty() ? "fimd" : wish.model;
  json full = {{"index", 0},
               {"content", fill.text},
               {"stop", true},
               {"stop_type", wish.nothing ? "limit" : "eos"},
               {"stopping_word", ""},
               {"model", model},
               {"tokens_predicted", given},
               {"tokens_evaluated", asked},
               {"tokens_cached", 0},
               {"truncated", false},
               {"generation_settings", {{"n_predict", wish.max_tokens == 0 ? -1 : wish.max_tokens}, {"model", model}}},
               {"timings", timings(asked, given, fill)},
               {"fimd", {{"provider", fill.provider}, {"ms", to_ms(fill.took)}, {"late", fill.late}}}};
  return wish.fields.empty() ? full : flat(full, wish.fields);
}

json last(const Wish& wish, const Fill& fill) {
  json out = whole(wish, fill);
  if (out.contains("content")) out["content"] = "";
  out["stop"] = true;
  return out;
}

json piece(std::string_view text) {
  return {{"index", 0}, {"content", text}, {"stop", false}};
}

}  // namespace fimd::lsp::http::infill
