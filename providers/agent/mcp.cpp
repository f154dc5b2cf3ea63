#include "providers/agent/mcp.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "context/log.h"
#include "providers/agent/mcp_link.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace asio = boost::asio;

namespace {

using nlohmann::json;

constexpr int kPages = 20;
constexpr int kSilences = 2;         // calls in a row without an answer, before a server is given up
constexpr size_t kShownArguments = 600;

struct Server {
  McpServer config;
  std::unique_ptr<McpLink> link = {};  // null: not used
  std::vector<McpTool> tools = {};
  std::string trouble = {}, version = {};
  int64_t last_id = 0;
  int silences = 0;
  std::map<std::string, uint64_t> first_offered = {};  // tools as they were when they were first seen
};

}  // namespace

struct McpServers::State {
  asio::any_io_executor loop;
  Http& http;
  std::shared_ptr<const PrivacyRules> rules;
  Told told;
  Duration grace;
  bool local;
  std::vector<Server> servers = {};
  std::vector<McpTool> tools = {};  // of all, with their names
  size_t told_left_out = 0;

  // The user is told once; the model hears it with its next call.
  void give_up(Server& server, std::string why) {
    if (!server.trouble.empty()) return;
    server.trouble = std::move(why);
    server.link.reset();
    told.problem(fmt::format("MCP server {}: {}; its tools are not used", server.config.name, server.trouble));
  }

  asio::awaitable<Result<json>> ask(Server& server, std::string method, json params, TimePoint deadline,
                                    std::vector<std::pair<std::string, std::string>> headers = {}) {
    McpLink& link = *server.link;
    json request = mcp_request(++server.last_id, method, std::move(params), link.modern);
    auto exchanging = link.exchange(std::move(request), deadline, std::move(headers));
    Result<McpMessage> answer = co_await std::move(exchanging);
    if (!answer) co_return tl::unexpected(answer.error());
    if (answer->error.is_null()) co_return std::move(answer->result);
    const auto code = may_be_modern(answer->error) ? Error::Code::unsupported : Error::Code::internal;
    co_return fail(code, "says: " + mcp_error(answer->error));
  }

  // Makes out the era, and greets. Errors: for the user.
  asio::awaitable<Result<void>> greet(Server& server, TimePoint deadline) {
    auto greeting = ask(server, "initialize", mcp_initialize(), deadline);
    const Result<json> greeted = co_await std::move(greeting);
    if (greeted) {
      auto version = mcp_version(*greeted);
      if (!version) co_return tl::unexpected(version.error());
      server.link->version = *std::move(version);
      const json ready = {{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}};
      auto telling = server.link->tell(ready, deadline);
      co_await std::move(telling);
      co_return Result<void>{};
    }
    if (greeted.error().code != Error::Code::unsupported) co_return tl::unexpected(greeted.error());
    server.link->modern = true;
    server.link->version = kMcpModern;
    auto discovering = ask(server, "server/discover", json::object(), deadline);
    const Result<json> discovered = co_await std::move(discovering);
    if (!discovered) co_return tl::unexpected(greeted.error());
    if (!offers_modern(*discovered)) co_return fail(Error::Code::unsupported, "speaks no version that is known");
    co_return Result<void>{};
  }

  asio::awaitable<Result<void>> list(Server& server, TimePoint deadline) {
    std::vector<McpTool> found;
    std::string cursor;
    server.link->tools_changed = false;
    for (int page = 0; page < kPages; ++page) {
      json params = json::object();
      if (!cursor.empty()) params["cursor"] = cursor;
      auto listing = ask(server, "tools/list", std::move(params), deadline);
      const Result<json> listed = co_await std::move(listing);
      if (!listed) co_return tl::unexpected(listed.error());
      cursor = read_mcp_tools(*listed, server.config.name, found);
      if (cursor.empty()) break;
    }
    std::erase_if(found, [&](McpTool& tool) { return !clean(tool); });
    for (McpTool& tool : found) note_change(server, tool);
    server.tools = std::move(found);
    co_return Result<void>{};
  }

  // What was shown at first is what the user has agreed to.
  void note_change(Server& server, McpTool& tool) const {
    const auto [first, is_new] = server.first_offered.try_emplace(tool.tool, tool.offered);
    tool.changed = !is_new && first->second != tool.offered;
    const bool known =
        std::ranges::any_of(server.tools, [&](const McpTool& each) { return each.tool == tool.tool && each.changed; });
    if (tool.changed && !known)
      told.problem(fmt::format("MCP server {} has changed its tool {}; it is not called any more", server.config.name,
                               shown_line(tool.tool)));
  }

  // Descriptions go to the model's server with every request. False: this one may not.
  bool clean(McpTool& tool) const {
    if (local) return true;
    std::vector<context::Removed> removed;
    auto description = cleaned(tool.description, "a tool's description", *rules, removed);
    const auto schema = cleaned(dump_json(tool.schema), "a tool's schema", *rules, removed);
    json safe = schema ? parse_json(*schema) : json();
    if (!description || !safe.is_object() || (rules->secrets == SecretsRule::block && !removed.empty())) return false;
    tool.description = *std::move(description);
    tool.schema = std::move(safe);
    return true;
  }

  asio::awaitable<Result<void>> connect(Server& server, TimePoint deadline) {
    deadline = std::min(deadline, Clock::now() + server.config.timeout);
    if (server.config.command.empty()) {
      server.link = open_mcp_http(http, server.config);
    } else {
      auto started = start_mcp_process(loop, server.config);
      if (!started) co_return tl::unexpected(started.error());
      server.link = *std::move(started);
    }
    auto greeting = greet(server, deadline);
    const Result<void> greeted = co_await std::move(greeting);
    if (!greeted) co_return tl::unexpected(greeted.error());
    server.version = server.link->version;
    auto listing = list(server, deadline);
    co_return co_await std::move(listing);
  }

  void collect() {
    tools.clear();
    for (const Server& server : servers) {
      if (server.link) tools.insert(tools.end(), server.tools.begin(), server.tools.end());
    }
    name_mcp_tools(tools);
  }

  Server* server_of(const std::string& name) {
    const auto at =
        std::ranges::find(servers, name, [](const Server& each) -> const std::string& { return each.config.name; });
    return at == servers.end() ? nullptr : &*at;
  }

  // The arguments as they may go to a server. Errors: for the model.
  Result<json> outgoing_arguments(const McpTool& tool, const std::string& text) const {
    auto arguments = mcp_arguments(tool, text);
    if (!arguments) return arguments;
    std::vector<context::Removed> removed;
    const auto safe = cleaned(dump_json(*arguments), "the arguments of " + tool.name, *rules, removed);
    json out = safe ? parse_json(*safe) : json();
    if (!out.is_object())
      return fail(Error::Code::refused, "not executed: the arguments could not be looked through for secrets");
    if (rules->secrets == SecretsRule::block && !removed.empty())
      return fail(Error::Code::refused, "not executed: the arguments hold a secret");
    return out;
  }

  // One call, and once more with a new session where the old one is over.
  asio::awaitable<Result<json>> run(Server& server, const McpTool tool, json arguments, TimePoint deadline) {
    for (int tries = 0;; ++tries) {
      std::vector<std::pair<std::string, std::string>> headers;
      if (server.link->modern) {
        for (const auto& [argument, header] : tool.mirrored) {
          const auto value = arguments.find(argument);
          if (value != arguments.end())
            headers.emplace_back(header,
                                 mcp_header(value->is_string() ? value->get<std::string>() : dump_json(*value)));
        }
      }
      json params = {{"name", tool.tool}, {"arguments", arguments}};
      auto asking = ask(server, "tools/call", std::move(params), deadline, std::move(headers));
      Result<json> result = co_await std::move(asking);
      if (result || result.error().code != Error::Code::not_found || tries > 0) co_return result;
      auto connecting = connect(server, deadline);
      const Result<void> connected = co_await std::move(connecting);
      if (!connected) co_return tl::unexpected(connected.error());
    }
  }
};

McpServers::McpServers(asio::any_io_executor loop, Http& http, std::vector<McpServer> servers,
                       std::shared_ptr<const PrivacyRules> rules, Told told, Duration grace, bool local)
    : state_(std::make_unique<State>(State{std::move(loop), http, std::move(rules), std::move(told), grace, local})) {
  for (McpServer& each : servers) state_->servers.push_back({.config = std::move(each)});
}

McpServers::~McpServers() = default;

asio::awaitable<void> McpServers::open(TimePoint deadline) {
  using Landed = asio::experimental::channel<void(boost::system::error_code)>;
  const auto self = shared_from_this();
  const auto landed = std::make_shared<Landed>(state_->loop, state_->servers.size() + 1);
  const auto come_up = [](std::shared_ptr<McpServers> servers, size_t i, TimePoint until) -> asio::awaitable<void> {
    Server& server = servers->state_->servers[i];
    auto connecting = servers->state_->connect(server, until);
    const Result<void> connected = co_await std::move(connecting);
    if (!connected) servers->state_->give_up(server, connected.error().message);
  };
  for (size_t i = 0; i < state_->servers.size(); ++i) {
    auto coming = come_up(self, i, deadline);
    auto on_end = [self, i, landed](const std::exception_ptr& thrown) {
      if (thrown) self->state_->give_up(self->state_->servers[i], "failed");
      landed->try_send(boost::system::error_code{});
    };
    asio::co_spawn(state_->loop, std::move(coming), std::move(on_end));
  }
  for (size_t i = 0; i < state_->servers.size(); ++i) {
    auto waiting = landed->async_receive(asio::as_tuple(asio::use_awaitable));
    const auto [ec] = co_await std::move(waiting);
    if (ec) co_return;
  }
  state_->collect();
}

std::string McpServers::schemas(const std::string& own) {
  size_t left_out = 0;
  std::string out = with_mcp_tools(own, state_->tools, left_out);
  if (left_out > state_->told_left_out) {
    state_->told.problem(
        fmt::format("{} tools of MCP servers are left out: the descriptions of all are too long", left_out));
    state_->told_left_out = left_out;
  }
  return out;
}

bool McpServers::knows(const std::string& name) const { return is_mcp_name(name); }

asio::awaitable<ToolResult> McpServers::call(ToolCall call, TimePoint deadline, bool wary) {
  State& s = *state_;
  const auto self = shared_from_this();
  const auto found = std::ranges::find(s.tools, call.name, &McpTool::name);
  if (found == s.tools.end()) co_return ToolResult{"no tool \"" + shown_line(call.name.substr(0, 100)) + "\"", true};
  const McpTool tool = *found;
  if (tool.changed)
    co_return ToolResult{"not executed: the server has changed this tool since the task began; do without it", true};
  Server& server = *s.server_of(tool.server);
  auto arguments = s.outgoing_arguments(tool, call.arguments);
  if (!arguments) co_return ToolResult{arguments.error().message, true};
  if (server.link && (server.config.ask || wary)) {
    std::string shown = dump_json(*arguments);
    if (shown.size() > kShownArguments)
      shown = shown.substr(0, context::floor_code_point(shown, kShownArguments)) +
              fmt::format(" ...[+{}]", shown.size() - kShownArguments);
    const std::string question =
        fmt::format("{}Let the model use {} of the MCP server {} with\n{}\nIt may act outside of the workspace. Go on?",
                    wary ? "The model has asked for a private file. " : "", shown_line(tool.tool), server.config.name,
                    shown_line(shown));
    auto asking = s.told.agreed(question);
    const bool agreed = co_await std::move(asking);
    if (!agreed) co_return ToolResult{"not executed: the user did not agree to this call; do without it", true};
  }
  if (!server.link)
    co_return ToolResult{fmt::format("not executed: the MCP server {} {}", server.config.name, server.trouble), true};
  deadline = std::min(deadline, Clock::now() + server.config.timeout);
  auto running = s.run(server, tool, *std::move(arguments), deadline);
  const Result<json> result = co_await std::move(running);
  if (result) {
    server.silences = 0;
    co_return mcp_result(*result);
  }
  const Error& error = result.error();
  const bool silent = error.code == Error::Code::deadline;
  if (silent) ++server.silences;
  if (error.code == Error::Code::down || (silent && server.silences >= kSilences)) s.give_up(server, error.message);
  co_return ToolResult{fmt::format("the MCP server {} {}{}", server.config.name, error.message,
                                   silent ? "; what the call did is not known" : ""),
                       true};
}

asio::awaitable<bool> McpServers::renew(TimePoint deadline) {
  const auto self = shared_from_this();
  bool changed = false;
  for (Server& server : state_->servers) {
    if (!server.link) continue;
    server.link->look();
    if (!server.link->tools_changed) continue;
    auto listing = state_->list(server, std::min(deadline, Clock::now() + server.config.timeout));
    const Result<void> listed = co_await std::move(listing);
    if (!listed) state_->give_up(server, listed.error().message);
    changed = true;
  }
  if (changed) state_->collect();
  co_return changed;
}

asio::awaitable<void> McpServers::end() {
  const auto self = shared_from_this();
  for (Server& server : state_->servers) {
    if (!server.link) continue;
    auto ending = server.link->end(state_->grace);
    co_await std::move(ending);
    server.link.reset();
  }
}

void McpServers::cut() {
  for (Server& server : state_->servers) {
    if (server.trouble.empty()) server.trouble = "was ended with the task";
    if (server.link) server.link->cut();
  }
}

std::vector<McpServers::Facts> McpServers::facts() const {
  std::vector<Facts> out;
  for (const Server& server : state_->servers) {
    Facts& facts = out.emplace_back();
    facts.name = server.config.name;
    facts.trouble = server.trouble;
    facts.version = server.version;
    for (const McpTool& tool : state_->tools) {
      if (tool.server == server.config.name) facts.tools.push_back(tool.name);
    }
  }
  return out;
}

}  // namespace fimd::providers::agent
