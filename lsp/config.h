// The configuration: one table of keys, layers that are merged in order, and a checked plain struct.
//
// Layers, later wins: defaults < user file < workspace file < initializationOptions < the editor's settings < --set.
// A wrong value is reported with its JSON path and the last good configuration stays in force. A workspace file may
// narrow but never widen (config_rules.cpp) unless the user trusted the folder. Loop thread; files are read only by
// load_files().
#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/budget.h"
#include "context/log.h"
#include "context/result.h"
#include "providers/agent/command_words.h"
#include "providers/agent/mcp_server.h"
#include "providers/outgoing.h"
#include "providers/provider.h"

namespace fimd::lsp {

// Times that are not for the user to set. Everything that waits, waits for one of these or for a budget.
inline constexpr Duration kFlightLife = std::chrono::seconds(10);       // a flight without an end is given up
inline constexpr Duration kFlightMemory = std::chrono::minutes(10);      // what was said for a place is said again
inline constexpr Duration kTrialLife = std::chrono::seconds(2);         // of asking one that may be back
inline constexpr Duration kIdle = std::chrono::milliseconds(300);       // no keystroke for so long: warm the cache
inline constexpr Duration kWarmPiece = std::chrono::milliseconds(80);   // a keystroke waits at most this long for one
inline constexpr Duration kFinalLook = std::chrono::milliseconds(12);   // before hard: look at the text so far
inline constexpr Duration kProbeLimit = std::chrono::seconds(2);         // of asking a server what it can do
inline constexpr Duration kLoadLimit = std::chrono::minutes(10);        // of a server loading its model
inline constexpr Duration kReprobe = std::chrono::seconds(2);  // ask a configured server again that was not there
inline constexpr Duration kReprobeRefused =
    std::chrono::seconds(30);  // the same of one that refused: a person has to mend that
inline constexpr Duration kRediscover = std::chrono::seconds(20);       // look again for servers that were not there
inline constexpr Duration kParseRest =
    std::chrono::milliseconds(3);  // after a key, before its parse: what the key sends goes first
inline constexpr Duration kShellParse = std::chrono::seconds(2);         // of a file that fimd context is asked about
inline constexpr Duration kTurnLook = std::chrono::milliseconds(50);      // between two looks whether the agent may ask
inline constexpr Duration kTurnLimit = std::chrono::seconds(20);         // the agent waits for completions no longer
inline constexpr Duration kMcpGrace = std::chrono::seconds(1);  // an MCP server may take so long to end by itself
inline constexpr Duration kConfigLook = std::chrono::seconds(2);         // between two looks at the configuration files
inline constexpr Duration kRulesAge = std::chrono::seconds(1);           // look again at ignore files after so long
inline constexpr Duration kParentPoll = std::chrono::seconds(3);        // is the editor's process still there
inline constexpr Duration kIndexSlice =
    std::chrono::milliseconds(100);  // of building the index, before saved files get their turn
inline constexpr Duration kOutlineLimit = std::chrono::seconds(3);       // of parsing one file for the index
inline constexpr Duration kBufferRest =
    std::chrono::milliseconds(700);                                  // an open buffer that rests goes into the index
inline constexpr Duration kSettle = std::chrono::milliseconds(300);  // after folders came or went, before looking again
inline constexpr Duration kStoreRest = std::chrono::seconds(10);         // between two writings of an index
inline constexpr Duration kRescan = std::chrono::minutes(1);  // looking again where folders cannot be watched
inline constexpr Duration kLedgerRest = std::chrono::seconds(1);         // of entries, before they are written together
inline constexpr Duration kTroubleQuiet = std::chrono::minutes(10);     // between two messages about one provider

inline constexpr Duration kHttpRead =
    std::chrono::seconds(10);  // of a request, from the connection or the last answer on
inline constexpr Duration kHttpWrite = std::chrono::seconds(10);         // of a client taking what was written

enum class Speculate { off, local, all };

struct Config {
  struct Completion {
    std::vector<std::string> providers = {"auto"};
    Duration soft{};
    Duration hard{};
    bool hedge = true;
    Speculate speculate = Speculate::local;
    double min_probability = 0;  // 0: show whatever a model says
    size_t max_lines = 16;
    bool popup = false;      // completion.popup: "on" offers textDocument/completion even beside inline completion
    bool popup_off = false;  // "off": never
    std::vector<std::string> disabled_languages;
    std::vector<std::string> disabled_globs;
    bool in_comments = true;
    bool in_strings = true;
  } completion;
  std::vector<providers::ProviderConfig> providers;  // api keys resolved
  size_t prefix_tokens = 0;  // context.max_tokens and its share for the suffix
  size_t suffix_tokens = 0;
  size_t snippet_tokens = 0;         // of pieces of other files
  size_t max_snippets = 0;
  bool whole_repository = false;
  std::vector<std::string> jurisdictions;
  providers::SecretsRule secrets = providers::SecretsRule::redact;  // privacy.secrets
  bool ledger = true;                // privacy.ledger
  double usd_per_day = 0;
  Duration http_wait{}, http_max_wait{};  // of requests to the HTTP endpoint
  std::vector<std::string> exclude;  // privacy.exclude: globs that only local providers may see
  struct Agent {
    std::string provider;  // the name of a provider; empty: none
    int max_steps = 0;
    Duration time{};
    int64_t max_tokens = 0;  // of one repair, in and out together
    double max_cost_usd = 0;  // 0: no limit
    bool tools = true;       // false: the model calls tools in its text
    std::vector<std::string> check;  // words; empty: none
    Duration check_limit{};
    bool loopback = false;           // commands have 127.0.0.1 in their jail
    providers::agent::Commands commands = providers::agent::Commands::off;
  } agent;
  std::vector<providers::agent::McpServer> mcp;  // by name
  size_t index_max_file_bytes = 0;
  size_t index_max_files = 0;
  log::Options log;
  std::string arm;  // of the experiments, in force; empty: there are none
};

enum class Layer { defaults, user, workspace, initialization, editor, command_line };
inline constexpr size_t kLayers = 6;

struct ConfigProblem {
  std::string path;    // "providers.local.url"
  std::string source;  // "user file ~/.config/fimd/config.json"
  std::string what;    // "is not a url"
  bool fatal = true;   // false: a warning, the rest of the layer is used
};

class Configuration {
 public:
  Configuration();

  // Replaces one layer. If the result is not valid the layer's former content stays and the problems say why.
  // Null members mean "not set". An object with the only key "fimd" is unwrapped.
  std::vector<ConfigProblem> set(Layer layer, nlohmann::json value, std::string source);

  // --set key=value: adds to the command line layer. The value is JSON, or text if it does not parse.
  std::vector<ConfigProblem> set_key(std::string_view assignment);

  [[nodiscard]] const Config& now() const { return config_; }
  [[nodiscard]] const nlohmann::json& effective() const { return merged_; }

  // The layers below one, merged.
  [[nodiscard]] nlohmann::json below(Layer layer) const;

  // For which workspace (a folder, or empty) and day ("2026-11-30") the arm of an experiment is drawn; see
  // experiments.h.
  std::vector<ConfigProblem> place(const std::string& workspace, const std::string& day);
  [[nodiscard]] const std::string& day() const { return place_.day; }

  // Puts one arm in force, whatever was drawn: to compare them. Errors: bad_input.
  [[nodiscard]] Result<void> force_arm(const std::string& arm);

  // Where the value at a dotted path came from ("defaults", "user file ...", "experiment ...").
  [[nodiscard]] std::string source_of(const std::string& path) const;

 private:
  struct Place {
    std::string workspace, day, forced_arm;
  };
  std::vector<ConfigProblem> rebuild(std::array<nlohmann::json, kLayers> layers, Place place,
                                     const std::string& source);

  std::array<nlohmann::json, kLayers> layers_;
  std::array<std::string, kLayers> sources_;
  Place place_;
  nlohmann::json override_ = nlohmann::json::object();  // of the arm in force
  nlohmann::json merged_;
  Config config_;
};

// Reads the user file and the .fimd/config.json of each root into their layers, where several roots narrow one after
// another. A missing file sets nothing; one that cannot be used leaves its layer as it was.
std::vector<ConfigProblem> load_files(Configuration& configuration, std::span<const std::string> roots);

// What tells whether those files have changed since: compare two of them.
[[nodiscard]] std::string config_stamp(std::span<const std::string> roots);

// JSON with // and /* */ comments. Errors: bad_input with line and column.
[[nodiscard]] Result<nlohmann::json> parse_config_text(std::string_view text);

[[nodiscard]] std::string user_config_path();

// Folders whose workspace file may widen: `fimd config trust DIR`.
[[nodiscard]] bool is_trusted(const std::string& root);
[[nodiscard]] Result<void> trust(const std::string& root);

// The JSON schema (draft 2020-12), generated from the table of keys.
[[nodiscard]] nlohmann::json config_schema();

}  // namespace fimd::lsp
