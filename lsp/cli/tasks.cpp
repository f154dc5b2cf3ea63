#include "lsp/tasks.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>

#include "lsp/cli/commands.h"
#include "lsp/cli/fix_report.h"
#include "providers/agent/tool_text.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;
using providers::agent::Message;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

size_t line_at(const json& object) {
  const auto found = object.find("line");
  return found != object.end() && found->is_number_unsigned() ? found->get<size_t>() : 1;
}

json summary(const Task& task) {
  const auto& spent = task.state.spent;
  return {{"id", task.file.id},
          {"state", state_of(task)},
          {"root", text_at(task.about, "root")},
          {"path", text_at(task.about, "path")},
          {"line", line_at(task.about)},
          {"message", text_at(task.about, "message")},
          {"provider", text_at(task.about, "provider")},
          {"model", text_at(task.about, "model")},
          {"steps", task.state.steps},
          {"words", task.state.words},
          {"seconds", task.state.seconds},
          {"bytes", task.file.bytes},
          {"can_go_on", can_go_on(task)},
          {"changed",
           fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(task.file.changed)))},
          {"tokens", {{"in", spent.in}, {"cached", spent.cached}, {"out", spent.out}}}};
}

void print_json(const json& value) {
  std::printf("%s\n", value.dump(2, ' ', false, json::error_handler_t::replace).c_str());
}

int list(bool as_json) {
  json all = json::array();
  for (const TaskFile& file : task_files()) {
    const auto task = read_task(file.id);
    if (!task) {
      std::fprintf(stderr, "fimd: %s\n", task.error().message.c_str());
      continue;
    }
    all.push_back(summary(*task));
    if (as_json) continue;
    const std::string message = providers::agent::shown_line(text_at(task->about, "message").substr(0, 60));
    std::printf("%s  %-11s %s:%zu  %s\n", file.id.c_str(), state_of(*task).c_str(),
                text_at(task->about, "path").c_str(), line_at(task->about), message.c_str());
  }
  if (as_json) print_json(all);
  return 0;
}

// Text of a model or a file, without what would move the terminal.
void print_text(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) std::printf("    %s\n", providers::agent::shown_line(context::take_line(rest)).c_str());
}

int show(const std::string& id, bool as_json) {
  const auto task = read_task(id);
  if (!task) return complain(task.error());
  json out = summary(*task);
  constexpr const char* kRoles[] = {"system", "user", "assistant", "tool"};
  out["messages"] = json::array();
  for (const Message& message : task->state.messages) {
    json entry = {{"role", kRoles[static_cast<size_t>(message.role)]}, {"text", message.text}};
    for (const auto& call : message.calls)
      entry["calls"].push_back({{"name", call.name}, {"arguments", call.arguments}});
    out["messages"].push_back(std::move(entry));
  }
  if (!task->state.diff.empty()) out["diff"] = task->state.diff;
  if (as_json) {
    print_json(out);
    return 0;
  }
  std::printf("%s: %s, %s:%zu, %d requests to %s\n", task->file.id.c_str(), state_of(*task).c_str(),
              text_at(task->about, "path").c_str(), line_at(task->about), task->state.steps,
              text_at(task->about, "provider").c_str());
  if (!task->state.words.empty()) print_text(task->state.words);
  for (const Message& message : task->state.messages) {
    if (message.role == Message::Role::system) continue;
    std::printf("\n%s%s%s\n", kRoles[static_cast<size_t>(message.role)], message.tool.empty() ? "" : " ",
                message.tool.c_str());
    print_text(message.text);
    for (const auto& call : message.calls) print_text(call.name + " " + call.arguments);
  }
  if (!task->state.diff.empty()) {
    std::printf("\nthe change\n");
    print_text(task->state.diff);
  }
  return 0;
}

// Thoughts go back only to who thought them; what was meant for a local model does not leave.
Result<void> fit_to(Task& task, const providers::ProviderConfig& provider) {
  const bool was_local = task.about.value("local", false);
  if (was_local && !providers::is_local(provider)) {
    return fail(Error::Code::refused,
                fmt::format("{} is not local any more, and the task holds text that was only for a local model",
                            provider.name));
  }
  const bool same = text_at(task.about, "kind") == provider.kind && text_at(task.about, "url") == provider.url &&
                    text_at(task.about, "model") == provider.model;
  if (same) return {};
  for (Message& message : task.state.messages) {
    message.blocks.clear();
    message.reasoning.clear();
  }
  return {};
}

int resume(const std::string& id, bool apply, const Common& common) {
  auto opened = open_task(id);
  if (!opened) return complain(opened.error());
  Task& task = opened->task;
  if (!can_go_on(task))
    return complain({Error::Code::bad_input, fmt::format("task {} has ended: {}", task.file.id, state_of(task))});
  const std::string root = text_at(task.about, "root");
  Common without_provider = common;
  without_provider.provider.clear();
  Shell shell;
  if (auto configured = shell.configure(without_provider, root); !configured) return complain(configured.error());
  const auto provider = agent_provider(shell.configuration.now(),
                                       common.provider.empty() ? text_at(task.about, "provider") : common.provider);
  if (!provider) return complain(provider.error());
  if (auto fits = fit_to(task, *provider); !fits) return complain(fits.error());
  Location at;
  at.file = root + "/" + text_at(task.about, "path");
  const auto document = shell.open(at, root);
  if (!document) return complain(document.error());
  shell.wait_for_index(root);
  FixTask fix{.document = *document, .line = line_at(task.about), .message = text_at(task.about, "message")};
  fix.wanted = providers::agent::wanted_of(text_at(task.about, "wanted"));
  fix.journal = opened->journal;
  fix.consent = consent_of(shell, common.json);
  if (!task.state.messages.empty()) fix.earlier = std::move(task.state);
  const Fix result = run_fix(shell, *provider, std::move(fix), common.json);
  return report(result, root, task.file.id, apply, common.json);
}

}  // namespace

int tasks(const std::string& action, const std::string& id, bool apply, const Common& common) {
  if (action == "list") return list(common.json);
  if (id.empty())
    return complain(
        {Error::Code::bad_input, "fimd tasks " + action + " needs the name of a task (see fimd tasks list)"});
  if (action == "show") return show(id, common.json);
  if (action == "resume") return resume(id, apply, common);
  const auto forgotten = forget_task(id);
  return forgotten ? 0 : complain(forgotten.error());
}

}  // namespace fimd::lsp::cli
