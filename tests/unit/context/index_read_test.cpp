#include "context/index_read.h"

#include <gtest/gtest.h>

namespace fimd::context {
namespace {

FileOutline read(const std::string& path, const std::string& text, TimePoint deadline = TimePoint::max()) {
  return read_outline(path, text, stamp_of(text, 5), deadline, {});
}

TEST(ReadOutline, ReadsSymbolsByTheLanguageOfThePath) {
  const FileOutline file = read("a/b.py", "import os\ndef load():\n  os.open()\n");
  EXPECT_EQ(file.path, "a/b.py");
  EXPECT_EQ(file.language, "python");
  EXPECT_EQ(file.lines, 4U);
  EXPECT_EQ(file.stamp.bytes, 34U);
  EXPECT_EQ(file.stamp.mtime_ns, 5);
  ASSERT_EQ(file.outline.symbols.size(), 1U);
  EXPECT_EQ(file.outline.symbols[0].name, "load");
  EXPECT_EQ(file.outline.imports.size(), 1U);
}

TEST(ReadOutline, ReadsTheLanguageFromTheFirstLineOfAFileWithoutExtension) {
  EXPECT_EQ(read("tool", "#!/usr/bin/env python3\ndef f(): pass\n").outline.symbols.size(), 1U);
}

TEST(ReadOutline, KeepsOnlyThePathOfWhatItCannotRead) {
  EXPECT_EQ(read("a.unknown", "x = 1\n").lines, 0U);
  EXPECT_EQ(read("a.py", std::string("x = 1\0", 6)).lines, 0U);
  EXPECT_EQ(read("a.py", "x = '" + std::string(5000, 'y') + "'").lines, 0U);
}

TEST(ReadOutline, LeavesOutLargeDataFiles) {
  const std::string small = R"({"name": 1})";
  std::string large = "{\n";
  while (large.size() < (64U << 10)) large += "\"key\": 1,\n";
  EXPECT_GT(read("a.json", small).lines, 0U);
  EXPECT_EQ(read("a.json", large).lines, 0U);
}

TEST(ReadOutline, GivesUpAtItsDeadline) {
  std::string text;
  while (text.size() < (512U << 10)) text += "def f(x):\n  return [x, (x, {x: x})]\n";
  EXPECT_EQ(read("a.py", text, Clock::now()).lines, 0U);
  EXPECT_GT(read("a.py", text).lines, 0U);
}

}  // namespace
}  // namespace fimd::context
