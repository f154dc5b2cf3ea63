// Models that only chat: the text with a hole goes into a message, the fill is taken out of the answer.
//
// The answer is asked for in one piece, since a fence or a tag that arrives in parts could not be told from text. What
// counts as the fill is strict: the content of the one tag that was asked for, or of the only fenced block where the
// answer is nothing else. Prose is an error, never a suggestion.
#include <fmt/core.h>

#include <algorithm>

#include "providers/codec_parts.h"
#include "providers/json_read.h"
#include "providers/url.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

constexpr std::string_view kOpen = "<fill>", kClose = "</fill>", kHole = "<hole/>", kThought = "</think>";
constexpr std::string_view kFence = "```";
constexpr int kTags = 8;  // tokens that the tag takes

constexpr const char* kRules =
    "You complete code at the cursor of an editor. The user's message is a file in which <hole/> marks the cursor. "
    "Answer with the exact text that replaces <hole/>, between <fill> and </fill>, and with nothing else: no "
    "explanation, no code fence, no text that already stands before or after the hole. Keep the indentation. If "
    "nothing is to be added, answer <fill></fill>.";

Caps chat_caps(const ProviderConfig& config, const Caps* probed) {
  Caps caps = probed ? *probed : Caps{};
  if (!probed) caps.context = 32768;
  if (config.context > 0) caps.context = config.context;
  caps.suffix = caps.extra = true;
  caps.stream = caps.cancel_on_close = false;
  caps.family.clear();
  return caps;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t from = text.find_first_not_of(kBlanks);
  return from == std::string_view::npos ? std::string_view()
                                        : text.substr(from, text.find_last_not_of(kBlanks) + 1 - from);
}

// The block of an answer that is nothing but one fenced block.
std::optional<std::string> fenced(std::string_view answer) {
  const std::string_view text = without_blanks(answer);
  const size_t line = text.find('\n');
  if (!text.starts_with(kFence) || !text.ends_with(kFence) || line == std::string_view::npos) return std::nullopt;
  if (line + 1 > text.size() - kFence.size()) return std::nullopt;
  std::string_view block = text.substr(line + 1, text.size() - kFence.size() - line - 1);
  if (block.find(kFence) != std::string_view::npos) return std::nullopt;
  if (block.ends_with('\n')) block.remove_suffix(1);
  return std::string(block);
}

// The fill in an answer; the closing tag is missing where the server took it as the stop text.
std::optional<std::string> fill_of(std::string_view answer) {
  if (const size_t thought = answer.rfind(kThought); thought != std::string_view::npos) {
    answer.remove_prefix(thought + kThought.size());
  }
  const size_t open = answer.find(kOpen);
  if (open == std::string_view::npos) return fenced(answer);
  if (!without_blanks(answer.substr(0, open)).empty()) return std::nullopt;
  std::string_view fill = answer.substr(open + kOpen.size());
  fill = fill.substr(0, fill.find(kClose));
  if (fill.find(kOpen) != std::string_view::npos) return std::nullopt;
  if (const auto block = fenced(fill)) return block;
  return std::string(fill);
}

class Chat : public Codec {
 public:
  Chat(ProviderConfig config, const Caps* probed) : config_(std::move(config)), caps_(chat_caps(config_, probed)) {}

  const Caps& caps() const override { return caps_; }

  Result<HttpRequest> encode(const Prompt& given) const override {
    static constexpr std::string_view kMarks[] = {kOpen, kClose, kHole};
    Result<Prompt> prompt = clear_of_tokens(given, kMarks);
    if (!prompt) return tl::unexpected<Error>(prompt.error());
    const std::string text =
        fmt::format("File {}:\n{}{}{}", prompt->path, prefix_with_files(*prompt), kHole, prompt->suffix);
    if (config_.kind == "anthropic") return messages_request(*prompt, text);
    json body{{"model", config_.model},
              {"messages",
               json::array({json{{"role", "system"}, {"content", kRules}}, json{{"role", "user"}, {"content", text}}})},
              {"max_tokens", prompt->warm ? 1 : std::max(1, prompt->max_tokens) + kTags},
              {"temperature", prompt->temperature},
              {"stop", json::array({kClose})},
              {"stream", false}};
    set_user(body, config_, *prompt);
    return post_prompt(config_, "/v1/chat/completions", "/v1", body, HttpRequest::Framing::whole, *prompt);
  }

  Result<Token> decode(const Event& event) const override {
    Result<json> body = read_event(event);
    if (!body) return tl::unexpected<Error>(body.error());
    if (config_.kind == "anthropic") return messages_answer(*body);
    const json* choice = first_of(*body, "choices");
    const json* message = choice ? member(*choice, "message") : nullptr;
    if (!message || !message->is_object()) return fail(Error::Code::down, "chat: an answer without a message");
    Token token;
    token.usage = openai_usage(*body);
    token.finish = openai_finish(string_at(*choice, "finish_reason"));
    if (token.finish == Finish::error) return fail(Error::Code::down, "chat: the server broke the answer off");
    if (token.finish == Finish::none) token.finish = Finish::stop;
    return filled(std::move(token), *message);
  }

 private:
  static Result<Token> filled(Token token, const json& message) {
    const std::optional<std::string> fill = fill_of(content_of(message));
    if (!fill) return fail(Error::Code::down, "chat: the model answered with something else than the fill");
    token.text = *fill;
    return token;
  }

  // Anthropic's Messages. No temperature: newer models refuse one.
  HttpRequest messages_request(const Prompt& prompt, const std::string& text) const {
    const json body{{"model", config_.model},
                    {"system", kRules},
                    {"messages", json::array({json{{"role", "user"}, {"content", text}}})},
                    {"max_tokens", prompt.warm ? 1 : std::max(1, prompt.max_tokens) + kTags},
                    {"stop_sequences", json::array({kClose})},
                    {"stream", false}};
    return post_prompt(config_, "/v1/messages", "/v1", body, HttpRequest::Framing::whole, prompt);
  }

  static Result<Token> messages_answer(const json& body) {
    const std::string_view reason = string_at(body, "stop_reason");
    if (reason == "refusal") return fail(Error::Code::refused, "chat: the model refused to answer");
    if (!member(body, "content")) return fail(Error::Code::down, "chat: an answer without a message");
    Token token;
    token.finish = reason == "max_tokens" ? Finish::length : Finish::stop;
    const json* told = member(body, "usage");
    if (told && told->is_object()) {  // what was read from the cache is counted apart
      Usage& usage = token.usage.emplace();
      usage.cached_tokens = count_at(*told, "cache_read_input_tokens").value_or(0);
      usage.prompt_tokens = count_at(*told, "input_tokens").value_or(0) + *usage.cached_tokens +
                            count_at(*told, "cache_creation_input_tokens").value_or(0);
      usage.output_tokens = count_at(*told, "output_tokens");
    }
    return filled(std::move(token), body);
  }

  ProviderConfig config_;
  Caps caps_;
};

}  // namespace

CodecResult make_chat(ProviderConfig config, const Caps* probed) {
  if (config.model.empty()) {
    return fail(Error::Code::bad_input, fmt::format("provider {}: kind {} needs a model", config.name, config.kind));
  }
  return std::make_shared<const Chat>(std::move(config), probed);
}

}  // namespace fimd::providers
