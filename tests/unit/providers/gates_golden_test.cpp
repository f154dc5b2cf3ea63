#include "gates_golden.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace fimd::providers {
namespace {

const std::map<std::string, std::string>& marks() {
  static const std::map<std::string, std::string> table = {{"→", "\t"}, {"␣", " "}, {"␍", "\r"}};
  return table;
}

void set_option(GoldenCase& one, const std::string& option) {
  if (option == "tree")
    one.tree = true;
  else if (option.starts_with("max_lines="))
    one.max_lines = std::stoul(option.substr(10));
  else if (one.language.empty())
    one.language = option;
  else
    ADD_FAILURE() << "unknown option " << option << " in " << one.header;
}

GoldenCase from_header(const std::string& line, const std::string& gate) {
  GoldenCase one;
  one.gate = gate;
  one.header = line;
  const size_t bar = line.rfind(" | ");
  one.name = line.substr(3, bar - 3);
  std::istringstream options(bar == std::string::npos ? "plaintext" : line.substr(bar + 3));
  for (std::string option; std::getline(options, option, ',');) {
    set_option(one, option.substr(option.find_first_not_of(' ')));
  }
  return one;
}

}  // namespace

std::string decode_marks(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text.compare(i, 3, "⟦") == 0) {
      out += static_cast<char>(std::stoi(text.substr(i + 3, 2), nullptr, 16));
      i += 8;
      continue;
    }
    const auto mark = marks().find(text.substr(i, 3));
    out += mark == marks().end() ? std::string(1, text[i]) : mark->second;
    i += mark == marks().end() ? 1 : 3;
  }
  return out;
}

std::string encode_marks(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t next = std::min(text.size(), text.find_first_not_of(' ', i));
    const bool at_end = next == text.size() || text[next] == '\n';
    if (text[i] == '\t')
      out += "→";
    else if (text[i] == '\r')
      out += "␍";
    else if (text[i] == ' ' && at_end)
      out += "␣";
    else
      out += text[i];
  }
  return out;
}

std::vector<GoldenCase> read_cases(const std::string& path, const std::string& gate) {
  std::vector<GoldenCase> cases;
  std::ifstream in(path);
  std::string* section = nullptr;
  bool empty = true;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("== ")) {
      cases.push_back(from_header(line, gate));
      section = nullptr;
    } else if (line.starts_with("-- ") && !cases.empty()) {
      GoldenCase& one = cases.back();
      const std::string name = line.substr(3);
      section = name == "document"     ? &one.document
                : name == "suggestion" ? &one.suggestion
                : name == "expected"   ? &one.expected
                : name == "note"       ? &one.note
                                       : nullptr;
      if (section == nullptr) ADD_FAILURE() << path << ": unknown section " << name;
      empty = true;
    } else if (section != nullptr) {
      if (!empty) *section += '\n';
      *section += line;
      empty = false;
    }
  }
  // The blank line in front of the next case belongs to no text.
  for (GoldenCase& one : cases) {
    while (one.note.ends_with('\n')) one.note.pop_back();
  }
  return cases;
}

void write_cases(const std::string& path, const std::vector<GoldenCase>& cases) {
  std::ofstream out(path);
  for (const GoldenCase& one : cases) {
    out << one.header << "\n-- document\n"
        << one.document << "\n-- suggestion\n"
        << one.suggestion << "\n-- expected\n"
        << one.expected << "\n-- note\n"
        << one.note << "\n\n";
  }
}

Scene scene_of(std::string language, std::string document, bool tree) {
  const std::string mark = document.find("‸") != std::string::npos ? "‸" : "^";
  Scene scene;
  scene.language = language;
  scene.offset = document.find(mark);
  EXPECT_NE(scene.offset, std::string::npos) << "no cursor in " << document;
  document.erase(scene.offset, mark.size());
  scene.text = std::make_shared<const context::Text>(
      context::make_text("file:///case", 1, std::move(language), std::move(document)));
  const size_t line = context::line_of(*scene.text, scene.offset);
  const std::string_view after = context::line_text(*scene.text, line).substr(scene.offset - scene.text->lines[line]);
  scene.allow_multiline = after.find_first_not_of(")]}\"'`;, \t") == std::string_view::npos;
  if (!tree) return scene;
  const Result<context::Tree> parsed = context::parse(scene.text, {});
  EXPECT_TRUE(parsed.has_value()) << "no tree for " << scene.language;
  if (parsed) scene.tree = *parsed;
  return scene;
}

namespace {

std::string golden_path(const std::string& gate) {
  return fmt::format("{}/tests/golden/gates/{}.txt", FIMD_SOURCE_DIR, gate);
}

std::vector<std::string> golden_files() {
  std::vector<std::string> files(gate_names().begin(), gate_names().end());
  files.emplace_back("judge");
  return files;
}

std::vector<GoldenCase> all_cases() {
  std::vector<GoldenCase> all;
  for (const std::string& gate : golden_files()) {
    for (GoldenCase& one : read_cases(golden_path(gate), gate)) all.push_back(std::move(one));
  }
  return all;
}

struct Outcome {
  std::string text;
  std::string note;
};

Outcome run_all(const std::string& suggestion, const Scene& scene) {
  const Judged judged = judge(suggestion, scene.surroundings(), {});
  Outcome out{judged.text, ""};
  for (const GateNote& note : judged.notes) {
    const char* action = note.action == GateNote::Action::drop ? "drop" : "cut";
    out.note += fmt::format("{}{}: {}: {}", out.note.empty() ? "" : "\n", note.gate, action, note.why);
  }
  if (out.note.empty()) out.note = "pass";
  return out;
}

Outcome run_case(const GoldenCase& one) {
  Scene scene = scene_of(one.language, decode_marks(one.document), one.tree);
  scene.max_lines = one.max_lines;
  const std::string suggestion = decode_marks(one.suggestion);
  if (one.gate == "judge") return run_all(suggestion, scene);
  const Surroundings at = scene.surroundings();
  const gates::View view = gates::look(at, {});
  const gates::Verdict verdict = gates::find_gate(one.gate)(suggestion, view);
  if (verdict.why.empty()) return {verdict.text, "pass"};
  return {verdict.text, (verdict.text.empty() ? "drop: " : "cut: ") + verdict.why};
}

class Golden : public testing::TestWithParam<GoldenCase> {};

TEST_P(Golden, IsAsWritten) {
  const GoldenCase& one = GetParam();
  const Outcome outcome = run_case(one);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::vector<GoldenCase> cases = read_cases(golden_path(one.gate), one.gate);
    for (GoldenCase& other : cases) {
      if (other.header != one.header) continue;
      other.expected = encode_marks(outcome.text);
      other.note = outcome.note;
    }
    write_cases(golden_path(one.gate), cases);
    return;
  }
  EXPECT_EQ(encode_marks(outcome.text), one.expected) << one.header;
  EXPECT_EQ(outcome.note, one.note) << one.header;
}

// A declaration that may stand many times before and behind a case's document; empty where that would change it.
std::string padding(const std::string& language) {
  const std::map<std::string, std::string> lines = {{"cpp", "int pad = 0;\n"},        {"c", "int pad = 0;\n"},
                                                    {"python", "pad = 0\n"},          {"javascript", "pad = 0;\n"},
                                                    {"typescript", "pad = 0;\n"},     {"go", "var pad = 0\n"},
                                                    {"rust", "static P: i32 = 0;\n"}, {"ruby", "pad = 0\n"}};
  const auto found = lines.find(language);
  std::string out;
  for (int i = 0; found != lines.end() && i < 300; ++i) out += found->second;
  return out;
}

TEST_P(Golden, IsTheSameInALongFile) {
  GoldenCase one = GetParam();
  const std::string pad = padding(one.language);
  // A block that the document leaves open would take the padding in.
  if (std::ranges::count(one.document, '{') != std::ranges::count(one.document, '}')) return;
  if (!one.tree || pad.empty() || (one.gate != "syntax" && one.gate != "scope_end")) return;
  one.document = pad + one.document + (one.document.ends_with('\n') ? "" : "\n") + pad;
  const Outcome outcome = run_case(one);
  EXPECT_EQ(encode_marks(outcome.text), one.expected) << one.header;
  EXPECT_EQ(outcome.note, one.note) << one.header;
}

std::string test_name(const testing::TestParamInfo<GoldenCase>& info) {
  std::string name = info.param.gate + "_";
  for (const char c : info.param.name) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name + "_" + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(Gates, Golden, testing::ValuesIn(all_cases()), test_name);

TEST(Gates, EachHasCasesWhereItActsAndWhereItDoesNot) {
  for (const std::string& gate : golden_files()) {
    const std::vector<GoldenCase> cases = read_cases(golden_path(gate), gate);
    const auto passes = std::count_if(cases.begin(), cases.end(), [](const auto& c) { return c.note == "pass"; });
    EXPECT_GE(passes, 2) << gate;
    EXPECT_GE(static_cast<ptrdiff_t>(cases.size()) - passes, 2) << gate;
  }
}

}  // namespace
}  // namespace fimd::providers
