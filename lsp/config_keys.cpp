// The table of all keys that a configuration may hold.
#include "lsp/config_rules.h"

namespace fimd::lsp {
namespace {

using Type = Key::Type;

const std::vector<Key> kKeys = {
    {"completion.providers", Type::strings, R"(["auto"])", 0, 0, "", Widening::none,
     "Providers to ask, in this order. \"auto\": what is there, see README. \"builtin\" needs no server."},
    {"completion.soft_ms", Type::integer, "150", 1, 60000, "", Widening::lower,
     "Milliseconds after which an answer leaves as soon as anything acceptable has arrived."},
    {"completion.hard_ms", Type::integer, "200", 1, 60000, "", Widening::lower,
     "Milliseconds after which an answer leaves in all cases."},
    {"completion.hedge", Type::boolean, "true", 0, 0, "", Widening::none,
     "Whether a second provider is asked when the first is later than usual; the first to answer wins."},
    {"completion.speculate", Type::string, R"("local")", 0, 0, "off|local|all", Widening::none,
     "Whether the model is asked while you type, before the editor asks: never, local providers only, or all."},
    {"completion.max_lines", Type::integer, "16", 1, 200, "", Widening::none, "Longest suggestion, in lines."},
    {"completion.min_probability", Type::number, "0.05", 0, 1, "", Widening::none,
     "A suggestion ends before a word that its model finds less probable, where the server tells; raised by what you do not "
     "take. 0: all is shown."},
    {"completion.popup", Type::string, R"("auto")", 0, 0, "auto|on|off", Widening::none,
     "Suggestions in the completion popup: only for editors without ghost text, always, or never."},
    {"completion.disable.languages", Type::strings, "[]", 0, 0, "", Widening::none,
     "Language ids without completion."},
    {"completion.disable.globs", Type::strings, "[]", 0, 0, "", Widening::none,
     "Files without completion (gitignore patterns, relative to the workspace folder)."},
    {"completion.disable.in", Type::strings, "[]", 0, 0, "comment|string", Widening::none,
     "Places without completion: \"comment\", \"string\"."},
    {"providers.*.kind", Type::string, "null", 0, 0,
     "llama.cpp|ollama|mistral|openai|vllm|sglang|lmstudio|deepseek|mercury|tgi|huggingface|tabby|chat|openrouter|anthropic|builtin",
     Widening::never, "What the server speaks."},
    {"providers.*.via", Type::string, "null", 0, 0, "completions|chat", Widening::never,
     "\"chat\": the model only chats; it is shown the text with a hole, and the fill is taken out of its answer."},
    {"providers.*.path", Type::string, "null", 0, 0, "", Widening::never,
     "Path of the endpoint after the url, with its query; default: that of the kind."},
    {"providers.*.api_key_header", Type::string, "null", 0, 0, "", Widening::never,
     "Header that holds the key as it is; default: \"Authorization\" with \"Bearer\", for kind anthropic \"x-api-key\"."},
    {"providers.*.session_header", Type::string, "null", 0, 0, "", Widening::never,
     "Header with a value that stays the same for a workspace and tells nothing about it, for routers in front of servers."},
    {"providers.*.session_user", Type::boolean, "null", 0, 0, "", Widening::never,
     "The same value as the \"user\" field of the request, where the kind has one."},
    {"providers.*.url", Type::string, "null", 0, 0, "", Widening::never, "Base URL of the server."},
    {"providers.*.unix_socket", Type::string, "null", 0, 0, "", Widening::never, "Path of the server's unix socket."},
    {"providers.*.model", Type::string, "null", 0, 0, "", Widening::never, "Model name as the server knows it."},
    {"providers.*.api_key_env", Type::string, "null", 0, 0, "", Widening::never,
     "Environment variable that holds the key."},
    {"providers.*.api_key_file", Type::string, "null", 0, 0, "", Widening::never,
     "File that holds the key; only its owner may be able to read it."},
    {"providers.*.fim_template", Type::string, "null", 0, 0, "", Widening::never,
     "Family of the FIM prompt, where fimd writes it; default: from the model's name."},
    {"providers.*.jurisdiction", Type::string, "null", 0, 0, "", Widening::never,
     "Where the text goes: \"local\", \"eu\", \"us\", \"cn\" ...; default: from the kind and the host."},
    {"providers.*.context", Type::integer, "null", 64, 10000000, "", Widening::never,
     "Context size in tokens; default: asked from the server."},
    {"providers.*.max_tokens", Type::integer, "null", 1, 4096, "", Widening::never, "Longest answer in tokens."},
    {"providers.*.temperature", Type::number, "null", 0, 2, "", Widening::never, "Sampling temperature."},
    {"providers.*.logprobs", Type::boolean, "null", 0, 0, "", Widening::never,
     "Ask the server how probable its words are; default: where that costs next to nothing."},
    {"providers.*.price.input", Type::number, "null", 0, 100000, "", Widening::never,
     "US dollars for a million tokens of input; default: a list of known models."},
    {"providers.*.price.cached", Type::number, "null", 0, 100000, "", Widening::never,
     "The same for input that the server had kept from an earlier request; default: the price of input."},
    {"providers.*.price.output", Type::number, "null", 0, 100000, "", Widening::never, "The same for output."},
    {"providers.*.headers", Type::map, "null", 0, 0, "", Widening::never, "Further HTTP headers."},
    {"agent.provider", Type::string, "null", 0, 0, "", Widening::never,
     "The provider whose chat model repairs code (fimd fix)."},
    {"agent.max_steps", Type::integer, "40", 1, 1000, "", Widening::lower, "Most requests for one repair."},
    {"agent.max_tokens", Type::integer, "1000000", 1000, 1000000000, "", Widening::lower,
     "Most tokens for one repair, sent and received together."},
    {"agent.max_cost_usd", Type::number, "1", 0, 10000, "", Widening::lower,
     "US dollars that one repair may cost, where the price of the model is known; 0: no limit."},
    {"agent.tools", Type::boolean, "true", 0, 0, "", Widening::none,
     "Whether the model calls tools through its API; false: in its text. Found out where the server says that it takes none."},
    {"agent.max_minutes", Type::integer, "10", 1, 600, "", Widening::lower, "Longest time for one repair."},
    {"agent.check", Type::command, "[]", 0, 0, "", Widening::never,
     "The command that a repair must pass, as a list of words, or a text that is split at blanks (there is no shell). It "
     "runs in a jail, on a copy of the workspace; \"{filter}\" stands for one test's name."},
    {"agent.check_minutes", Type::integer, "5", 1, 120, "", Widening::lower, "Longest time for one run of agent.check."},
    {"agent.commands", Type::string, R"("off")", 0, 0, "allow|ask|off", Widening::stricter,
     "Whether the agent's model may run programs of its choice in the jail: never, each after a question on the terminal, "
     "or without asking."},
    {"context.max_tokens", Type::integer, "2048", 64, 1000000, "", Widening::lower,
     "Tokens of the prompt: text before and after the cursor, and as many again of pieces of other files."},
    {"context.max_snippets", Type::integer, "32", 0, 1000, "", Widening::lower,
     "Pieces of other files in the prompt at most; 0: none."},
    {"context.whole_repository", Type::boolean, "false", 0, 0, "", Widening::never,
     "Send whole files of the workspace, as many as the model's context takes, instead of pieces: for providers with a "
     "very long context and a prompt cache."},
    {"privacy.exclude", Type::strings,
     "[]", 0, 0, "", Widening::grow,
     "Further files whose text never goes to a provider that is not local (gitignore patterns); environment files, keys, "
     "credentials and the like never do."},
    {"privacy.secrets", Type::string, R"("redact")", 0, 0, "off|redact|block", Widening::stricter,
     "What happens to keys, tokens and passwords in text for a provider that is not local: a placeholder goes instead, "
     "nothing is sent at all, or they are sent as they are."},
    {"privacy.jurisdictions", Type::strings, R"(["local", "eu"])", 0, 0, "", Widening::shrink,
     "Jurisdictions that may receive text of this workspace; \"local\" always may."},
    {"privacy.ledger", Type::boolean, "true", 0, 0, "", Widening::never,
     "Whether it is kept what was sent where (never text); see fimd ledger and fimd stats."},
    {"budgets.usd_per_day", Type::number, "5", 0, 100000, "", Widening::lower,
     "US dollars: when the requests of a day (of all editors) have cost so much, providers that cost money are not asked any more."},
    {"http.wait_ms", Type::integer, "1500", 1, 60000, "", Widening::never,
     "Milliseconds after which a request to the HTTP endpoint (fimd --http) is answered in all cases, where it does not say. "
     "Read from the configuration file and --set, not from an editor."},
    {"http.max_wait_ms", Type::integer, "10000", 1, 60000, "", Widening::never,
     "Milliseconds that such a request may ask for at most; from there, too."},
    {"experiments", Type::experiments, "[]", 0, 0, "", Widening::never,
     "Arms to compare in fimd stats: each has a name, its share of the days of a workspace (split, 0 to 1) and the settings "
     "that it changes (override); what is left of the days is the arm \"control\". An arm may not widen privacy."},
    {"index.max_file_kb", Type::integer, "1024", 1, 65536, "", Widening::lower, "Largest file that is indexed, in KiB."},
    {"index.max_files", Type::integer, "200000", 1, 10000000, "", Widening::lower, "Most files that are indexed."},
    {"log.level", Type::string, R"("info")", 0, 0, "trace|debug|info|warn|error|off", Widening::never,
     "Lowest level that is logged; debug may log text of your files."},
    {"log.file", Type::string, "null", 0, 0, "", Widening::never, "Log file; default: stderr."},
};

}  // namespace

const std::vector<Key>& config_keys() { return kKeys; }

}  // namespace fimd::lsp
