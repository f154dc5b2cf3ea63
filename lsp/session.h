// One editor's connection: its documents, its configuration, and the table of every method it may call.
//
// Loop thread. A session keeps itself alive while its transport is open.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "lsp/buffers.h"
#include "lsp/completion.h"
#include "lsp/config.h"
#include "lsp/dispatch.h"
#include "lsp/document.h"
#include "lsp/items.h"
#include "lsp/protocol.h"
#include "lsp/repairs.h"

namespace fimd::lsp {

struct Daemon;

struct SessionOptions {
  std::vector<std::string> settings;     // --set key=value
  std::function<void(int code)> ended;   // called once when the connection is over, with the exit code
  // For records: told of the configuration once it was read, and of the provider whose text the next answer holds.
  std::function<void(const nlohmann::json& effective)> configured = {};
  std::function<void(const std::string& provider)> answering = {};
  std::optional<nlohmann::json> instead_of_files = {};  // a replay's: the configuration files are not read
  bool unreadable = false;  // a replay's: the text was made so, and is of no language any more
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Daemon& daemon, std::unique_ptr<Transport> transport, SessionOptions options);
  ~Session();
  void start();

 private:
  static constexpr int kMessageWarning = 2, kMessageLog = 4;  // of window/logMessage and window/showMessage
  using json = nlohmann::json;

  void methods();

  void on_initialize(const json& params, Reply reply);
  void on_initialized();
  void on_did_open(const json& params);
  void on_did_change(const json& params);
  void on_did_save(const json& params);
  void on_did_close(const json& params);
  void on_inline_completion(const json& params, Reply reply);
  void on_completion(const json& params, Reply reply);
  void on_code_action(const json& params, Reply reply);
  void on_cancel_progress(const json& params);
  void on_execute_command(const json& params, Reply reply);
  void on_did_change_configuration(const json& params);
  void on_did_change_folders(const json& params);
  void on_did_change_watched_files(const json& params);
  void on_stats(Reply reply);
  void on_explain(const json& params, Reply reply);
  void on_diagnostics(const json& params);

  // The dialects of other servers (lsp/dialects/*_session.cpp).
  void llm_ls_methods();
  void on_llm_ls(const json& params, Reply reply);
  void tabby_methods();
  void copilot_methods();
  void on_copilot_inline(const json& params, Reply reply);
  void on_copilot_panel(const json& params, Reply reply);
  void on_get_completions(const json& params, bool cycling, Reply reply);
  void on_get_panel(const json& params, Reply reply);
  bool take_copilot_id(const json& id);
  void send_copilot_status();

  [[nodiscard]] json settings_among(const json& sent) const;
  [[nodiscard]] Ask ask_at(const Place& place, bool invoked, const Reply& reply) const;
  RepairHost repair_host();
  void fix(const json& arguments, Reply reply);
  static boost::asio::awaitable<void> read(std::shared_ptr<Session> self);
  void over();
  std::shared_ptr<Document> find(const std::string& uri) const;
  void place(Document& document) const;
  void pull_configuration();
  void apply_layer(Layer layer, const json& value, const std::string& source);
  void reload_files(TimePoint now);
  std::vector<ConfigProblem> read_files();
  void follow_day();
  void apply_settings(const std::function<std::vector<ConfigProblem>()>& change);
  void report(const std::vector<ConfigProblem>& problems);
  void add_folder(const WorkspaceFolder& folder);
  void open_workspace(const std::string& root);
  void complete(const std::shared_ptr<Document>& document, Ask ask, Reply reply,
                std::function<json(const Answered&)> shape);
  void say(int type, const std::string& text);         // window/logMessage
  void show_once(const std::string& key, int type, const std::string& text);  // window/showMessage, rate limited
  void on_trouble(const std::string& provider, const Error* error);
  void send_status();
  void watch_parent(int64_t pid);

  Daemon& daemon_;
  std::unique_ptr<Transport> transport_;
  SessionOptions options_;
  Dispatch dispatch_;
  Configuration configuration_;
  Completion completion_;
  Buffers buffers_;
  Repairs repairs_;
  ClientFacts client_;
  std::map<std::string, std::shared_ptr<Document>> documents_;  // by normalised uri
  std::vector<std::string> roots_;
  std::set<std::string> opened_;               // folders whose index has been asked for
  int settings_turn_ = 0;     // which pull or push of settings was the last one
  std::string files_stamp_;   // of the configuration files as they were read
  TimePoint files_checked_{};
  std::map<std::string, TimePoint> shown_at_;  // showMessage, by what it is about
  std::string degraded_;                       // what is wrong with the providers, or empty
  std::string degraded_by_;                    // the provider that it is said of
  bool trigger_from_zero_ = false;             // the client counts trigger kinds from 0 (3.17 drafts)
  std::unique_ptr<boost::asio::steady_timer> parent_timer_;
};

}  // namespace fimd::lsp
