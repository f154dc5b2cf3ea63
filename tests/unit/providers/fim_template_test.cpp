#include "providers/fim_template.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "context/syntax.h"
#include "grammars/registry.h"

namespace fimd::providers {
namespace {

// "P" and "S" stand for the text before and after the cursor, so that the exact place of every byte can be read.
Prompt plain() {
  Prompt p;
  p.prefix = "P";
  p.suffix = "S";
  p.language = "cpp";
  return p;
}

Prompt several() {
  Prompt p = plain();
  p.path = "src/math.cpp";
  p.repo = "my-repo";
  p.extra = {{"src/math.h", "int add(int a, int b);\n"}, {"b.h", "#define B"}};
  return p;
}

std::string text(std::string_view family, const Prompt& prompt) {
  const auto out = render_fim(family, prompt);
  return out ? out->text : "error: " + out.error().message;
}

struct TemplateCase {
  std::string_view family, plain, several;
};

// clang-format off
const TemplateCase kTemplateCases[] = {
    {"qwen", "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>",
     "<|repo_name|>my-repo\n<|file_sep|>src/math.h\nint add(int a, int b);\n<|file_sep|>b.h\n#define B\n"
     "<|file_sep|>src/math.cpp\n<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>"},
    {"codestral", "[SUFFIX]S[PREFIX]P",
     "[SUFFIX]S[PREFIX]+++++ src/math.h\nint add(int a, int b);\n\n+++++ b.h\n#define B\n\n+++++ src/math.cpp\nP"},
    {"deepseek", "<｜fim▁begin｜>P<｜fim▁hole｜>S<｜fim▁end｜>",
     "#src/math.h\nint add(int a, int b);\n#b.h\n#define B\n#src/math.cpp\n<｜fim▁begin｜>P<｜fim▁hole｜>S<｜fim▁end｜>"},
    {"starcoder", "<fim_prefix>P<fim_suffix>S<fim_middle>",
     "<fim_prefix>// Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP<fim_suffix>S<fim_middle>"},
    {"starcoder-spm", "<fim_prefix><fim_suffix>S<fim_middle>P",
     "<fim_prefix><fim_suffix>S<fim_middle>// Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP"},
    {"starcoder2", "<fim_prefix>P<fim_suffix>S<fim_middle>",
     "<repo_name>my-repo<file_sep>src/math.h\nint add(int a, int b);\n<file_sep>b.h\n#define B<file_sep>"
     "<fim_prefix>src/math.cpp\nP<fim_suffix>S<fim_middle>"},
    {"santacoder", "<fim-prefix>P<fim-suffix>S<fim-middle>",
     "<fim-prefix>// Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP<fim-suffix>S<fim-middle>"},
    {"codellama", "<PRE> P <SUF>S <MID>",
     "<PRE> // Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP <SUF>S <MID>"},
    {"codellama-spm", "<PRE> <SUF>S <MID> P",
     "<PRE> <SUF>S <MID> // Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP"},
    {"codegemma", "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>",
     "int add(int a, int b);\n<|file_separator|>#define B<|file_separator|><|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>"},
    {"granite", "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>",
     "<|fim_prefix|>// Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP<|fim_suffix|>S<|fim_middle|>"},
    {"granite-code", "<fim_prefix>P<fim_suffix>S<fim_middle>",
     "<fim_prefix>// Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP<fim_suffix>S<fim_middle>"},
    {"stablecode", "<fim_prefix>P<fim_suffix>S<fim_middle>",
     "<fim_prefix>// Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP<fim_suffix>S<fim_middle>"},
    {"refact", "<fim_prefix>P<fim_suffix>S<fim_middle>",
     "<fim_prefix>// Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP<fim_suffix>S<fim_middle>"},
    {"seed-coder", "<[fim-suffix]>S<[fim-prefix]>P<[fim-middle]>",
     "<[fim-suffix]>S<[fim-prefix]>// Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP<[fim-middle]>"},
    {"codegeex", "<|user|>\n###PATH:\n###LANGUAGE:C++\n###MODE:BLOCK\n<|code_suffix|>S<|code_prefix|>P<|code_middle|><|assistant|>\n",
     "<|user|>\n###REFERENCE:\n###PATH:src/math.h\nint add(int a, int b);\n\n###PATH:b.h\n#define B\n"
     "###PATH:src/math.cpp\n###LANGUAGE:C++\n###MODE:BLOCK\n<|code_suffix|>S<|code_prefix|>P<|code_middle|><|assistant|>\n"},
    {"mellum", "<fim_suffix>S<fim_prefix>P<fim_middle>",
     "<filename>src/math.h\nint add(int a, int b);\n<filename>b.h\n#define B\n<filename>src/math.cpp\n<fim_suffix>S<fim_prefix>P<fim_middle>"},
    {"prefix", "P", "// Path: src/math.h\n// int add(int a, int b);\n// Path: b.h\n// #define B\nP"},
};
// clang-format on

TEST(FimTemplate, WritesEachFamilysBytes) {
  for (const TemplateCase& c : kTemplateCases) {
    EXPECT_EQ(text(c.family, plain()), c.plain) << c.family;
    EXPECT_EQ(text(c.family, several()), c.several) << c.family;
  }
}

TEST(FimTemplate, EveryFamilyHasACase) {
  std::vector<std::string_view> tested;
  for (const TemplateCase& c : kTemplateCases) tested.push_back(c.family);
  EXPECT_THAT(tested, testing::UnorderedElementsAreArray(fim_families().begin(), fim_families().end()));
}

TEST(FimTemplate, AnEmptySuffixKeepsItsToken) {
  Prompt p = plain();
  p.suffix.clear();
  EXPECT_EQ(text("qwen", p), "<|fim_prefix|>P<|fim_suffix|><|fim_middle|>");
  EXPECT_EQ(text("codestral", p), "[SUFFIX][PREFIX]P");
  EXPECT_EQ(text("codellama", p), "<PRE> P <SUF> <MID>");
}

TEST(FimTemplate, LeavesBlanksAndLineEndsAlone) {
  Prompt p = plain();
  p.prefix = "int f() {\r\n  return ";
  p.suffix = " \r\n}\r\n";
  EXPECT_EQ(text("qwen", p), "<|fim_prefix|>int f() {\r\n  return <|fim_suffix|> \r\n}\r\n<|fim_middle|>");
}

TEST(FimTemplate, NamesTheFileWhereTheFamilyHasAPlaceForIt) {
  Prompt p = plain();
  p.path = "a/b.cpp";
  EXPECT_EQ(text("qwen", p), "<|repo_name|>repo\n<|file_sep|>a/b.cpp\n<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>");
  EXPECT_EQ(text("starcoder2", p), "<repo_name>repo<file_sep><fim_prefix>a/b.cpp\nP<fim_suffix>S<fim_middle>");
  EXPECT_EQ(text("mellum", p), "<filename>a/b.cpp\n<fim_suffix>S<fim_prefix>P<fim_middle>");
  EXPECT_EQ(text("codellama", p), "<PRE> P <SUF>S <MID>");
}

TEST(FimTemplate, CommentsAsABlockWhereALanguageHasNoOtherComments) {
  Prompt p = plain();
  p.language = "css";
  p.extra = {{"a.css", "a { b: c } /* d */\ne {}"}};
  EXPECT_EQ(text("prefix", p), "/*\nPath: a.css\na { b: c } /* d * /\ne {}\n*/\nP");
  p.language = "html";
  p.extra = {{"a.html", "<!-- a --><b>"}};
  EXPECT_EQ(text("prefix", p), "<!--\nPath: a.html\n<!-- a - -><b>\n-->\nP");
}

// Every language's own grammar takes what stands in front of the text for a comment.
TEST(FimTemplate, CommentsOtherFilesSoThatEveryGrammarReadsAComment) {
  size_t tried = 0;
  for (const auto& language : grammars::languages()) {
    const bool none = language.comments.line.empty() && language.comments.open.empty();
    if (!language.grammar || none || language.id == "php" || language.id == "markdown") continue;  // text until a tag; HTML's
    Prompt p = plain();
    p.language = language.id;
    p.prefix.clear();
    p.extra = {{"src/a b.x", "first /* x */ \"quote\nsecond (* 'y *) --> z\n\nlast"}};
    const std::string prompt = prefix_with_comments(p);
    const auto tree = context::parse(std::make_shared<const context::Text>(context::make_text("file:///a", 1, std::string(language.id), prompt)), {});
    ASSERT_TRUE(tree) << language.id << ": " << tree.error().message;
    for (size_t at = 1; at + 1 < prompt.size(); ++at) {
      if (prompt[at] == '\n' || prompt[at - 1] == '\n') continue;
      ASSERT_EQ(tree->place(at), context::Place::comment) << language.id << " at " << at << ":\n" << prompt;
    }
    ++tried;
  }
  EXPECT_GE(tried, 40u);
}

TEST(FimTemplate, CommentsOtherFilesInTheLanguageOfTheFile) {
  Prompt p = plain();
  p.language = "python";
  p.extra = {{"a.py", "def f():\r\n\r\n    pass"}};
  EXPECT_EQ(text("starcoder", p), "<fim_prefix># Path: a.py\n# def f():\n#\n#     pass\nP<fim_suffix>S<fim_middle>");
  p.language = "lua";
  EXPECT_EQ(text("prefix", p), "-- Path: a.py\n-- def f():\n--\n--     pass\nP");
}

// A user who edits a tokenizer's source types the family's own tokens.
TEST(FimTemplate, CutsTheWindowsAtTextThatSpellsAToken) {
  Prompt p = plain();
  p.prefix = "one\ntwo <|fim_suffix|> more\nthree\nfour";
  p.suffix = "\nfive\nsix <|fim_middle|>\nseven";
  EXPECT_EQ(text("qwen", p), "<|fim_prefix|>three\nfour<|fim_suffix|>\nfive\n<|fim_middle|>");
}

TEST(FimTemplate, CutsAtTheNearestToken) {
  Prompt p = plain();
  p.prefix = "<|fim_prefix|>\n<|endoftext|>\r\nlast";
  p.suffix = "\nfirst\n<|im_end|>\n<|fim_prefix|>\n";
  EXPECT_EQ(text("qwen", p), "<|fim_prefix|>last<|fim_suffix|>\nfirst\n<|fim_middle|>");
}

TEST(FimTemplate, SkipsTheRequestWhenTheCursorsLineSpellsAToken) {
  for (const auto& [prefix, suffix] : {std::pair("x = \"<|fim_prefix|>", "\"\n"), std::pair("x = \"", "<|fim_prefix|>\"\n")}) {
    Prompt p = plain();
    p.prefix = prefix;
    p.suffix = suffix;
    const auto out = render_fim("qwen", p);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, Error::Code::bad_input);
    EXPECT_EQ(out.error().message, "prompt: the cursor's line holds the special token <|fim_prefix|>");
  }
}

TEST(FimTemplate, LeavesOutFilesAndNamesThatSpellAToken) {
  Prompt p = several();
  p.extra = {{"a.txt", "has <|file_sep|> in it"}, {"<|im_start|>.txt", "x"}, {"line\nbreak", "x"}, {"good.txt", "g"}};
  p.path = "<|file_sep|>";
  p.repo = "<|repo_name|>";
  EXPECT_EQ(text("qwen", p),
            "<|repo_name|>repo\n<|file_sep|>good.txt\ng\n<|file_sep|>\n<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>");
}

// Whatever the user's text, a rendered prompt holds exactly the special tokens that the template puts there.
TEST(FimTemplate, NoTokenOfTheUserReachesThePrompt) {
  const auto count = [](const std::string& where, std::string_view what) {
    size_t n = 0;
    for (size_t at = where.find(what); at != std::string::npos; at = where.find(what, at + 1)) ++n;
    return n;
  };
  for (const std::string_view family : fim_families()) {
    for (const std::string_view token : fim_tokens(family)) {
      const std::string usual = text(family, several());
      Prompt p = several();
      p.prefix = fmt::format("a\n{}\nP", token);
      p.suffix = fmt::format("S\n{}{}\n", token, token);
      p.extra.push_back({"x", fmt::format("{}", token)});
      p.extra.push_back({fmt::format("{}", token), "x"});
      const std::string out = text(family, p);
      EXPECT_EQ(count(out, token), count(usual, token)) << family << " " << token << "\n" << out;
    }
  }
}

TEST(FimTemplate, TokensOfOneFamilyAreTextForAnother) {
  Prompt p = plain();
  p.prefix = "<fim_prefix>";
  EXPECT_EQ(text("qwen", p), "<|fim_prefix|><fim_prefix><|fim_suffix|>S<|fim_middle|>");
}

TEST(FimTemplate, EveryFamilyStopsAtItsOwnTokens) {
  for (const std::string_view family : fim_families()) {
    const auto out = render_fim(family, plain());
    ASSERT_TRUE(out);
    if (family == kPrefixOnly) continue;
    EXPECT_GE(out->stop.size(), 3u) << family;
    const auto tokens = fim_tokens(family);
    for (const std::string& stop : out->stop) {
      EXPECT_THAT(tokens, testing::Contains(std::string_view(stop))) << family;
    }
  }
  EXPECT_THAT(render_fim("codestral", several())->stop, testing::Contains("\n+++++ "));
}

TEST(FimTemplate, RefusesAFamilyItDoesNotKnow) {
  const auto out = render_fim("gpt", plain());
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Error::Code::not_found);
}

TEST(FimTemplate, ReadsTheFamilyFromTheModelsName) {
  const std::pair<const char*, const char*> kNames[] = {
      {"Qwen/Qwen2.5-Coder-7B", "qwen"},
      {"qwen2.5-coder:7b-base", "qwen"},
      {"/models/qwen3-coder-30b-a3b-instruct-q4_k_m.gguf", "qwen"},
      {"qwen3:8b", ""},
      {"codestral-2508", "codestral"},
      {"mistralai/Codestral-22B-v0.1", "codestral"},
      {"mamba-codestral-7B", "prefix"},
      {"deepseek-coder-v2:16b-lite-base", "deepseek"},
      {"deepseek-chat", ""},
      {"bigcode/starcoder2-3b", "starcoder2"},
      {"starcoder:1b", "starcoder"},
      {"bigcode/santacoder", "santacoder"},
      {"codellama:7b-code", "codellama"},
      {"codellama/CodeLlama-34b-hf", "prefix"},
      {"codellama-7b-python", "prefix"},
      {"codegemma:2b", "codegemma"},
      {"google/codegemma-7b-it", "prefix"},
      {"granite-code:8b", "granite-code"},
      {"ibm-granite/granite-8b-code-base", "granite-code"},
      {"granite4:3b", "granite"},
      {"stable-code:3b", "stablecode"},
      {"yi-coder:9b", "prefix"},
      {"ByteDance-Seed/Seed-Coder-8B-Base", "seed-coder"},
      {"codegeex4:9b", "codegeex"},
      {"smallcloudai/Refact-1_6B-fim", "refact"},
      {"JetBrains/Mellum-4b-base", "mellum"},
      {"zed-industries/zeta", ""},
      {"qwen2.5-coder-zeta", ""},
      {"llama3.1:8b", ""},
      {"", ""},
  };
  for (const auto& [model, family] : kNames) EXPECT_EQ(fim_family_of(model), family) << model;
}

TEST(PrefixWithFiles, IsThePrefixAloneWithoutOtherFiles) {
  EXPECT_EQ(prefix_with_files(plain()), "P");
  EXPECT_EQ(prefix_with_files(several()),
            "+++++ src/math.h\nint add(int a, int b);\n\n+++++ b.h\n#define B\n\n+++++ src/math.cpp\nP");
}

}  // namespace
}  // namespace fimd::providers
