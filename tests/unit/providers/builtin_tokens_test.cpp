// Words, lexing and the open document's tokens.
#include <gtest/gtest.h>

#include "providers/builtin/lexer.h"
#include "tests/unit/providers/builtin_scene.h"

namespace fimd::providers::builtin {
namespace {

std::string lexed(std::string_view line) {
  std::string out;
  lex_line(line, [&](std::string_view text, bool blank) {
    out += blank ? " _" : " ";
    out += text;
  });
  return out;
}

TEST(BuiltinLexer, TakesWordsWholeAndEveryOtherByteAlone) {
  EXPECT_EQ(lexed("  a->b_1(x, 0xff);"), " a - > b_1 ( x , _0xff ) ;");
  EXPECT_EQ(lexed("\xc3\xa9t\xc3\xa9 = $x"), " \xc3\xa9t\xc3\xa9 _= _$x");
  EXPECT_EQ(lexed(" \t "), "");
}

TEST(BuiltinLexer, CutsARunOfLettersThatIsNoName) {
  size_t tokens = 0;
  lex_line(std::string(1000, 'a'), [&](std::string_view text, bool) {
    EXPECT_LE(text.size(), kLongestWord);
    ++tokens;
  });
  EXPECT_EQ(tokens, 4U);
}

TEST(BuiltinLexer, EndsLinesAsTheProtocolDoes) {
  std::vector<std::string> lines;
  each_line("a\nb\r\nc\rd", [&](std::string_view line) { lines.emplace_back(line); });
  EXPECT_EQ(lines, (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST(BuiltinWords, KeywordsAreTheSameEverywhere) {
  EXPECT_TRUE(is_keyword(WordTable().find("return")));
  EXPECT_EQ(WordTable().find("return"), keyword("return"));
  EXPECT_EQ(keyword("returns"), kNoWord);
  for (Word w = kKeyword; w < kFirstWord; ++w) EXPECT_EQ(keyword(fixed_text(w)), w) << fixed_text(w);
}

TEST(BuiltinWords, FindsWhatWasAdded) {
  WordTable table;
  const auto name = [](int i) { return std::to_string(i).insert(0, 1, 'w'); };
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(table.add(name(i)), kFirstWord + static_cast<Word>(i));
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(table.text(table.find(name(i))), name(i));
  EXPECT_EQ(table.find("w5000"), kNoWord);
}

// Everything of a document that must not depend on how it came about, ids spelled out.
std::string described(const OpenDocument& d) {
  std::string out;
  for (size_t i = 0; i < d.lines(); ++i) {
    out += std::to_string(d.line(i).indent) + ":";
    for (const Token t : d.tokens(i)) {
      out += blank_before(t) ? " _" : " ";
      out += d.words.text(word_of(t));
      if (is_name(word_of(t))) out.append(1, '#').append(std::to_string(d.words.count(word_of(t))));
    }
    out += "\n";
  }
  return out;
}

TEST(BuiltinDocument, RetokenizingEqualsTokenizingAfresh) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    std::string text = noise(random, 20 + random() % 600);
    OpenDocumentPtr document = open_text(text);
    for (int edit = 0; edit < 12; ++edit) {
      text = context::to_valid_utf8(text);
      const size_t from = random() % (text.size() + 1);
      const size_t length = random() % 3 == 0 ? random() % (text.size() - from + 1) : random() % 3;
      text.replace(from, std::min(length, text.size() - from), noise(random, random() % 6));
      document = open_text(text, document);
      ASSERT_EQ(described(*document), described(*open_text(text))) << "round " << round << " edit " << edit;
      ASSERT_EQ(document->lines(), document->text->lines.size());
    }
  }
}

TEST(BuiltinDocument, AKeystrokeLexesOnlyItsLine) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "    call" + std::to_string(i % 50) + "(argument);\n";
  const OpenDocumentPtr before = open_text(text);
  EXPECT_EQ(before->lexed_lines, 10'001U);
  text.insert(text.size() / 2, 1, 'x');
  const OpenDocumentPtr after = open_text(text, before);
  EXPECT_LE(after->lexed_lines, 2U);
  size_t shared = 0;
  for (const auto& block : after->blocks) {
    shared += static_cast<size_t>(std::count(before->blocks.begin(), before->blocks.end(), block));
  }
  EXPECT_GE(shared + 4, before->blocks.size());
}

TEST(BuiltinDocument, ForgetsHalfTypedWords) {
  std::string text = "start\n";
  OpenDocumentPtr document = open_text(text);
  for (int i = 0; i < 20'000; ++i) document = open_text(text + "name" + std::to_string(i), document);
  EXPECT_LT(document->words.counts.size(), 4000U);
}

TEST(BuiltinDocument, ALineOfMegabytesIsNotLexedWhole) {
  const OpenDocumentPtr document = open_text(std::string("x\n").append(5'000'000, ',').append("\ny"));
  EXPECT_LE(document->tokens(1).size(), kLexedBytes);
  EXPECT_EQ(document->tokens(2).size(), 1U);
}

}  // namespace
}  // namespace fimd::providers::builtin
