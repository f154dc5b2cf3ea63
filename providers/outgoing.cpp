#include "providers/outgoing.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace fimd::providers {
namespace {

using context::Secret;
using context::Secrets;
using context::TextKind;

constexpr size_t kShortestKey = 8;  // shorter keys would be found everywhere

// Adds the places of fimd's own keys to what was found.
void add_own_keys(Secrets& secrets, std::string_view text, std::span<const std::string> keys) {
  std::vector<Secret> all = secrets.found;
  for (const std::string& key : keys) {
    if (key.size() < kShortestKey) continue;
    for (size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + key.size())) {
      const size_t end = at + key.size();
      std::erase_if(all, [&](const Secret& s) { return s.begin < end && s.end > at; });
      all.push_back({at, end, at, Secret::Form::value, context::kOwnKeyRule});
    }
  }
  if (all.size() == secrets.found.size()) return;
  std::sort(all.begin(), all.end(), [](const Secret& a, const Secret& b) { return a.begin < b.begin; });
  secrets.found = std::move(all);
}

Secrets look(std::string_view text, TextKind kind, const PrivacyRules& rules) {
  Secrets secrets = context::find_secrets(text, kind);
  add_own_keys(secrets, text, rules.own_keys);
  return secrets;
}

}  // namespace

// Makes the prompt clean, step by step; the only friend of CleanPrompt.
struct Outgate {
  Prompt prompt;
  const Origin& origin;
  const PrivacyRules& rules;
  Outgoing out = {};
  std::string first_secret = {};
  size_t redactions = 0;

  bool blocked(std::string why) {
    out.blocked = std::move(why);
    return false;
  }

  void note(const std::string& what, std::string_view rule) {
    ++redactions;
    std::string why = fmt::format("{}: a placeholder goes instead", rule);
    if (first_secret.empty()) first_secret = fmt::format("{} ({})", rule, what);
    const auto same = [&](const context::Removed& r) { return r.what == what && r.why == why; };
    if (std::none_of(out.removed.begin(), out.removed.end(), same)) out.removed.push_back({what, std::move(why)});
  }

  // The prefix and the suffix as windows of the scanned document. False: blocked.
  bool clean_windows() {
    const ScannedDocument& scanned = *origin.document;
    const std::string& text = scanned.text->utf8;
    if (!scanned.secrets.complete) return blocked("the document could not be looked through for secrets");
    const size_t at = origin.offset;
    size_t from = at - prompt.prefix.size(), to = at + prompt.suffix.size();
    if (const auto near = context::secret_at_cursor(text, at, scanned.secrets, scanned.kind)) {
      return blocked(fmt::format("{}, line {}", near->why, context::line_of(*scanned.text, near->begin) + 1));
    }
    // A window must not begin or end within a secret.
    for (const Secret& s : scanned.secrets.found) {
      if (s.begin < from && s.end > from) from = std::min(at, s.end);
      if (s.begin < to && s.end > to) to = std::max(at, s.begin);
    }
    prompt.prefix = context::redact(text, from, at, scanned.secrets.found, rules.key).text;
    prompt.suffix = context::redact(text, at, to, scanned.secrets.found, rules.key).text;
    for (const Secret& s : scanned.secrets.found) {
      if (s.begin < from || s.end > to) continue;
      note(fmt::format("{}, line {}", prompt.path, context::line_of(*scanned.text, s.begin) + 1), secret_rule(s));
    }
    return true;
  }

  [[nodiscard]] bool are_windows() const {
    if (!origin.document) return false;
    const std::string_view text = origin.document->text->utf8;
    return origin.offset <= text.size() && text.substr(0, origin.offset).ends_with(prompt.prefix) &&
           text.substr(origin.offset).starts_with(prompt.suffix);
  }

  // One more look at what was made, joined at the cursor: what was seen in no other way.
  bool clean_joined() {
    const TextKind kind = context::text_kind(prompt.language, prompt.path);
    const size_t at = prompt.prefix.size();
    const std::string joined = prompt.prefix + prompt.suffix;
    const Secrets found = look(joined, kind, rules);
    if (!found.complete) return blocked("the prompt could not be looked through for secrets");
    if (const auto near = context::secret_at_cursor(joined, at, found, kind)) return blocked(near->why);
    if (found.found.empty()) return true;
    for (const Secret& s : found.found) note(prompt.path, secret_rule(s));
    prompt.prefix = context::redact(joined, 0, at, found.found, rules.key).text;
    prompt.suffix = context::redact(joined, at, joined.size(), found.found, rules.key).text;
    return true;
  }

  // A text by itself; false when it must be left out.
  bool clean_text(std::string& text, TextKind kind, const std::string& what) {
    const Secrets found = look(text, kind, rules);
    if (!found.complete) return false;
    for (const Secret& s : found.found) note(what, secret_rule(s));
    if (!found.found.empty()) text = context::redact(text, 0, text.size(), found.found, rules.key).text;
    return true;
  }

  void clean_extra() {
    std::vector<Extra> kept;
    for (Extra& extra : prompt.extra) {
      if (context::is_private(extra.path, rules.exclude)) {
        out.removed.push_back({extra.path, "the file may hold secrets (privacy.exclude)"});
        continue;
      }
      const std::string path = extra.path;
      const bool safe = clean_text(extra.text, context::text_kind("", path), path) &&
                        clean_text(extra.path, TextKind::data, "a file name");
      if (safe)
        kept.push_back(std::move(extra));
      else
        out.removed.push_back({path, "it could not be looked through for secrets"});
    }
    prompt.extra = std::move(kept);
  }

  bool clean_names() {
    bool safe = clean_text(prompt.path, TextKind::data, "a file name") &&
                clean_text(prompt.repo, TextKind::data, "the folder's name") &&
                clean_text(prompt.language, TextKind::data, "the language");
    for (std::string& stop : prompt.stop) safe = safe && clean_text(stop, TextKind::code, "a stop text");
    return safe || blocked("a name could not be looked through for secrets");
  }

  bool clean() {
    if (context::is_private(prompt.path, rules.exclude)) {
      return blocked(fmt::format("{} may hold secrets (privacy.exclude)", prompt.path));
    }
    if (rules.secrets == SecretsRule::off) {
      std::erase_if(prompt.extra, [&](const Extra& e) { return context::is_private(e.path, rules.exclude); });
      return true;
    }
    if (are_windows() && !clean_windows()) return false;
    if (!clean_joined()) return false;
    clean_extra();
    if (!clean_names()) return false;
    if (rules.secrets == SecretsRule::block && !first_secret.empty()) {
      return blocked(fmt::format("privacy.secrets is \"block\" and the prompt holds a secret: {}", first_secret));
    }
    return true;
  }

  static CleanPrompt pass(Prompt prompt, const Recipient& to, size_t redactions) {
    LedgerEntryPtr entry = new_entry(to.config, prompt.warm ? Purpose::warm : Purpose::completion);
    entry->redactions = redactions;
    entry->parts.push_back({prompt.path, prompt.first_line, prompt.last_line});
    for (const Extra& extra : prompt.extra) entry->parts.push_back({extra.path, extra.first_line, extra.last_line});
    return {std::move(prompt), to.codec, std::move(entry)};
  }
};

bool is_local(const ProviderConfig& config) {
  return config.jurisdiction == "local";
}

ScannedPtr scan_document(const ScannedPtr& earlier, context::Snapshot text, std::string_view path,
                         std::span<const std::string> own_keys) {
  auto scanned = std::make_shared<ScannedDocument>();
  scanned->kind = context::text_kind(text->language, path);
  const bool near = earlier && earlier->kind == scanned->kind;
  scanned->secrets = near
                         ? context::find_secrets_again(earlier->secrets, earlier->text->utf8, text->utf8, scanned->kind)
                         : context::find_secrets(text->utf8, scanned->kind);
  add_own_keys(scanned->secrets, text->utf8, own_keys);
  scanned->text = std::move(text);
  return scanned;
}

std::optional<std::string> cleaned(std::string text, const std::string& what, const PrivacyRules& rules,
                                   std::vector<context::Removed>& removed) {
  if (rules.secrets == SecretsRule::off) return text;
  const Secrets found = look(text, TextKind::data, rules);
  if (!found.complete) return std::nullopt;
  for (const Secret& s : found.found)
    removed.push_back({what, fmt::format("{}: a placeholder goes instead", secret_rule(s))});
  if (found.found.empty()) return text;
  return context::redact(text, 0, text.size(), found.found, rules.key).text;
}

Outgoing outgoing(Prompt prompt, const Recipient& recipient, const Origin& origin, const PrivacyRules& rules) {
  if (is_local(recipient.config)) {
    Outgoing out;
    out.prompt = Outgate::pass(std::move(prompt), recipient, 0);
    return out;
  }
  Outgate gate{std::move(prompt), origin, rules};
  if (gate.clean()) gate.out.prompt = Outgate::pass(std::move(gate.prompt), recipient, gate.redactions);
  return std::move(gate.out);
}

}  // namespace fimd::providers
