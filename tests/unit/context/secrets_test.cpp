#include "context/secrets.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "context/redact.h"
#include "context/secrets/checks.h"
#include "context/secrets/letter_pairs.h"
#include "context/secrets/rules.h"
#include "tests/bench/secrets_corpus.h"

namespace fimd::context {
namespace {

using tests::Corpus;
using tests::CorpusCase;

const RedactionKey kSecretsKey = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

// Tokens are drawn at run time: none stands in this file.
std::string token(std::string_view prefix, size_t body, uint32_t seed = 7) {
  Corpus corpus(seed, FIMD_SOURCE_DIR);
  return std::string(prefix) + corpus.draw('a', body);
}

std::string first_rule(std::string_view text, TextKind kind = TextKind::data) {
  const Secrets s = find_secrets(text, kind);
  return s.found.empty() ? "" : std::string(secret_rule(s.found[0]));
}

size_t bytes_inside(const CorpusCase& one, const Secrets& found) {
  const size_t at = one.text.find(one.secret), end = at + one.secret.size();
  size_t inside = 0;
  for (const Secret& s : found.found)
    inside += std::max(std::min(s.end, end), std::max(s.begin, at)) - std::max(s.begin, at);
  return inside;
}

TEST(Secrets, FindsTheGeneratedOnesAndPassesTheTraps) {
  size_t cases = 0, missed = 0;
  for (const CorpusCase& one : Corpus(20, FIMD_SOURCE_DIR).make(1)) {
    const Secrets found = find_secrets(one.text, one.kind);
    EXPECT_TRUE(found.complete);
    if (one.secret.empty()) {
      EXPECT_TRUE(found.found.empty()) << one.name << ": " << one.text;
      continue;
    }
    ++cases;
    const bool hit = bytes_inside(one, found) * 10 >= one.secret.size() * 8;
    missed += !hit;
    const bool exact = one.group != "values" && one.group != "passwords";
    EXPECT_TRUE(hit || !exact) << one.group << ", " << one.name << ": " << one.text;
  }
  EXPECT_GT(cases, 2000u);
  EXPECT_LE(missed * 100, cases);  // random values and passwords may look like words
}

TEST(Secrets, FindsNothingInRedactedTextAndGivesEqualSecretsEqualPlaceholders) {
  for (const CorpusCase& one : Corpus(21, FIMD_SOURCE_DIR).make(1)) {
    const Secrets found = find_secrets(one.text, one.kind);
    const std::string once = redact(one.text, 0, one.text.size(), found.found, kSecretsKey).text;
    EXPECT_TRUE(find_secrets(once, one.kind).found.empty()) << one.name << ": " << once;
    EXPECT_EQ(once, redact(one.text, 0, one.text.size(), find_secrets(one.text, one.kind).found, kSecretsKey).text);
    EXPECT_EQ(std::count(once.begin(), once.end(), '\n'), std::count(one.text.begin(), one.text.end(), '\n'))
        << one.name;
  }
}

TEST(Secrets, ScanAfterAnEditFindsWhatAWholeScanFinds) {
  std::mt19937 random(3);
  Corpus corpus(22, FIMD_SOURCE_DIR);
  const auto cases = corpus.make(1);
  for (int round = 0; round < 40; ++round) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += cases[random() % cases.size()].text + "\n";
    Secrets known = find_secrets(text, TextKind::data);
    for (int edit = 0; edit < 10; ++edit) {
      std::string next = text;
      const size_t at = random() % next.size();
      if (edit % 3 == 0)
        next.erase(at, random() % 200);
      else
        next.insert(at, edit % 3 == 1 ? "x" : cases[random() % cases.size()].text);
      known = find_secrets_again(known, text, next, TextKind::data);
      const Secrets whole = find_secrets(next, TextKind::data);
      // Nothing that a whole scan finds may be missing.
      for (const Secret& s : whole.found) {
        const bool covered = std::any_of(known.found.begin(), known.found.end(),
                                         [&](const Secret& k) { return k.begin <= s.begin && k.end >= s.end; });
        EXPECT_TRUE(covered) << secret_rule(s) << " at " << s.begin << ", edit at " << at;
      }
      text = std::move(next);
    }
  }
}

TEST(Secrets, GiveUpOnNothingThatIsRepeated) {
  for (const char* part : {"password=", "secret \"", "'token': '", "://", "a:b@", "eyJaaa.", "\"kty\"",
                           ":5432:", "AKIA", "-u a:b", "q~", "&sig=", "$2a$10$"}) {
    std::string text;
    while (text.size() < (1u << 20)) text += part;
    EXPECT_TRUE(find_secrets(text, TextKind::data).complete) << part;
    EXPECT_TRUE(find_secrets(text, TextKind::code).complete) << part;
  }
}

TEST(Secrets, TakeAnyBytes) {
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    std::string text(random() % 4096, '\0');
    for (char& c : text) c = static_cast<char>(random());
    const Secrets found = find_secrets(text, i % 2 == 0 ? TextKind::code : TextKind::data);
    for (const Secret& s : found.found) EXPECT_LE(s.end, text.size());
  }
  EXPECT_TRUE(find_secrets("", TextKind::code).found.empty());
}

TEST(Secrets, ChecksumsOfKnownTokensHold) {
  // A dummy token with a right checksum, from its two halves.
  Corpus corpus(1, FIMD_SOURCE_DIR);
  for (size_t f = 0; f < secrets::families().size(); ++f) {
    const auto check = secrets::families()[f].check;
    if (check != secrets::Check::crc62 && check != secrets::Check::crc_hex) continue;
    std::string t = corpus.token(f);
    EXPECT_TRUE(secrets::checksum_holds(check, t)) << secrets::families()[f].name;
    t[10] = t[10] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(secrets::checksum_holds(check, t));
  }
  EXPECT_EQ(secrets::crc32("123456789"), 0xcbf43926u);
}

TEST(Secrets, PairsOfLettersTellWordsFromRandomCharacters) {
  EXPECT_GT(secrets::pair_score("configurationManager"), -4.5);
  EXPECT_LT(secrets::pair_score("xQ7vKz2bWq9RtP4f"), -4.8);
  EXPECT_EQ(secrets::pair_score("a"), 0);
}

TEST(Secrets, ABareHexStringNeedsAName) {
  Corpus corpus(4, FIMD_SOURCE_DIR);
  const std::string hex = corpus.draw('x', 40);
  EXPECT_EQ(first_rule("commit " + hex), "");
  EXPECT_EQ(first_rule("rev = " + hex), "");
  EXPECT_EQ(first_rule("api_key = " + hex), "secret");
}

TEST(Secrets, ReadsTheLastWordsOfAName) {
  const std::string value = token("", 32);
  EXPECT_EQ(first_rule("account_key = " + value), "secret");
  EXPECT_EQ(first_rule("token_count = " + value), "");
  EXPECT_EQ(first_rule("password_reset_url = " + value), "");
  EXPECT_EQ(first_rule("id_token = " + value), "secret");
  EXPECT_EQ(first_rule("csrf_token = " + value), "");
}

TEST(Secrets, ABareWordIsAValueInDataOnly) {
  const std::string value = token("", 32);
  EXPECT_EQ(first_rule("api_key = " + value, TextKind::code), "");
  EXPECT_EQ(first_rule("api_key = " + value, TextKind::data), "secret");
  EXPECT_EQ(first_rule("# api_key = " + value, TextKind::code), "secret");
  EXPECT_EQ(first_rule("x = \"a=1 api_key=" + value + "\"", TextKind::code), "secret");
  EXPECT_EQ(first_rule("#define API_KEY SSL_OP_BIT(0)", TextKind::code), "");
}

TEST(Secrets, NamesInCallsAreNoValues) {
  EXPECT_EQ(first_rule("p = get_password(\"Main.Database2Pw\")", TextKind::code), "");
  EXPECT_EQ(first_rule("f(\"a\", \"password\", \"Tr0ub4dor3x\")", TextKind::code), "");
  EXPECT_EQ(first_rule("props.set(\"password\", \"Tr0ub4dor3x\")", TextKind::code), "password");
}

TEST(Secrets, SourceThatHandlesSecretsHoldsNone) {
  const std::string dashes = "-----";
  EXPECT_EQ(first_rule("START = b\"" + dashes + "BEGIN OPENSSH PRIVATE KEY" + dashes +
                           "\"\nTHE_END_OF_IT_ALL_IS_HERE = b\"" + dashes + "END OPENSSH PRIVATE KEY" + dashes + "\"\n",
                       TextKind::code),
            "");
  EXPECT_EQ(first_rule("key=\"" + dashes + "BEGIN PRIVATE KEY" + dashes + "\\nXXXX\\nXXXXXXXXXXXXXXXXXXXXXXXXXXXX\\n" +
                       dashes + "END PRIVATE KEY" + dashes + "\""),
            "");
  EXPECT_EQ(first_rule("#password_encryption = scram-sha-256"), "");
  EXPECT_EQ(first_rule("cvs -d :pserver:anoncvs@example.org:/src"), "");
  EXPECT_EQ(first_rule("call f(\"-u x:Escape(name)\")", TextKind::code), "");
}

TEST(Secrets, AMarkLetsAGuessPassButNotAToken) {
  const std::string guess = token("", 32), known = token("ghp_", 36);
  EXPECT_EQ(first_rule("api_key = " + guess + "  # gitleaks:allow"), "");
  EXPECT_EQ(first_rule("api_key = " + known + "  # gitleaks:allow"), "GitHub personal token");
}

TEST(Secrets, KindOfTextIsKnownByLanguageOrFileName) {
  EXPECT_EQ(text_kind("python", ""), TextKind::code);
  EXPECT_EQ(text_kind("yaml", "a.py"), TextKind::data);
  EXPECT_EQ(text_kind("", "src/a.cpp"), TextKind::code);
  EXPECT_EQ(text_kind("", "Makefile"), TextKind::data);
}

// The cursor stands at '^'.
std::string near(std::string marked, TextKind kind = TextKind::code) {
  const size_t at = marked.find('^');
  marked.erase(at, 1);
  const auto found = secret_at_cursor(marked, at, find_secrets(marked, kind), kind);
  return found ? found->why : "";
}

TEST(SecretAtCursor, BlocksInsideASecretAndAtItsEnd) {
  const std::string t = token("ghp_", 36);
  EXPECT_EQ(near("x = \"" + t.substr(0, 9) + "^" + t.substr(9) + "\""),
            "the cursor stands in a secret (GitHub personal token)");
  EXPECT_EQ(near("x = \"" + t + "^"), "the cursor stands in a secret (GitHub personal token)");
  EXPECT_EQ(near("x = \"" + t + "\"^"), "");
  EXPECT_EQ(near("x = ^\"" + t + "\""), "");
}

TEST(SecretAtCursor, BlocksWhileATokenIsTyped) {
  EXPECT_EQ(near("x = \"glpat-"
                 "aB3d^"),
            "a token is being typed (GitLab personal token)");
  EXPECT_EQ(near("x = \"glpat-^"), "");
  EXPECT_EQ(near("hf_model^"), "");
  EXPECT_EQ(near("fw_update_value^"), "");
  EXPECT_EQ(near("key-value^"), "");
}

TEST(SecretAtCursor, BlocksWhereTheValueOfASecretGoes) {
  EXPECT_EQ(near("password = \"^\""), "the value of a secret goes here");
  EXPECT_EQ(near("password = \"hun^"), "the value of a secret is being typed");
  EXPECT_EQ(near("password = ^"), "");
  EXPECT_EQ(near("PASSWORD=hu^", TextKind::data), "the value of a secret is being typed");
  EXPECT_EQ(near("password = \"${DB^}\""), "");
  EXPECT_EQ(near("name = \"^\""), "");
  EXPECT_EQ(near("password_url = \"^\""), "");
  EXPECT_EQ(near("password = \"x\" + ^"), "");
}

TEST(SecretAtCursor, BlocksInsideAKeyBlock) {
  Corpus corpus(9, FIMD_SOURCE_DIR);
  std::string pem = corpus.pem("RSA PRIVATE KEY", 10, "\n");
  pem.insert(200, "^");
  EXPECT_EQ(near(pem), "the cursor stands in a secret (private key)");
}

}  // namespace
}  // namespace fimd::context
