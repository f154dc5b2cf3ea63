#include "providers/fim_template.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "context/text.h"
#include "grammars/registry.h"
#include "providers/url.h"

namespace fimd::providers {

namespace {

using Words = std::span<const std::string_view>;

// How a family takes other files and the name of the current one.
enum class Files { comments, repository, repository_in_prefix, plus_marks, hash_paths, separated, named, reference };

// A prompt is  opening + FIRST + between + SECOND + closing,  where FIRST is the prefix or the suffix.
struct Family {
  std::string_view name;
  bool suffix_first;
  std::string_view opening, between, closing;
  Files files;
  Words tokens;  // what the tokenizer would take for a token when it stands in a text
  Words stop;
};

// Tables of tokens. The stop lists begin with what the family writes at the end of an answer.
constexpr std::string_view kStarTokens[] = {
    "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>",       "<|endoftext|>",   "<file_sep>",   "<repo_name>",
    "<reponame>",   "<filename>",   "<gh_stars>",   "<jupyter_start>", "<commit_before>", "<issue_start>"};
constexpr std::string_view kStarStop[] = {"<|endoftext|>", "<file_sep>",   "<fim_prefix>",
                                          "<fim_suffix>",  "<fim_middle>", "<fim_pad>"};
constexpr std::string_view kSantaTokens[] = {"<fim-prefix>", "<fim-suffix>", "<fim-middle>", "<fim-pad>",
                                             "<|endoftext|>"};
constexpr std::string_view kSantaStop[] = {"<|endoftext|>", "<fim-prefix>", "<fim-suffix>", "<fim-middle>",
                                           "<fim-pad>"};
constexpr std::string_view kQwenTokens[] = {"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>",
                                            "<|repo_name|>",  "<|file_sep|>",   "<|endoftext|>",  "<|im_start|>",
                                            "<|im_end|>"};
constexpr std::string_view kQwenStop[] = {"<|endoftext|>",  "<|file_sep|>",   "<|fim_pad|>",
                                          "<|repo_name|>",  "<|im_end|>",     "<|im_start|>",
                                          "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"};
// The bars are U+FF5C, the word separators U+2581.
constexpr std::string_view kDeepseekTokens[] = {"<｜fim▁begin｜>",        "<｜fim▁hole｜>", "<｜fim▁end｜>",
                                                "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>",
                                                "<｜User｜>",              "<｜Assistant｜>", "<|EOT|>"};
constexpr std::string_view kDeepseekStop[] = {"<｜end▁of▁sentence｜>", "<｜fim▁begin｜>", "<｜fim▁hole｜>",
                                              "<｜fim▁end｜>", "<|EOT|>"};
constexpr std::string_view kLlamaTokens[] = {"<PRE>", "<SUF>", "<MID>", "<EOT>", "<s>", "</s>", "[INST]", "[/INST]"};
constexpr std::string_view kLlamaStop[] = {"<EOT>", "</s>", "<PRE>", "<SUF>", "<MID>"};
constexpr std::string_view kGemmaTokens[] = {"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_separator|>",
                                             "<eos>",          "<bos>",          "<start_of_turn>", "<end_of_turn>"};
constexpr std::string_view kGemmaStop[] = {"<|file_separator|>", "<eos>",          "<end_of_turn>",
                                           "<|fim_prefix|>",     "<|fim_suffix|>", "<|fim_middle|>"};
constexpr std::string_view kGraniteTokens[] = {"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>",
                                               "<|end_of_text|>", "<|start_of_role|>", "<|end_of_role|>"};
constexpr std::string_view kGraniteStop[] = {"<|end_of_text|>", "<|fim_pad|>", "<|fim_prefix|>", "<|fim_suffix|>",
                                             "<|fim_middle|>"};
constexpr std::string_view kMistralTokens[] = {"[PREFIX]", "[SUFFIX]", "[MIDDLE]", "<s>", "</s>", "[INST]", "[/INST]",
                                               "[TOOL_CALLS]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]",
                                               "[TOOL_RESULTS]", "[/TOOL_RESULTS]"};
constexpr std::string_view kMistralStop[] = {"</s>", "[PREFIX]", "[SUFFIX]", "[MIDDLE]"};
constexpr std::string_view kSeedTokens[] = {"<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>", "<[end▁of▁sentence]>",
                                            "<[begin▁of▁sentence]>", "<[PAD▁TOKEN]>", "<[SEP▁TOKEN]>"};
constexpr std::string_view kSeedStop[] = {"<[end▁of▁sentence]>", "<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"};
constexpr std::string_view kGlmTokens[] = {"<|user|>",      "<|assistant|>",   "<|observation|>", "<|system|>",
                                           "<|endoftext|>", "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"};
constexpr std::string_view kGlmStop[] = {"<|endoftext|>",   "<|user|>",        "<|observation|>",
                                         "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"};
constexpr std::string_view kMellumTokens[] = {"<fim_prefix>", "<fim_suffix>",  "<fim_middle>",
                                              "<fim_pad>",    "<|endoftext|>", "<filename>",
                                              "<reponame>",   "<|im_start|>",  "<|im_end|>"};
constexpr std::string_view kMellumStop[] = {"<|endoftext|>", "<filename>", "<fim_prefix>", "<fim_suffix>",
                                            "<fim_middle>"};

constexpr std::string_view kChatTokens[] = {"<|endoftext|>",       "<|im_start|>",     "<|im_end|>",
                                            "<|begin_of_text|>",   "<|end_of_text|>",  "<|eot_id|>",
                                            "<|start_header_id|>", "<|end_header_id|>"};

constexpr Family kFamilies[] = {
    {"qwen", false, "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", Files::repository, kQwenTokens, kQwenStop},
    {"codestral", true, "[SUFFIX]", "[PREFIX]", "", Files::plus_marks, kMistralTokens, kMistralStop},
    {"deepseek", false, "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", Files::hash_paths, kDeepseekTokens,
     kDeepseekStop},
    {"starcoder", false, "<fim_prefix>", "<fim_suffix>", "<fim_middle>", Files::comments, kStarTokens, kStarStop},
    {"starcoder-spm", true, "<fim_prefix><fim_suffix>", "<fim_middle>", "", Files::comments, kStarTokens, kStarStop},
    {"starcoder2", false, "<fim_prefix>", "<fim_suffix>", "<fim_middle>", Files::repository_in_prefix, kStarTokens,
     kStarStop},
    {"santacoder", false, "<fim-prefix>", "<fim-suffix>", "<fim-middle>", Files::comments, kSantaTokens, kSantaStop},
    // The blanks belong to the tokens: their pieces are "▁<PRE>", "▁<SUF>", "▁<MID>".
    {"codellama", false, "<PRE> ", " <SUF>", " <MID>", Files::comments, kLlamaTokens, kLlamaStop},
    {"codellama-spm", true, "<PRE> <SUF>", " <MID> ", "", Files::comments, kLlamaTokens, kLlamaStop},
    {"codegemma", false, "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", Files::separated, kGemmaTokens,
     kGemmaStop},
    {"granite", false, "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", Files::comments, kGraniteTokens,
     kGraniteStop},
    {"granite-code", false, "<fim_prefix>", "<fim_suffix>", "<fim_middle>", Files::comments, kStarTokens, kStarStop},
    {"stablecode", false, "<fim_prefix>", "<fim_suffix>", "<fim_middle>", Files::comments, kStarTokens, kStarStop},
    {"refact", false, "<fim_prefix>", "<fim_suffix>", "<fim_middle>", Files::comments, kStarTokens, kStarStop},
    // Trained suffix first only (paper, section on fill in the middle).
    {"seed-coder", true, "<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>", Files::comments, kSeedTokens, kSeedStop},
    {"codegeex", true, "<|code_suffix|>", "<|code_prefix|>", "<|code_middle|><|assistant|>\n", Files::reference,
     kGlmTokens, kGlmStop},
    {"mellum", true, "<fim_suffix>", "<fim_prefix>", "<fim_middle>", Files::named, kMellumTokens, kMellumStop},
};

const Family* find_family(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kFamilies), std::end(kFamilies), [&](const Family& f) { return f.name == name; });
  return found == std::end(kFamilies) ? nullptr : &*found;
}

bool ends_line(const std::string& text) { return text.empty() || text.back() == '\n'; }

// "path", newline, text, and a newline if the text lacks one.
void append_file(std::string& out, std::string_view path, const std::string& text) {
  out += path;
  out += '\n';
  out += text;
  if (!ends_line(text)) out += '\n';
}

// How CodeGeeX4 wants the language named; others as the editor names them.
std::string_view language_name(std::string_view id) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"c", "C"},           {"cpp", "C++"},           {"csharp", "C#"},       {"python", "Python"}, {"java", "Java"},
      {"javascript", "JavaScript"}, {"typescript", "TypeScript"}, {"go", "Go"}, {"rust", "Rust"},   {"ruby", "Ruby"},
      {"php", "PHP"},       {"shellscript", "Shell"}, {"lua", "Lua"},         {"html", "HTML"},     {"css", "CSS"},
      {"sql", "SQL"},       {"kotlin", "Kotlin"},     {"swift", "Swift"},     {"scala", "Scala"}};
  for (const auto& [key, name] : kNames) {
    if (key == id) return name;
  }
  return id;
}

// What stands in front of the prompt proper. `prefix` may get a path in front of it, too.
std::string files_before(const Family& family, const Prompt& p, std::string& prefix) {
  std::string out;
  const bool several = !p.extra.empty();
  switch (family.files) {
    case Files::comments: prefix = prefix_with_comments(p); break;
    case Files::plus_marks: prefix = prefix_with_files(p); break;
    case Files::repository:
      if (!several && p.path.empty()) break;
      out = fmt::format("<|repo_name|>{}\n", p.repo.empty() ? "repo" : p.repo);
      for (const Extra& extra : p.extra) append_file(out += "<|file_sep|>", extra.path, extra.text);
      out += fmt::format("<|file_sep|>{}\n", p.path);
      break;
    case Files::repository_in_prefix:
      if (!several && p.path.empty()) break;
      out = fmt::format("<repo_name>{}", p.repo.empty() ? "repo" : p.repo);
      for (const Extra& extra : p.extra) out += fmt::format("<file_sep>{}\n{}", extra.path, extra.text);
      out += "<file_sep>";
      prefix = fmt::format("{}\n{}", p.path, prefix);
      break;
    case Files::hash_paths:
      for (const Extra& extra : p.extra) append_file(out += '#', extra.path, extra.text);
      if (several) out += fmt::format("#{}\n", p.path);
      break;
    case Files::separated:
      for (const Extra& extra : p.extra) out += extra.text + "<|file_separator|>";
      break;
    case Files::named:
      for (const Extra& extra : p.extra) append_file(out += "<filename>", extra.path, extra.text);
      if (several || !p.path.empty()) out += fmt::format("<filename>{}\n", p.path);
      break;
    case Files::reference:
      out = "<|user|>\n";
      if (several) out += "###REFERENCE:\n";
      for (const Extra& extra : p.extra) append_file(out += "###PATH:", extra.path, extra.text + "\n");
      out += fmt::format("###PATH:{}\n###LANGUAGE:{}\n###MODE:BLOCK\n", p.path, language_name(p.language));
      break;
  }
  return out;
}

// Where the first of the tokens begins, and which it is; npos when there is none.
std::pair<size_t, std::string_view> first_token(std::string_view text, Words tokens) {
  std::pair<size_t, std::string_view> out{std::string_view::npos, {}};
  for (const std::string_view token : tokens) {
    const size_t at = text.find(token);
    if (at < out.first) out = {at, token};
  }
  return out;
}

// Where the last of the tokens begins.
std::pair<size_t, std::string_view> last_token(std::string_view text, Words tokens) {
  std::pair<size_t, std::string_view> out{std::string_view::npos, {}};
  for (const std::string_view token : tokens) {
    const size_t at = text.rfind(token);
    if (at != std::string_view::npos && (out.second.empty() || at > out.first)) out = {at, token};
  }
  return out;
}

}  // namespace

std::span<const std::string_view> fim_families() {
  static constexpr auto kNames = [] {
    std::array<std::string_view, std::size(kFamilies) + 1> names{};
    for (size_t i = 0; i < std::size(kFamilies); ++i) names[i] = kFamilies[i].name;
    names.back() = kPrefixOnly;
    return names;
  }();
  return kNames;
}

std::string_view fim_family_of(std::string_view model) {
  const std::string name = lower(model);
  const auto has = [&name](std::string_view part) { return name.find(part) != std::string::npos; };
  const auto has_any = [&](std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(), has);
  };
  if (has_any({"zeta", "sweep", "instinct", "embed"})) return {};  // they rewrite regions or do not write at all
  if (has("codestral")) return has_any({"mamba"}) ? kPrefixOnly : "codestral";
  if (has("qwen") && has("coder")) return "qwen";
  if (has("deepseek") && has("coder")) return "deepseek";
  if (has("santacoder")) return "santacoder";
  if (has("starcoder2")) return "starcoder2";
  if (has("starcoder")) return "starcoder";
  if (has_any({"codellama", "code-llama", "code_llama"})) {
    return has_any({"34b", "70b", "python"}) ? kPrefixOnly : "codellama";
  }
  if (has("codegemma")) return has_any({"-it", "instruct"}) ? kPrefixOnly : "codegemma";
  if (has("granite")) return has("code") ? "granite-code" : "granite";
  if (has_any({"stable-code", "stablecode"})) return "stablecode";
  if (has("yi-coder")) return kPrefixOnly;
  if (has("seed-coder")) return "seed-coder";
  if (has("codegeex")) return "codegeex";
  if (has("refact")) return "refact";
  if (has("mellum")) return "mellum";
  return {};
}

std::span<const std::string_view> fim_tokens(std::string_view family) {
  const Family* found = find_family(family);
  return found ? found->tokens : Words();
}

std::vector<std::string_view> all_fim_tokens() {
  std::vector<std::string_view> out;
  for (const Family& family : kFamilies) out.insert(out.end(), family.tokens.begin(), family.tokens.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<Prompt> clear_of_tokens(Prompt prompt, std::span<const std::string_view> tokens) {
  const auto on_this_line = [](std::string_view token) {
    return fail(Error::Code::bad_input, fmt::format("prompt: the cursor's line holds the special token {}", token));
  };
  if (const auto [at, token] = last_token(prompt.prefix, tokens); at != std::string_view::npos) {
    const size_t line_end = prompt.prefix.find_first_of("\r\n", at + token.size());
    if (line_end == std::string::npos) return on_this_line(token);
    const bool crlf = prompt.prefix.compare(line_end, 2, "\r\n") == 0;
    prompt.prefix.erase(0, line_end + (crlf ? 2 : 1));
  }
  if (const auto [at, token] = first_token(prompt.suffix, tokens); at != std::string_view::npos) {
    const size_t line_start = prompt.suffix.find_last_of("\r\n", at);
    if (line_start == std::string::npos) return on_this_line(token);
    prompt.suffix.resize(line_start + 1);
  }
  const auto misread = [&](std::string_view text) { return first_token(text, tokens).first != std::string_view::npos; };
  const auto bad_name = [&](std::string_view text) { return misread(text) || !is_printable(text); };
  std::erase_if(prompt.extra, [&](const Extra& extra) { return bad_name(extra.path) || misread(extra.text); });
  if (bad_name(prompt.path)) prompt.path.clear();
  if (bad_name(prompt.repo)) prompt.repo.clear();
  return prompt;
}

Result<FimPrompt> render_fim(std::string_view family_name, const Prompt& prompt) {
  if (family_name == kPrefixOnly) {
    // Nothing here is ours, but a server that reads tokens in text would end or turn the conversation at these.
    const Result<Prompt> clear = clear_of_tokens(prompt, kChatTokens);
    if (!clear) return tl::unexpected<Error>(clear.error());
    return FimPrompt{.text = prefix_with_comments(*clear), .stop = {}};
  }
  const Family* family = find_family(family_name);
  if (!family) return fail(Error::Code::not_found, fmt::format("fim_template: no family named \"{}\"", family_name));
  const Result<Prompt> clear = clear_of_tokens(prompt, family->tokens);
  if (!clear) return tl::unexpected<Error>(clear.error());
  std::string prefix = clear->prefix;
  FimPrompt out;
  out.text = files_before(*family, *clear, prefix);
  out.text += family->opening;
  out.text += family->suffix_first ? clear->suffix : prefix;
  out.text += family->between;
  out.text += family->suffix_first ? prefix : clear->suffix;
  out.text += family->closing;
  out.stop.assign(family->stop.begin(), family->stop.end());
  if (family->files == Files::plus_marks && !clear->extra.empty()) out.stop.emplace_back(kFileMark);
  return out;
}

std::string prefix_with_files(const Prompt& prompt) {
  std::string out;
  for (const Extra& extra : prompt.extra) {
    append_file(out += kFileMark.substr(1), extra.path, extra.text);
    out += '\n';
  }
  if (!prompt.extra.empty()) out += fmt::format("{}{}\n", kFileMark.substr(1), prompt.path);
  return out + prompt.prefix;
}

namespace {

// Each line as a comment of its own or, where a language only has comments with an end, all as one.
std::string commented(std::string_view text, const grammars::Comments& comments) {
  std::string out;
  while (!text.empty()) {
    std::string line(context::take_line(text));
    if (comments.line.empty()) {
      for (size_t at = 0; (at = line.find(comments.close, at)) != std::string::npos; at += 2)
        line.insert(at + 1, 1, ' ');
      out += line;
    } else {
      out += comments.line;
      if (!line.empty()) out += ' ' + line;
    }
    out += '\n';
  }
  if (!comments.line.empty() || out.empty()) return out;
  return fmt::format("{}\n{}{}\n", comments.open, out, comments.close);
}

}  // namespace

std::string prefix_with_comments(const Prompt& prompt) {
  const grammars::Language* language = grammars::find_language(prompt.language);
  grammars::Comments comments = language ? language->comments : grammars::Comments{};
  if (comments.line.empty() && comments.open.empty()) comments.line = "//";  // most models have read such
  std::string out;
  for (const Extra& extra : prompt.extra)
    out += commented(fmt::format("Path: {}\n{}", extra.path, extra.text), comments);
  return out + prompt.prefix;
}

}  // namespace fimd::providers
