// The part of a session that follows its configuration and its folders.
#include <fmt/format.h>

#include <algorithm>

#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/experiments.h"
#include "lsp/privacy.h"
#include "lsp/session.h"

namespace fimd::lsp {

using nlohmann::json;

void Session::apply_layer(Layer layer, const json& value, const std::string& source) {
  apply_settings([&] { return configuration_.set(layer, value, source); });
}

// Configuration files are looked at while the editor is in use, so that an idle process never wakes up for them.
void Session::reload_files(TimePoint now) {
  if (now - files_checked_ < kConfigLook) return;
  files_checked_ = now;
  const std::string stamp = config_stamp(roots_);
  if (stamp == files_stamp_) return;
  files_stamp_ = stamp;
  log::info("a configuration file has changed");
  apply_settings([&] { return read_files(); });
}

std::vector<ConfigProblem> Session::read_files() {
  if (options_.instead_of_files) return configuration_.set(Layer::user, *options_.instead_of_files, "record");
  return load_files(configuration_, roots_);
}

// On a new day another arm of an experiment may be in force. Looked at when a document is opened, so that nothing
// changes in the middle of typing.
void Session::follow_day() {
  if (configuration_.now().arm.empty() || configuration_.day() == today()) return;
  apply_settings([&] { return read_files(); });
  log::info("experiments: the arm of today is {}", configuration_.now().arm);
}

void Session::apply_settings(const std::function<std::vector<ConfigProblem>()>& change) {
  const log::Options before = configuration_.now().log;
  degraded_.clear();  // what is asked from now on may be another
  degraded_by_.clear();
  const json settings = configuration_.effective();
  report(change());
  if (configuration_.effective() != settings) daemon_.memory.forget();
  const log::Options& after = configuration_.now().log;
  daemon_.ledger.enable(configuration_.now().ledger);
  for (auto& [uri, document] : documents_) apply_file_rules(*document, configuration_.now());
  if (before.level != after.level || before.file != after.file) log::configure(after);
  daemon_.providers.when_probed(configuration_.now(), [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->send_status();
  });
}

void Session::pull_configuration() {
  const json items = {{"items", json::array({{{"section", "fimd"}}})}};
  dispatch_.call("workspace/configuration", items,
                 [weak = weak_from_this(), turn = ++settings_turn_](Result<json> answer) {
                   const auto self = weak.lock();
                   if (!self || turn != self->settings_turn_)
                     return;  // newer settings were sent while this answer was on its way
                   if (!answer || !answer->is_array() || answer->empty()) return;
                   self->apply_layer(Layer::editor, answer->front(), "editor settings");
                 });
}

// A client that was built for another server has settings of ours only under "fimd"; null: none.
json Session::settings_among(const json& sent) const {
  if (client_.dialect == Dialect::none) return sent;
  const bool own = sent.is_object() && sent.contains("fimd") && sent["fimd"].is_object();
  return own ? sent["fimd"] : json();
}

void Session::on_did_change_configuration(const json& params) {
  const json sent = params.is_object() && params.contains("settings") ? params["settings"] : json();
  const json settings = settings_among(sent);
  // Nothing in it means: ask. A client that cannot be asked says with an empty object that it has no settings.
  if (!settings.is_object() || (settings.empty() && client_.configuration)) {
    if (client_.configuration) pull_configuration();
    return;
  }
  ++settings_turn_;
  // The whole tree with our section in it, or our section itself.
  apply_layer(Layer::editor, settings.contains("fimd") ? settings["fimd"] : settings, "editor settings");
}

void Session::report(const std::vector<ConfigProblem>& problems) {
  for (const auto& p : problems) {
    const std::string text = fmt::format("configuration: {} {} ({})", p.path, p.what, p.source);
    if (p.fatal) show_once(text, kMessageWarning, "fimd " + text + "; the last good configuration stays in force");
    else say(kMessageWarning, text);
    log::warn("{}", text);
  }
}

void Session::add_folder(const WorkspaceFolder& folder) {
  std::string path = path_of_uri(folder.uri);
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path.size() > 1 && std::find(roots_.begin(), roots_.end(), path) == roots_.end()) roots_.push_back(path);
}

void Session::open_workspace(const std::string& root) {
  if (root.empty() || !opened_.insert(root).second) return;
  const std::string token = "fimd.index." + root;
  const bool shows = client_.workDoneProgress;
  const auto progress = [weak = weak_from_this(), token, shows, begun = std::make_shared<bool>(false)](
                            const std::string& text, bool done) {
    const auto self = weak.lock();
    if (!self) return;
    if (done) self->say(kMessageLog, text);
    if (!shows) return;
    if (!*begun) {
      if (done) return;
      *begun = true;
      self->dispatch_.call("window/workDoneProgress/create", {{"token", token}}, [](Result<json>) {});
      self->dispatch_.notify("$/progress",
                             {{"token", token}, {"value", {{"kind", "begin"}, {"title", "fimd"}, {"message", text}}}});
      return;
    }
    self->dispatch_.notify("$/progress",
                           {{"token", token}, {"value", {{"kind", done ? "end" : "report"}, {"message", text}}}});
  };
  daemon_.workspaces.open(root, configuration_.now(), progress);
  if (!client_.watchedFiles) daemon_.workspaces.watch(root);
}

void Session::on_did_change_folders(const json& params) {
  const auto each = [&](const char* which, auto act) {
    if (!params.is_object() || !params.contains("event") || !params["event"].is_object()) return;
    const json list = params["event"].value(which, json::array());
    if (!list.is_array()) return;
    for (const auto& folder : list) {
      if (folder.is_object() && folder.contains("uri") && folder["uri"].is_string())
        act(folder["uri"].get<std::string>());
    }
  };
  each("removed", [&](const std::string& uri) { std::erase(roots_, path_of_uri(uri)); });
  each("added", [&](const std::string& uri) {
    add_folder({uri, ""});
    if (!roots_.empty()) open_workspace(roots_.back());
  });
  for (auto& [uri, document] : documents_) place(*document);
  files_checked_ = {};
  reload_files(Clock::now());
}

void Session::on_did_change_watched_files(const json& params) {
  if (!params.is_object() || !params.contains("changes") || !params["changes"].is_array()) return;
  for (const auto& change : params["changes"]) {
    if (!change.is_object() || !change.contains("uri") || !change["uri"].is_string()) continue;
    const std::string uri = change["uri"].get<std::string>();
    if (find(uri)) continue;  // an open document's truth is the editor's
    const std::string path = path_of_uri(normal_uri(uri));
    for (const auto& root : roots_) {
      if (path.starts_with(root + "/")) daemon_.workspaces.file_on_disk_changed(root, path.substr(root.size() + 1));
    }
  }
}

}  // namespace fimd::lsp
