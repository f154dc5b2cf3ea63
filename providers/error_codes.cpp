#include "providers/error_codes.h"

#include <span>
#include <utility>

namespace fimd::providers {
namespace {

using Kind = FailureKind;
using Row = std::pair<std::string_view, CodeMeaning>;

constexpr std::string_view kAccount = "look at the account at z.ai: it is inactive, locked or unknown";
constexpr std::string_view kBalance =
    "top the account up, or use the url that the key is for: a Coding Plan key is good only at "
    "https://api.z.ai/api/coding/paas/v4, a key by use only at https://api.z.ai/api/paas/v4";
constexpr std::string_view kWindow = "wait for the window to end, or name another provider";

constexpr Row kZai[] = {
    {"500", {Kind::server, ""}},
    {"1000", {Kind::auth, ""}},
    {"1001", {Kind::auth, "no key was sent: set api_key_env or api_key_file"}},
    {"1002", {Kind::auth, ""}},
    {"1003", {Kind::auth, "the key has expired: make a new one"}},
    {"1004", {Kind::auth, ""}},
    {"1100", {Kind::auth, kAccount}},
    {"1110", {Kind::auth, kAccount}},
    {"1111", {Kind::auth, kAccount}},
    {"1112", {Kind::auth, kAccount}},
    {"1113", {Kind::billing, kBalance}},
    {"1120", {Kind::auth, kAccount}},
    {"1121", {Kind::auth, kAccount}},
    {"1200", {Kind::server, ""}},
    {"1210", {Kind::bad_request, ""}},
    {"1211", {Kind::model_missing, ""}},
    {"1212", {Kind::not_supported, "name a model that supports this"}},
    {"1213", {Kind::bad_request, ""}},
    {"1214", {Kind::bad_request, ""}},
    {"1215", {Kind::bad_request, ""}},
    {"1220", {Kind::auth, "this account may not use this API"}},
    {"1221", {Kind::not_supported, "this API has been retired: check the url"}},
    {"1222", {Kind::not_supported, "there is no such API: check the url"}},
    {"1230", {Kind::server, ""}},
    {"1231", {Kind::bad_request, ""}},
    {"1234", {Kind::server, ""}},
    {"1261", {Kind::context_too_long, ""}},
    {"1300", {Kind::policy, ""}},
    {"1301", {Kind::policy, ""}},
    {"1302", {Kind::rate_limit, ""}},
    {"1303", {Kind::rate_limit, ""}},
    {"1304", {Kind::quota, "the day's calls are used up: wait for tomorrow, or name another provider"}},
    {"1305", {Kind::overloaded, ""}},
    {"1308", {Kind::quota, kWindow}},
    {"1309", {Kind::billing, "the plan has expired: renew it"}},
    {"1310", {Kind::quota, kWindow}},
    {"1311", {Kind::model_missing, "the plan does not include this model: name another model"}},
    {"1313",
     {Kind::billing,
      "the plan's fair use rule stopped this key: use the url of keys by use, or name another provider"}},
    {"1316", {Kind::quota, kWindow}},
    {"1317", {Kind::quota, kWindow}},
    {"1318", {Kind::quota, kWindow}},
    {"1319", {Kind::quota, kWindow}},
    {"1320", {Kind::quota, kWindow}},
    {"1321", {Kind::quota, kWindow}},
};

constexpr Row kMistral[] = {
    {"1300", {Kind::rate_limit, ""}},
    {"1500", {Kind::model_missing, ""}},
    {"3230", {Kind::bad_request, ""}},
    {"3280", {Kind::bad_request, ""}},
};

std::optional<CodeMeaning> find(std::span<const Row> rows, std::string_view code) {
  for (const auto& [known, meaning] : rows) {
    if (known == code) return meaning;
  }
  return std::nullopt;
}

std::string_view usual_advice(Kind kind) {
  switch (kind) {
    case Kind::auth: return "check the key and the host that it is for";
    case Kind::billing: return "check the account's balance and plan";
    case Kind::quota: return "wait for the limit to end, or name another provider";
    case Kind::rate_limit:
    case Kind::overloaded:
    case Kind::loading:
    case Kind::server: return "";
    case Kind::model_missing: return "check \"model\"";
    case Kind::context_too_long: return "choose a model with a larger context";
    case Kind::not_supported: return "check \"kind\", \"url\" and \"model\"";
    case Kind::policy: return "the provider will not answer this: name another provider";
    case Kind::bad_request: return "this looks like a fault of fimd or of a gateway in between: please report it";
  }
  return "";
}

}  // namespace

std::optional<CodeMeaning> zai_code(std::string_view code) { return find(kZai, code); }
std::optional<CodeMeaning> mistral_code(std::string_view code) { return find(kMistral, code); }

std::string_view advice(const Failure& failure) {
  const auto meaning = zai_code(failure.code);
  return meaning && !meaning->advice.empty() && meaning->kind == failure.kind ? meaning->advice
                                                                              : usual_advice(failure.kind);
}

bool may_pass(FailureKind kind) {
  return kind == Kind::rate_limit || kind == Kind::overloaded || kind == Kind::loading || kind == Kind::server;
}

}  // namespace fimd::providers
