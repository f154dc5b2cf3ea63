// The tools of the agent: what a chat model may ask for, checked, run on the overlay and answered in plain text.
//
// Nothing here writes into the workspace; programs are started by checks.h alone, in its jail. Every call has exactly
// one result: what is wrong with a call is a result with `error` set, in words that the model can act on. Results end
// before kResultBytes and say what was left out. A Toolbox belongs to one task; its calls block (files, parsing) and
// belong on the bulk pool, one at a time.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "context/index.h"
#include "providers/agent/overlay.h"

namespace fimd::providers::agent {

class Checks;

struct ToolCall {
  std::string id, name;
  std::string arguments;  // JSON text as the model wrote it
  std::string fault = {};  // why it must not be run, for the model; empty: it may
};

struct ToolResult {
  std::string text;
  bool error = false;
};

enum class Severity { error, warning, information, hint };

struct Diagnostic {
  std::string path;             // relative to the root
  size_t line = 1, column = 1;  // 1-based; columns count UTF-16 units
  Severity severity = Severity::error;
  std::string source, code, message;
};

class Toolbox {
 public:
  static constexpr size_t kResultBytes = 24U << 10;
  static constexpr size_t kArgumentBytes = 1U << 20;

  // `overlay` must live as long as the toolbox; `index` may be null.
  Toolbox(Overlay& overlay, context::IndexPtr index, std::vector<Diagnostic> diagnostics);

  // Offers run_check and run_command, as far as `checks` has them; set before the first schemas(). They block for as
  // long as the check runs. `checks` must live as long as the toolbox.
  void use(Checks* checks) { checks_ = checks; }
  [[nodiscard]] static bool starts_programs(std::string_view tool) {
    return tool == "run_check" || tool == "run_command";
  }

  // Offers only what reads; set before the first schemas().
  void only_read() { only_reads_ = true; }

  // A JSON array of {name, description, parameters}; always the same bytes.
  [[nodiscard]] std::string schemas() const;

  [[nodiscard]] ToolResult run(const ToolCall& call, const std::stop_token& stop);

  // That the model was shown the file, for what the loop puts into the first message.
  void mark_seen(const std::string& path) { seen_.insert(path); }

 private:
  struct Request {
    std::string old_string, new_string;
    bool replace_all = false;
  };
  [[nodiscard]] ToolResult create(const std::string& path, const std::string& text, const std::stop_token& stop);
  [[nodiscard]] ToolResult edit(const std::string& path, const Request& request, const std::stop_token& stop);
  [[nodiscard]] bool offers(std::string_view tool) const;
  [[nodiscard]] bool is_of_check(const std::string& path) const;
  [[nodiscard]] ToolResult failed_edit(const std::string& path, std::string text);

  Overlay& overlay_;
  Checks* checks_ = nullptr;
  bool only_reads_ = false;
  context::IndexPtr index_;
  std::vector<Diagnostic> diagnostics_;
  std::set<std::string> seen_;              // files whose text the model was shown
  std::map<std::string, size_t> failures_;  // edits in a row that failed, by path
};

}  // namespace fimd::providers::agent
