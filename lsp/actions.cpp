#include "lsp/actions.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;
using providers::agent::Wanted;

constexpr size_t kMostFixes = 5;
constexpr size_t kTitleBytes = 60;

struct Offer {
  const char* kind;
  FixOrder order;
  json diagnostic = nullptr;  // as the client sent it
  const char* command = kFixCommand;
};

// Whether it is LSP4IJ, in any of the IDEs: its menu of intentions sends no diagnostics, says that it asks by itself
// although the user may have opened it, and leaves out what is exactly a quick fix.
bool has_intentions(const ClientFacts& client) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"IntelliJ", "LSP4IJ", "JetBrains", "Android Studio", "PyCharm", "WebStorm", "GoLand", "CLion", "RustRover",
       "Rider", "PhpStorm", "RubyMine", "DataGrip", "DataSpell", "Aqua", "MPS"});
  return std::ranges::any_of(kNames,
                             [&](std::string_view name) { return client.name.find(name) != std::string::npos; });
}

const char* fix_kind(const ClientFacts& client) { return has_intentions(client) ? "quickfix.ai" : "quickfix"; }

bool is_asked_for(const CodeActionParams& asked, std::string_view kind) {
  if (asked.only.empty()) return true;
  return std::ranges::any_of(asked.only, [&](const std::string& only) {
    return only.empty() || kind == only || (kind.starts_with(only) && kind[only.size()] == '.');
  });
}

// On one line, without what moves a cursor or turns the direction of writing, and without the icons that some editors
// make of $(name).
std::string shortened(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  std::string out = providers::agent::shown_line(
      text.substr(0, context::floor_code_point(text, std::min(text.size(), 2 * kTitleBytes))));
  for (size_t at = 0; (at = out.find("$(", at)) != std::string::npos; ++at) out.insert(at + 1, " ");
  if (out.size() <= kTitleBytes) return out;
  return out.substr(0, context::floor_code_point(out, kTitleBytes)) + "...";
}

// Whether a line stands in for code that is still to be written.
bool is_stub(std::string_view line) {
  constexpr auto kMarks =
      std::to_array<std::string_view>({"TODO", "FIXME", "NotImplementedError", "unimplemented!(", "todo!(",
                                       "ot implemented", "UnsupportedOperationException"});
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return line.find(mark) != std::string_view::npos; });
}

// Of a selection, 1-based: one that ends at the beginning of a line does not hold that line.
size_t last_line(const Range& range) {
  const bool whole_lines = range.end.character == 0 && range.end.line > range.start.line;
  return range.end.line + (whole_lines ? 0 : 1);
}

bool overlap(const Range& a, const Range& b) { return a.start.line <= b.end.line && b.start.line <= a.end.line; }

json literal(const Offer& offer, const ClientFacts& client) {
  json command = {
      {"title", offer.order.title}, {"command", offer.command}, {"arguments", json::array({to_json(offer.order)})}};
  if (!client.codeActionLiterals) return command;
  json action = {{"title", offer.order.title}, {"kind", offer.kind}, {"command", std::move(command)}};
  if (!offer.diagnostic.is_null()) action["diagnostics"] = json::array({offer.diagnostic});
  if (client.generatedTag) action["tags"] = {1};
  return action;
}

}  // namespace

json to_json(const FixOrder& order) {
  json out = {{"uri", order.uri}, {"line", order.line}, {"message", order.message}, {"title", order.title}};
  if (order.last_line > order.line) out["lastLine"] = order.last_line;
  if (order.wanted != Wanted::repair) out["wanted"] = providers::agent::name(order.wanted);
  return out;
}

Result<FixOrder> read_fix_order(const json& arguments) {
  const json* order = arguments.is_array() && !arguments.empty() ? &arguments[0] : nullptr;
  if (!order || !order->is_object() || !order->contains("uri") || !(*order)["uri"].is_string()) {
    return fail(Error::Code::bad_input, "fimd.fix takes one object with uri, line and message");
  }
  FixOrder out{.uri = (*order)["uri"], .message = std::string(providers::string_at(*order, "message")),
               .title = std::string(providers::string_at(*order, "title"))};
  if (order->contains("line") && (*order)["line"].is_number_unsigned())
    out.line = std::max<size_t>(1, (*order)["line"].get<size_t>());
  if (order->contains("lastLine") && (*order)["lastLine"].is_number_unsigned()) out.last_line = (*order)["lastLine"];
  out.wanted = providers::agent::wanted_of(providers::string_at(*order, "wanted"));
  if (out.title.empty()) out.title = "Fix this";
  return out;
}

json code_actions(const json& params, const CodeActionParams& asked, const Document& document,
                  const ClientFacts& client) {
  std::vector<Offer> offers;
  const auto offer = [&](Offer what) {
    what.order.uri = asked.uri;
    if (is_asked_for(asked, what.kind)) offers.push_back(std::move(what));
  };
  const auto add = [&](const char* kind, size_t line, std::string title, std::string message,
                       json diagnostic = nullptr) {
    offer({kind, {.line = line + 1, .message = std::move(message), .title = std::move(title)}, std::move(diagnostic)});
  };
  for (size_t i = 0; i < std::min(asked.diagnostics.size(), kMostFixes); ++i) {
    const context::Diagnostic& each = asked.diagnostics[i];
    add(fix_kind(client), each.range.start.line, "Fix: " + shortened(each.message), each.message,
        params["context"]["diagnostics"][i]);
  }
  if (asked.diagnostics.empty()) {
    for (const context::Diagnostic& each : document.diagnostics) {
      if (offers.size() == kMostFixes) break;
      if (overlap(each.range, asked.range))
        add(fix_kind(client), each.range.start.line, "Fix: " + shortened(each.message), each.message);
    }
  }
  const size_t line = asked.range.start.line;
  const bool selection = asked.range.start < asked.range.end;
  const bool by_hand = !asked.automatic || has_intentions(client);
  const auto change = [&](std::string title, std::string message, const char* command = kFixCommand) {
    FixOrder order{.line = line + 1,
                   .message = std::move(message),
                   .title = std::move(title),
                   .last_line = last_line(asked.range),
                   .wanted = Wanted::change};
    offer({"refactor.rewrite", std::move(order), nullptr, command});
  };
  if (is_stub(context::line_text(*document.text, line)))
    change("Implement this", "Write the code that this line stands in for.");
  if (selection && by_hand) {
    if (client.rewrites) change("Rewrite...", "", kRewriteCommand);
    change("Rewrite this more simply", "Say the same more simply and more clearly; what it does stays the same.");
    change("Add tests for this", "Add tests for this code, to the project's own tests and in their style.");
    FixOrder order{
        .line = line + 1, .title = "Explain this", .last_line = last_line(asked.range), .wanted = Wanted::explanation};
    offer({"refactor.explain", std::move(order)});
  }
  if (offers.empty() && by_hand) {
    add(fix_kind(client), line, "Find and fix the problem here",
        "Something is wrong at or near this line: find out what, and fix it.");
  }
  json out = json::array();
  for (const Offer& each : offers) out.push_back(literal(each, client));
  return out;
}

}  // namespace fimd::lsp
