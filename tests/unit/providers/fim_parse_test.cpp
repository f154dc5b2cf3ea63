// Prompts that other programs wrote for a model, taken apart again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/fim_template.h"

namespace fimd::providers {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Prompt cut_prompt() {
  Prompt prompt;
  prompt.prefix = "def pay(price):\n    ";
  prompt.suffix = "\n    return total\n";
  prompt.language = "python";
  return prompt;
}

class EveryFamily : public testing::TestWithParam<std::string_view> {};

TEST_P(EveryFamily, IsReadAsItIsWritten) {
  const auto written = render_fim(GetParam(), cut_prompt());
  ASSERT_TRUE(written) << written.error().message;
  const auto read = parse_fim(written->text);
  ASSERT_TRUE(read) << written->text;
  EXPECT_THAT(read->prefix, testing::EndsWith(cut_prompt().prefix)) << written->text;
  EXPECT_EQ(read->suffix, cut_prompt().suffix) << written->text;
}

std::vector<std::string_view> families_with_a_suffix() {
  std::vector<std::string_view> out;
  for (const auto family : fim_families()) {
    if (family != kPrefixOnly) out.push_back(family);
  }
  return out;
}
INSTANTIATE_TEST_SUITE_P(FimParse, EveryFamily, testing::ValuesIn(families_with_a_suffix()), [](const auto& each) {
  std::string name(each.param);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(FimParse, ReadsFilesOfQwensForm) {
  Prompt prompt = cut_prompt();
  prompt.repo = "shop";
  prompt.path = "src/pay.py";
  prompt.extra = {{"src/tax.py", "def tax(price): ...\n"}, {"README", "A shop.\n"}};
  const auto read = parse_fim(render_fim("qwen", prompt)->text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->path, "src/pay.py");
  ASSERT_THAT(read->extra, SizeIs(2));
  EXPECT_EQ(read->extra[0].path, "src/tax.py");
  EXPECT_EQ(read->extra[0].text, "def tax(price): ...\n");
  EXPECT_EQ(read->extra[1].text, "A shop.\n");
  EXPECT_EQ(read->prefix, prompt.prefix);
}

TEST(FimParse, KeepsTextInFrontThatItDoesNotKnow) {
  const auto read = parse_fim("# of tax.py\ndef tax(): ...\n<fim_prefix>a<fim_suffix>b<fim_middle>");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->prefix, "# of tax.py\ndef tax(): ...\na");
  EXPECT_EQ(read->suffix, "b");
}

TEST(FimParse, LeavesOutATokenOfTheBeginning) {
  EXPECT_EQ(parse_fim("<s><PRE> a <SUF>b <MID>")->prefix, "a");
}

TEST(FimParse, ReadsEditorsFormsOfGlm) {
  const auto read = parse_fim("<|code_prefix|>a<|code_suffix|>b<|code_middle|>");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->prefix, "a");
  EXPECT_EQ(read->suffix, "b");
}

TEST(FimParse, TakesOtherTextAsItStands) {
  for (const char* text : {"", "int main() {", "<|fim_prefix|>a", "<|fim_prefix|>a<|fim_suffix|>b", "a<fim_middle>",
                           "<|fim_middle|><|fim_suffix|><|fim_prefix|>", "x = \"[PREFIX]\""}) {
    EXPECT_FALSE(parse_fim(text)) << text;
  }
}

TEST(FimParse, EndsOnTextThatIsCutAnywhere) {
  Prompt prompt = cut_prompt();
  prompt.path = "a.py";
  prompt.extra = {{"b.py", "x\n"}};
  for (const auto family : families_with_a_suffix()) {
    const std::string text = render_fim(family, prompt)->text;
    for (size_t i = 0; i <= text.size(); ++i) {
      static_cast<void>(parse_fim(text.substr(0, i)));
      static_cast<void>(parse_fim(text.substr(i)));
    }
  }
}

}  // namespace
}  // namespace fimd::providers
