#include "lsp/session.h"

#include <fmt/format.h>
#include <signal.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>

#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/dialects/copilot.h"
#include "lsp/dialects/tabby.h"
#include "lsp/items.h"
#include "lsp/privacy.h"
#include "lsp/version.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

// The folder that holds the file's repository, for files outside of every workspace folder; empty if none.
std::string repository_of(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ec;
  for (fs::path dir = fs::path(path).parent_path(); dir.has_relative_path(); dir = dir.parent_path()) {
    if (fs::exists(dir / ".git", ec)) return dir.string();
  }
  return "";
}

}  // namespace

// Every method an editor may call, and nothing else.
void Session::methods() {
  auto& d = dispatch_;
  const auto request = [&](const char* name, void (Session::*handler)(const json&, Reply)) {
    d.request(name, [this, handler](const json& params, Reply reply) { (this->*handler)(params, std::move(reply)); });
  };
  const auto notification = [&](const char* name, void (Session::*handler)(const json&)) {
    d.notification(name, [this, handler](const json& params) { (this->*handler)(params); });
  };
  request("initialize", &Session::on_initialize);
  d.notification("initialized", [this](const json&) { on_initialized(); });
  notification("textDocument/didOpen", &Session::on_did_open);
  notification("textDocument/didChange", &Session::on_did_change);
  notification("textDocument/didSave", &Session::on_did_save);
  notification("textDocument/didClose", &Session::on_did_close);
  request("textDocument/inlineCompletion", &Session::on_inline_completion);
  request("textDocument/completion", &Session::on_completion);
  request("textDocument/codeAction", &Session::on_code_action);
  request("workspace/executeCommand", &Session::on_execute_command);
  notification("window/workDoneProgress/cancel", &Session::on_cancel_progress);
  notification("workspace/didChangeConfiguration", &Session::on_did_change_configuration);
  notification("workspace/didChangeWorkspaceFolders", &Session::on_did_change_folders);
  notification("workspace/didChangeWatchedFiles", &Session::on_did_change_watched_files);
  d.request("fimd/stats", [this](const json&, Reply reply) { on_stats(std::move(reply)); });
  request("fimd/explain", &Session::on_explain);
  notification("fimd/diagnostics", &Session::on_diagnostics);
  copilot_methods();
  llm_ls_methods();
  tabby_methods();
}

Session::Session(Daemon& daemon, std::unique_ptr<Transport> transport, SessionOptions options)
    : daemon_(daemon),
      transport_(std::move(transport)),
      options_(std::move(options)),
      dispatch_([this](std::string body) { transport_->write(std::move(body)); }),
      completion_(daemon, configuration_),
      buffers_(daemon),
      repairs_(daemon, dispatch_, repair_host()) {
  methods();
}

Session::~Session() { daemon_.trouble_listeners.erase(this); }

void Session::start() {
  daemon_.trouble_listeners[this] = [this](const std::string& provider, const Error* error) {
    on_trouble(provider, error);
  };
  auto reading = read(shared_from_this());
  boost::asio::co_spawn(daemon_.loop, std::move(reading), boost::asio::detached);
}

// The coroutine owns the session: it lives as long as its transport can be read.
boost::asio::awaitable<void> Session::read(std::shared_ptr<Session> self) {
  while (self->dispatch_.phase() != Dispatch::Phase::ended) {
    Result<Frame> frame = co_await self->transport_->read();
    if (!frame) break;
    self->dispatch_.handle(std::move(*frame));
  }
  self->over();
}

void Session::over() {
  parent_timer_.reset();
  std::vector<std::string> uris;
  for (const auto& [uri, document] : documents_) uris.push_back(uri);
  for (const auto& uri : uris) completion_.closed(uri);
  documents_.clear();
  repairs_.end();
  buffers_.end();
  const int code = dispatch_.exit_code();
  dispatch_.end();
  transport_->close();
  daemon_.trouble_listeners.erase(this);
  if (auto ended = std::exchange(options_.ended, nullptr)) ended(code);
}

// --- life cycle ---

void Session::on_initialize(const json& params, Reply reply) {
  const Dialect dialect = announces_copilot(params) ? Dialect::copilot
                          : announces_tabby(params) ? Dialect::tabby
                                                    : Dialect::none;
  auto facts = read_initialize(dialect == Dialect::tabby ? with_tabby_capabilities(params) : params);
  if (!facts) return reply.fail(RpcCode::invalid_params, facts.error().message);
  client_ = std::move(*facts);
  for (const auto& folder : client_.folders) add_folder(folder);
  files_stamp_ = config_stamp(roots_);
  std::vector<ConfigProblem> problems = read_files();
  const auto add = [&](std::vector<ConfigProblem> more) { problems.insert(problems.end(), more.begin(), more.end()); };
  client_.dialect = dialect;
  if (params.contains("initializationOptions")) {
    add(configuration_.set(Layer::initialization, settings_among(params["initializationOptions"]),
                           "initializationOptions"));
  }
  for (const auto& setting : options_.settings) add(configuration_.set_key(setting));
  log::configure(configuration_.now().log);
  daemon_.ledger.enable(configuration_.now().ledger);
  report(problems);
  if (options_.configured) options_.configured(configuration_.effective());
  json result = initialize_result(client_, configuration_.now());
  reply.ok(dialect == Dialect::copilot ? copilot_initialize_result(std::move(result)) : result);
  if (client_.processId) watch_parent(*client_.processId);
}

void Session::on_initialized() {
  if (client_.configuration) pull_configuration();
  if (client_.configurationRegistration || client_.watchedFiles) {
    dispatch_.call("client/registerCapability", registrations(client_), [](Result<json>) {});
  }
  for (const auto& root : roots_) open_workspace(root);
  const auto probed = [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->send_status();
  };
  daemon_.providers.when_probed(configuration_.now(), probed);
}

// The parent's death ends us even when it leaves the pipe open. Only armed when the pid is visible: it may belong to
// another namespace (containers, remote shells).
void Session::watch_parent(int64_t pid) {
  if (pid <= 0 || pid > INT32_MAX || ::kill(static_cast<pid_t>(pid), 0) != 0) return;
  parent_timer_ = std::make_unique<boost::asio::steady_timer>(daemon_.loop, kParentPoll);
  parent_timer_->async_wait([weak = weak_from_this(), pid](const boost::system::error_code& ec) {
    const auto self = weak.lock();
    if (ec || !self) return;
    if (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM) return self->watch_parent(pid);
    log::info("the editor (process {}) is gone", pid);
    self->transport_->close();
  });
}

// --- documents ---

std::shared_ptr<Document> Session::find(const std::string& uri) const {
  const auto it = documents_.find(normal_uri(uri));
  return it == documents_.end() ? nullptr : it->second;
}

// Fills in where the document lies.
void Session::place(Document& document) const {
  document.path = path_of_uri(document.uri);
  document.root.clear();
  for (const auto& root : roots_) {
    if (document.path.starts_with(root + "/") && root.size() > document.root.size()) document.root = root;
  }
  if (document.root.empty() && !document.path.empty()) document.root = repository_of(document.path);
  const size_t skip = document.root.empty() ? document.path.rfind('/') + 1 : document.root.size() + 1;
  document.relative_path = document.path.empty() ? document.uri.substr(document.uri.rfind('/') + 1)
                                                 : document.path.substr(skip);
  apply_file_rules(document, configuration_.now());
}

void Session::on_did_open(const json& params) {
  auto open = read_did_open(params);
  if (!open) return log::warn("didOpen: {}", open.error().message);
  reload_files(Clock::now());
  follow_day();
  auto document = std::make_shared<Document>();
  document->uri = normal_uri(open->uri);
  place(*document);
  std::string language = options_.unreadable ? "plaintext" : language_for(open->languageId, document->path);
  document->text = std::make_shared<const context::Text>(
      context::make_text(document->uri, open->version.value_or(0), std::move(language), std::move(open->text)));
  documents_[document->uri] = document;
  if (!document->root.empty()) open_workspace(document->root);
  completion_.opened(document);
  buffers_.opened(document);
}

void Session::on_did_change(const json& params) {
  const TimePoint now = Clock::now();
  reload_files(now);
  auto change = read_did_change(params);
  if (!change) return log::warn("didChange: {}", change.error().message);
  const auto document = find(change->uri);
  if (!document) return log::warn("didChange of a document that is not open: {}", change->uri);
  const context::Snapshot before = document->text;
  context::Edited edited = context::apply(*before, change->contentChanges, context::Encoding::utf16);
  edited.text.version = change->version.value_or(before->version + 1);
  if (edited.replaced) {
    document->tainted = edited.tainted;
    document->tree_lost = true;
    document->edits_since_tree.clear();
  } else {
    document->tainted = document->tainted || edited.tainted;
    auto& edits = document->edits_since_tree;
    edits.insert(edits.end(), edited.edits.begin(), edited.edits.end());
    constexpr size_t kManyEdits = 10000;  // beyond, a fresh parse costs less
    if (edits.size() > kManyEdits) {
      document->tree_lost = true;
      edits.clear();
    }
  }
  if (document->tainted) log::warn("{}: a change lies outside of the text; waiting for a whole text", document->uri);
  document->text = std::make_shared<const context::Text>(std::move(edited.text));
  completion_.changed(document, before, edited.edits, now);
  buffers_.changed(document);
}

void Session::on_did_save(const json& params) {
  files_checked_ = {};  // it may have been one of them
  reload_files(Clock::now());
  const auto uri = read_document_uri(params);
  const auto document = uri ? find(*uri) : nullptr;
  if (!document) return;
  completion_.saved(*document);
  if (document->root.empty()) return;
  daemon_.workspaces.file_changed(document->root, document->relative_path, document->text->utf8);
}

void Session::on_did_close(const json& params) {
  const auto uri = read_document_uri(params);
  const auto document = uri ? find(*uri) : nullptr;
  if (!document) return;
  completion_.closed(document->uri);
  buffers_.closed(*document);
  documents_.erase(document->uri);
}

// --- completion ---

Ask Session::ask_at(const Place& place, bool invoked, const Reply& reply) const {
  const Config::Completion& rules = configuration_.now().completion;
  return {.text = place.text,
          .offset = place.offset,
          .budget = Budget::from(reply.received(), rules.soft, rules.hard),
          .invoked = invoked};
}

void Session::complete(const std::shared_ptr<Document>& document, Ask ask, Reply reply,
                       std::function<json(const Answered&)> shape) {
  const auto shared = std::make_shared<Reply>(std::move(reply));
  const uint64_t waiter =
      completion_.request(document, std::move(ask), [shared, shape, answering = options_.answering](Answered answered) {
        if (answering && !answered.items.empty()) answering(answered.items.front().provider);
        shared->ok(shape(answered));
      });
  if (shared->answered()) return;
  shared->on_cancel([weak = weak_from_this(), waiter] {
    if (auto self = weak.lock()) self->completion_.cancel(waiter);
  });
}

void Session::on_inline_completion(const json& params, Reply reply) {
  if (client_.dialect == Dialect::copilot) return on_copilot_inline(params, std::move(reply));
  const auto in = read_inline_completion(params);
  if (!in) return reply.fail(RpcCode::invalid_params, in.error().message);
  const auto document = find(in->uri);
  if (!document) return reply.ok(inline_items({}, {}));
  // 3.18 counts trigger kinds from 1 (invoked), earlier clients from 0: a 0 tells which it is.
  if (in->triggerKind == 0) trigger_from_zero_ = true;
  const Place place = place_of(*document, *in);
  Ask ask = ask_at(place, in->triggerKind == (trigger_from_zero_ ? 0 : 1), reply);
  const auto shape = client_.dialect == Dialect::tabby ? &tabby_items : &inline_items;
  complete(document, std::move(ask), std::move(reply),
           [place, shape](const Answered& answered) { return shape(answered, place); });
}

void Session::on_completion(const json& params, Reply reply) {
  const auto at = read_document_at(params);
  if (!at) return reply.fail(RpcCode::invalid_params, at.error().message);
  const auto document = find(at->uri);
  if (!document || !offers_popup(client_, configuration_.now())) return reply.ok(popup_items({}, {}, client_));
  const Place place = place_of(*document, at->position);
  Ask ask = ask_at(place, false, reply);
  complete(document, std::move(ask), std::move(reply),
           [place, client = client_](const Answered& answered) { return popup_items(answered, place, client); });
}

void Session::on_execute_command(const json& params, Reply reply) {
  const std::string command = params.is_object() ? params.value("command", json()).is_string()
                                                       ? params["command"].get<std::string>() : "" : "";
  const json arguments = params.is_object() && params.contains("arguments") ? params["arguments"] : json::array();
  if (command == "fimd.accepted") {
    if (arguments.is_array() && !arguments.empty() && arguments[0].is_number_unsigned()) {
      completion_.accepted(arguments[0].get<uint64_t>());
    }
    return reply.ok(nullptr);
  }
  if (command == kCopilotAccepted)
    return reply.ok(take_copilot_id(arguments.is_array() && !arguments.empty() ? arguments[0] : json()));
  if (command == kFixCommand) return fix(arguments, std::move(reply));
  if (command == "fimd.togglePause") {
    completion_.pause(!completion_.paused());
    send_status();
    return reply.ok({{"paused", completion_.paused()}});
  }
  if (command == "fimd.reindex") {
    for (const auto& root : roots_) daemon_.workspaces.rebuild(root, configuration_.now(), {});
    return reply.ok(nullptr);
  }
  reply.fail(RpcCode::invalid_params, "unknown command: " + command);
}

}  // namespace fimd::lsp
