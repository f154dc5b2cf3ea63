#include "providers/outgoing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <type_traits>

#include "tests/bench/secrets_corpus.h"

namespace fimd::providers {
namespace {

using testing::HasSubstr;

static_assert(!std::is_constructible_v<CleanPrompt, Prompt, std::shared_ptr<const Codec>>);
static_assert(!std::is_default_constructible_v<CleanPrompt>);

struct OutgoingTest : testing::Test {
  tests::Corpus corpus{31, FIMD_SOURCE_DIR};
  PrivacyRules rules;
  std::string token = "ghp_" + corpus.draw('a', 36);
  ProviderConfig remote;
  OutgoingTest() {
    remote.jurisdiction = "eu";
    rules.key = {1, 2, 3};
  }

  ScannedPtr scan(const std::string& text, const std::string& language = "python",
                  const ScannedPtr& earlier = nullptr) {
    auto snapshot = std::make_shared<const context::Text>(context::make_text("file:///a", 1, language, text));
    return scan_document(earlier, snapshot, "a", rules.own_keys);
  }

  // The whole document as a prompt, the cursor at '^'.
  Outgoing send(std::string marked, const std::string& path = "src/a.py") {
    const size_t at = marked.find('^');
    marked.erase(at, 1);
    Prompt prompt;
    prompt.prefix = marked.substr(0, at);
    prompt.suffix = marked.substr(at);
    prompt.path = path;
    prompt.language = "python";
    return outgoing(std::move(prompt), {nullptr, remote}, {scan(marked), at}, rules);
  }
  static std::string all_of(const Outgoing& out) {
    if (!out.prompt) return "";
    const Prompt& p = out.prompt->prompt();
    std::string all = p.prefix + "\n" + p.suffix + "\n" + p.path + "\n" + p.repo + "\n" + p.language;
    for (const auto& e : p.extra) all += "\n" + e.path + "\n" + e.text;
    for (const auto& s : p.stop) all += "\n" + s;
    return all;
  }
};

TEST_F(OutgoingTest, ALocalProviderGetsThePromptAsItIs) {
  remote.jurisdiction = "local";
  const Outgoing out = send("t = \"" + token + "^\"\n");
  ASSERT_TRUE(out.prompt);
  EXPECT_THAT(all_of(out), HasSubstr(token));
  remote.jurisdiction = "lan";
  EXPECT_FALSE(send("t = \"" + token + "^\"\n").prompt);
}

TEST_F(OutgoingTest, ReplacesSecretsOnBothSidesOfTheCursor) {
  const std::string other = "AKIA" + corpus.draw('t', 16);
  const Outgoing out = send("t = \"" + token + "\"\nx = ^\ny = \"" + other + "\"\n");
  ASSERT_TRUE(out.prompt) << out.blocked;
  EXPECT_EQ(all_of(out).find(token.substr(4)), std::string::npos);
  EXPECT_EQ(all_of(out).find(other.substr(4)), std::string::npos);
  EXPECT_THAT(all_of(out), HasSubstr("\"ghp_REDACTED"));
  ASSERT_EQ(out.removed.size(), 2u);
  EXPECT_EQ(out.removed[0].what, "src/a.py, line 1");
  EXPECT_EQ(out.removed[0].why, "GitHub personal token: a placeholder goes instead");
}

TEST_F(OutgoingTest, NothingOfASecretLeavesWhereverTheWindowIsCut) {
  const std::string pem = corpus.pem("RSA PRIVATE KEY", 4, "\n");
  const std::string head = "a = 1\nt = \"" + token + "\"\nk = \"\"\"" + pem + "\"\"\"\n",
                    tail = "z = \"" + token + "\"\nend\n";
  const std::string text = head + "x = \n" + tail;
  const size_t at = head.size() + 4;
  const ScannedPtr scanned = scan(text);
  for (size_t from = 0; from <= at; ++from) {
    Prompt prompt;
    prompt.prefix = text.substr(from, at - from);
    prompt.suffix = text.substr(at, from % (text.size() - at + 1));
    const Outgoing out = outgoing(std::move(prompt), {nullptr, remote}, {scanned, at}, rules);
    ASSERT_TRUE(out.prompt) << out.blocked;
    const std::string left = all_of(out);
    for (size_t i = 4; i + 12 <= token.size(); ++i)
      EXPECT_EQ(left.find(token.substr(i, 12)), std::string::npos) << from;
    for (size_t i = pem.find('\n'); i + 12 < pem.rfind('\n'); i += 5)
      EXPECT_EQ(left.find(pem.substr(i, 12)), std::string::npos) << from;
  }
}

TEST_F(OutgoingTest, HoldsThePromptBackWithTheCursorInASecret) {
  const Outgoing inside = send("a = 1\nt = \"" + token.substr(0, 20) + "^" + token.substr(20) + "\"\n");
  EXPECT_FALSE(inside.prompt);
  EXPECT_EQ(inside.blocked, "the cursor stands in a secret (GitHub personal token), line 2");
  EXPECT_EQ(send("password = \"^\"\n").blocked, "the value of a secret goes here, line 1");
  EXPECT_EQ(send("x = \"glpat-"
                 "a1B2^\"\n")
                .blocked,
            "a token is being typed (GitLab personal token), line 1");
}

TEST_F(OutgoingTest, APrivateFileDoesNotLeave) {
  EXPECT_THAT(send("x = ^\n", "deploy/.env").blocked, HasSubstr("privacy.exclude"));
  const std::vector<std::string> globs = {"customers/"};
  rules.exclude = context::Globs(globs);
  EXPECT_FALSE(send("x = ^\n", "customers/list.py").prompt);
  EXPECT_TRUE(send("x = ^\n", "src/list.py").prompt);
}

TEST_F(OutgoingTest, CleansSnippetsNamesAndStops) {
  Prompt prompt;
  prompt.prefix = "x = ";
  prompt.path = "src/" + token + ".py";
  prompt.repo = token;
  prompt.extra = {{"src/b.py", "key = \"" + token + "\"\n"}, {".env", "A=1\n"}, {token + "/c.py", "pass\n"}};
  prompt.stop = {"\n" + token};
  const Outgoing out = outgoing(std::move(prompt), {nullptr, remote}, {}, rules);
  ASSERT_TRUE(out.prompt) << out.blocked;
  EXPECT_EQ(all_of(out).find(token.substr(4)), std::string::npos) << all_of(out);
  EXPECT_EQ(out.prompt->prompt().extra.size(), 2u);
  EXPECT_THAT(out.removed, testing::Contains(testing::Field(&context::Removed::what, ".env")));
}

TEST_F(OutgoingTest, WhatIsNoWindowOfTheDocumentIsLookedAtByItself) {
  Prompt prompt;
  prompt.prefix = "t = \"" + token + "\"\nx = ";
  const Outgoing out = outgoing(std::move(prompt), {nullptr, remote}, {scan("another text\n"), 3}, rules);
  ASSERT_TRUE(out.prompt) << out.blocked;
  EXPECT_EQ(all_of(out).find(token.substr(4)), std::string::npos);
}

TEST_F(OutgoingTest, ASecretSplitByTheCursorIsSeen) {
  Prompt prompt;
  prompt.prefix = "t = \"" + token.substr(0, 25);
  prompt.suffix = token.substr(25) + "\"\n";
  EXPECT_FALSE(outgoing(std::move(prompt), {nullptr, remote}, {}, rules).prompt);
}

TEST_F(OutgoingTest, FindsItsOwnKeysInAnySpelling) {
  const std::string own = "my own plain key";
  rules.own_keys = {own};
  const Outgoing out = send("# it is " + own + " here\nx = ^\n");
  ASSERT_TRUE(out.prompt);
  EXPECT_EQ(all_of(out).find(own), std::string::npos);
  EXPECT_THAT(out.removed[0].why, HasSubstr("a key of fimd itself"));
}

TEST_F(OutgoingTest, BlockHoldsBackAndOffLetsThrough) {
  const std::string text = "t = \"" + token + "\"\nx = ^\n";
  rules.secrets = SecretsRule::block;
  EXPECT_THAT(send(text).blocked, HasSubstr("GitHub personal token (src/a.py, line 1)"));
  EXPECT_TRUE(send("x = ^\n").prompt);
  rules.secrets = SecretsRule::off;
  EXPECT_THAT(all_of(send(text)), HasSubstr(token));
  EXPECT_FALSE(send("x = ^\n", ".env").prompt);
}

TEST_F(OutgoingTest, ADocumentThatWasNotLookedThroughDoesNotLeave) {
  auto scanned = std::make_shared<ScannedDocument>(*scan("x = 1\n"));
  scanned->secrets.complete = false;
  Prompt prompt;
  prompt.prefix = "x = ";
  EXPECT_THAT(outgoing(std::move(prompt), {nullptr, remote}, {scanned, 4}, rules).blocked,
              HasSubstr("could not be looked through"));
}

TEST_F(OutgoingTest, AScanAfterAnEditKnowsWhatWasAdded) {
  const ScannedPtr before = scan("a = 1\nb = 2\n");
  const ScannedPtr after = scan("a = 1\nt = \"" + token + "\"\nb = 2\n", "python", before);
  ASSERT_EQ(after->secrets.found.size(), 1u);
  EXPECT_EQ(after->secrets.found[0].begin, 11u);
}

}  // namespace
}  // namespace fimd::providers
