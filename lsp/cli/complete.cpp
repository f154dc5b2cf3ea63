#include <cstdio>

#include "lsp/cli/commands.h"
#include "lsp/completion.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;

const char* action(const providers::GateNote& note) {
  return note.action == providers::GateNote::Action::cut ? "cut" : "drop";
}

json result_json(const Document& document, const Answered& answered, const Explanation& last) {
  const auto cursor = context::position_at(*document.text, document.cursor, context::Encoding::utf16);
  const json at = {{"line", cursor.line}, {"character", cursor.character}};
  json gates = json::array(), snippets = json::array();
  std::string text;
  if (!answered.items.empty()) {
    text = answered.items.front().text;
    for (const auto& note : answered.items.front().notes) {
      gates.push_back({{"gate", note.gate}, {"action", action(note)}, {"why", note.why}});
    }
    if (const auto& used = answered.items.front().snippets) {
      for (const auto& each : *used) snippets.push_back({{"path", each.path}, {"why", each.why}});
    }
  }
  return {{"text", text}, {"range", {{"start", at}, {"end", at}}}, {"provider", last.provider}, {"ms", last.ms},
          {"late", answered.late}, {"gates", gates}, {"snippets", snippets}, {"story", last.story}};
}

// One request; the answer as an editor gets it.
Answered ask_once(Shell& shell, Completion& completion, const std::shared_ptr<Document>& document) {
  Answered answered;
  shell.run([&](std::function<void()> done) {
    const Config::Completion& rules = shell.configuration.now().completion;
    Ask ask{document->text, document->cursor, Budget::from(Clock::now(), rules.soft, rules.hard), false};
    completion.request(document, std::move(ask), [&answered, done](Answered result) {
      answered = std::move(result);
      done();
    });
  });
  return answered;
}

// What arrives behind the deadline, which an editor would show at the next keystroke. A new process has measured
// nothing and no prompt of it is in a server's cache, so this is the rule with a slow local model.
Answered wait_for_late(Shell& shell, Completion& completion, const std::shared_ptr<Document>& document) {
  while (completion.in_air(document->uri)) {
    shell.daemon.loop.restart();
    shell.daemon.loop.run_one_for(std::chrono::milliseconds(50));
  }
  Answered answered = ask_once(shell, completion, document);
  answered.late = !answered.items.empty();
  return answered;
}

}  // namespace

int complete(const std::string& location, const Common& common, bool explain) {
  const auto at = parse_location(location);
  if (!at) return complain(at.error());
  const std::string root = root_for(common.root, at->file);
  Shell shell;
  if (auto configured = shell.configure(common, root); !configured) return complain(configured.error());
  const auto document = shell.open(*at, root);
  if (!document) return complain(document.error());
  shell.wait_for_providers();
  shell.wait_for_index(root);

  Completion completion(shell.daemon, shell.configuration);
  completion.opened(*document);
  const TimePoint begin = Clock::now();
  Answered answered = ask_once(shell, completion, *document);
  if (answered.items.empty()) answered = wait_for_late(shell, completion, *document);
  const Explanation* known = completion.explain((*document)->uri);
  Explanation result = known ? *known : Explanation{};
  if (answered.late) result.ms = to_ms(Clock::now() - begin);
  const Explanation* last = &result;
  if (common.json) {
    std::printf("%s\n",
                result_json(**document, answered, *last).dump(2, ' ', false, json::error_handler_t::replace).c_str());
  } else {
    if (!answered.items.empty()) std::printf("%s\n", answered.items.front().text.c_str());
    std::fprintf(stderr, "%s  %.1f ms%s\n", last->provider.empty() ? "no suggestion" : last->provider.c_str(), last->ms,
                 answered.late ? " (behind the deadline: an editor would show it at the next keystroke)" : "");
  }
  if (explain && !common.json) {
    if (const std::string& arm = shell.configuration.now().arm; !arm.empty())
      std::fprintf(stderr, "  experiment arm %s\n", arm.c_str());
    for (const auto& line : last->story) std::fprintf(stderr, "  %s\n", line.c_str());
    if (!answered.items.empty()) {
      for (const auto& note : answered.items.front().notes) {
        std::fprintf(stderr, "  gate %s: %s: %s\n", note.gate.c_str(), action(note), note.why.c_str());
      }
    }
  }
  return 0;
}

}  // namespace fimd::lsp::cli
