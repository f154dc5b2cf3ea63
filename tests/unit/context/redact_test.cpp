#include "context/redact.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/bench/secrets_corpus.h"

namespace fimd::context {
namespace {

const RedactionKey kKey = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

std::string redacted(const std::string& text, TextKind kind = TextKind::data, const RedactionKey& key = kKey) {
  return redact(text, 0, text.size(), find_secrets(text, kind).found, key).text;
}

struct Redact : testing::Test {
  tests::Corpus corpus{11, FIMD_SOURCE_DIR};
};

TEST_F(Redact, SiphashGivesThePublishedValues) {
  RedactionKey key{};
  std::string in;
  for (size_t i = 0; i < 16; ++i) key[i] = static_cast<uint8_t>(i);
  EXPECT_EQ(siphash(key, in), 0x726fdb47dd0e0e31u);
  for (char c = 0; c < 15; ++c) in += c;
  EXPECT_EQ(siphash(key, in), 0xa129ca6149be45e5u);
}

TEST_F(Redact, KeepsPrefixLengthAndAlphabetOfAToken) {
  const std::string t = "ghp_" + corpus.draw('a', 36);
  const std::string out = redacted("T=" + t + ";\n");
  EXPECT_EQ(out.size(), t.size() + 4);
  EXPECT_TRUE(out.starts_with("T=ghp_REDACTED")) << out;
  EXPECT_TRUE(out.ends_with("xxx;\n")) << out;
  const std::string id = redacted("id " + ("AKIA" + corpus.draw('t', 16)));
  EXPECT_EQ(id.size(), 23u);
  EXPECT_TRUE(id.starts_with("id AKIAREDACTED")) << id;
  EXPECT_EQ(id.find_first_of("abcdefghijklmnopqrstuvwxyz0189", 7), std::string::npos) << id;
}

TEST_F(Redact, KeepsTheHeaderOfAWebToken) {
  const std::string header = corpus.base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}").substr(0, 36);
  const std::string out = redacted("x " + header + "." + corpus.draw('b', 60) + "." + corpus.draw('b', 43));
  EXPECT_TRUE(out.starts_with("x " + header + ".REDACTED")) << out;
}

TEST_F(Redact, KeepsTheLinesOfAKeyBlock) {
  const std::string pem = corpus.pem("RSA PRIVATE KEY", 6, "\n");
  const std::string out = redacted(pem);
  EXPECT_EQ(out.size(), pem.size());
  EXPECT_EQ(out.substr(0, out.find('\n')), pem.substr(0, pem.find('\n')));
  EXPECT_EQ(out.substr(out.rfind('\n')), pem.substr(pem.rfind('\n')));
  EXPECT_NE(out, pem);
}

TEST_F(Redact, SaysNothingAboutTheLengthOfAPassword) {
  const std::string a = redacted("password=Tr0ub4dor3\n"), b = redacted("password=Sh0rt7xq\n");
  EXPECT_EQ(a.size(), b.size());
  EXPECT_NE(a, b);
}

TEST_F(Redact, KeepsAUrlAUrl) {
  const std::string out = redacted("postgres://app:p4ssX" + std::string("9f/z@db:5432/main\n"));
  EXPECT_TRUE(out.starts_with("postgres://app:REDACTED")) << out;
  EXPECT_TRUE(out.ends_with("@db:5432/main\n")) << out;
}

TEST_F(Redact, TagsDependOnTheKeyAndTheSecret) {
  const std::string text = "T=ghp_" + corpus.draw('a', 36) + "\n", other = "T=ghp_" + corpus.draw('a', 36) + "\n";
  EXPECT_EQ(redacted(text), redacted(text));
  EXPECT_NE(redacted(text), redacted(other));
  EXPECT_NE(redacted(text), redacted(text, TextKind::data, derive_key(kKey, "/other/workspace")));
}

TEST_F(Redact, GivesPlacesInBothTexts) {
  const std::string secret = "Tr0ub4dor3", text = "password=" + secret + "\nnext\n";
  const Redacted out = redact(text, 0, text.size(), find_secrets(text, TextKind::data).found, kKey);
  ASSERT_EQ(out.places.size(), 1u);
  EXPECT_EQ(text.substr(out.places[0].begin, out.places[0].end - out.places[0].begin), secret);
  EXPECT_TRUE(
      find_placeholder(out.text.substr(out.places[0].new_begin, out.places[0].new_end - out.places[0].new_begin)));
}

TEST_F(Redact, PlaceholdersAreRecognised) {
  for (const auto& one : corpus.make(1)) {
    if (one.group != "tokens" && one.group != "values") continue;
    const std::string out = redacted(one.text, one.kind);
    if (out == one.text || one.name == "1Password secret key") continue;
    EXPECT_TRUE(find_placeholder(out)) << one.name << ": " << out;
  }
  EXPECT_FALSE(find_placeholder("return value.redacted or REDACTED_TEXT; redactedValue()"));
  EXPECT_FALSE(find_placeholder("0x000000000000000012345678 and 1000000000000000000000"));
}

}  // namespace
}  // namespace fimd::context
