#include "context/segment.h"

#include <gtest/gtest.h>

#include "tests/unit/context/outlines.h"

namespace fimd::context {
namespace {

SegmentPtr sample(unsigned seed, int files) {
  std::mt19937 random(seed);
  SegmentBuilder builder;
  for (int i = 0; i < files; ++i) builder.add(random_file(random, 1000));
  return builder.finish();
}

TEST(Segment, ReadsItsOwnBytes) {
  const SegmentPtr segment = sample(1, 50);
  const auto again = Segment::read(segment->bytes());
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->checksum(), segment->checksum());
  EXPECT_EQ((*again)->files(), 50U);
  EXPECT_EQ((*again)->path(7), segment->path(7));
}

TEST(Segment, IsTheSameForTheSameOutlines) {
  EXPECT_EQ(sample(1, 20)->checksum(), sample(1, 20)->checksum());
  EXPECT_NE(sample(1, 20)->checksum(), sample(2, 20)->checksum());
}

TEST(Segment, RefusesBytesThatAreNotWhole) {
  const SegmentPtr segment = sample(2, 20);
  const std::string_view bytes = segment->bytes();
  for (size_t size = 0; size < bytes.size(); size += 1 + size / 7) {
    const auto read = Segment::read(bytes.substr(0, size));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, Error::Code::bad_input);
  }
}

TEST(Segment, RefusesAnyChangedBit) {
  const SegmentPtr segment = sample(3, 10);
  std::string bytes(segment->bytes());
  for (size_t bit = 0; bit < bytes.size() * 8; bit += 1 + bit % 5) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(Segment::read(bytes)) << "bit " << bit;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  }
  EXPECT_TRUE(Segment::read(bytes));
}

TEST(Segment, TakesOverOnlyTheFilesThatAreKept) {
  const SegmentPtr from = sample(4, 30);
  std::vector<bool> keep(30, false);
  keep[3] = keep[17] = true;
  SegmentBuilder some;
  some.add(*from, keep);
  const SegmentPtr segment = some.finish();
  ASSERT_EQ(segment->files(), 2U);
  EXPECT_EQ(segment->path(0), from->path(3));
  EXPECT_EQ(segment->path(1), from->path(17));
  EXPECT_EQ(segment->stamp(1), from->stamp(17));
  for (Segment::NameId name = 1; name < segment->names(); ++name) {
    const auto there = from->find(segment->name(name));
    ASSERT_TRUE(there);
    const auto all = from->mentions(*there);
    for (const uint16_t file : segment->mentions(name)) {
      EXPECT_TRUE(std::find(all.begin(), all.end(), file == 0 ? 3 : 17) != all.end());
    }
  }
}

TEST(Segment, MayBeWithoutFiles) {
  const SegmentPtr empty = SegmentBuilder().finish();
  EXPECT_EQ(empty->files(), 0U);
  EXPECT_FALSE(empty->find("a"));
  EXPECT_FALSE(empty->find(""));
  EXPECT_TRUE(Segment::read(empty->bytes()));
}

TEST(Segment, CutsWhatIsTooLongForIt) {
  FileOutline file = file_of("a.cpp", {symbol_of("f", SymbolKind::function, 0, 1)});
  file.outline.symbols[0].signature = std::string(70'000, 's');
  file.outline.symbols[0].doc = std::string(70'000, 'd');
  file.outline.symbols[0].bases = std::vector<std::string>(300, "B");
  SegmentBuilder builder;
  builder.add(file);
  const SegmentPtr segment = builder.finish();
  EXPECT_EQ(segment->symbol(0).signature.size(), 65'535U);
  EXPECT_EQ(segment->symbol(0).doc, std::string(65'535, 'd'));
  EXPECT_EQ(segment->bases(0).size(), 255U);
}

}  // namespace
}  // namespace fimd::context
