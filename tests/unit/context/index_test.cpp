#include "context/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/unit/context/outlines.h"

namespace fimd::context {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

IndexPtr index_of(const std::vector<FileOutline>& files) {
  std::vector<IndexChange> changes;
  for (const auto& file : files) changes.push_back({file});
  return with_files(empty_index(), changes);
}

IndexPtr changed(const IndexPtr& index, FileOutline file) {
  const IndexChange change{std::move(file)};
  return with_files(index, {&change, 1});
}

IndexPtr removed(const IndexPtr& index, const std::string& path) {
  IndexChange change;
  change.file.path = path;
  change.gone = true;
  return with_files(index, {&change, 1});
}

std::vector<std::string> spelled(const Index& index, const std::vector<SymbolId>& ids) {
  std::vector<std::string> out;
  for (const SymbolId id : ids)
    out.push_back(std::string(index.path(id.file)) + ":" + std::string(index.symbol(id).name));
  return out;
}

std::vector<std::string> spelled(const Index& index, const std::vector<FileId>& ids) {
  std::vector<std::string> out;
  for (const FileId id : ids) out.emplace_back(index.path(id));
  return out;
}

TEST(Index, AnswersNothingWhenEmpty) {
  const IndexPtr index = empty_index();
  EXPECT_EQ(index->files(), 0U);
  EXPECT_FALSE(index->find("a"));
  EXPECT_THAT(index->definitions("a"), IsEmpty());
  EXPECT_THAT(index->mentions("a"), IsEmpty());
  EXPECT_THAT(index->definitions(""), IsEmpty());
  EXPECT_THAT(index->resolve("a.ts", "typescript", Import{"./b", "", "", true, 0, 0}), IsEmpty());
}

TEST(Index, GivesBackASymbolAsItWas) {
  Symbol type = symbol_of("Parser", SymbolKind::type, 10, 90);
  type.doc = "Reads.";
  type.bases = {"Reader", "Closer"};
  Symbol field = symbol_of("source", SymbolKind::field, 20, 30, 0);
  field.type = "Source";
  field.name_start = 27;
  Symbol method = symbol_of("parse", SymbolKind::method, 100, 120);
  method.owner = "Parser";
  const IndexPtr index = index_of({file_of("a.cpp", {type, field, method})});
  const FileId file = *index->find("a.cpp");
  ASSERT_EQ(index->symbols(file), 3U);
  const SymbolView first = index->symbol({file, 0});
  EXPECT_EQ(first.name, "Parser");
  EXPECT_EQ(first.kind, SymbolKind::type);
  EXPECT_EQ(first.signature, "sig Parser");
  EXPECT_EQ(first.doc, "Reads.");
  EXPECT_EQ(first.container, Symbol::kNoContainer);
  EXPECT_EQ(first.start, 10U);
  EXPECT_EQ(first.end, 90U);
  EXPECT_THAT(index->bases({file, 0}), ElementsAre("Reader", "Closer"));
  EXPECT_EQ(index->symbol({file, 1}).container, 0U);
  EXPECT_EQ(index->symbol({file, 1}).type, "Source");
  EXPECT_EQ(index->symbol({file, 1}).name_start, 27U);
  EXPECT_EQ(index->symbol({file, 2}).owner, "Parser");
  EXPECT_EQ(index->language(file), "cpp");
  EXPECT_EQ(index->stamp(file), (Stamp{5, 1000, 77}));
}

TEST(Index, FindsMembersInsideAndOutsideOfATypeAndItsSubtypes) {
  Symbol outside = symbol_of("parse", SymbolKind::method, 0, 5);
  outside.owner = "Parser";
  Symbol sub = symbol_of("Json", SymbolKind::type, 50, 60);
  sub.bases = {"Parser"};
  const IndexPtr index = index_of({
      file_of("a.h", {symbol_of("Parser", SymbolKind::type, 0, 50), symbol_of("Inner", SymbolKind::type, 10, 20, 0),
                      symbol_of("deep", SymbolKind::field, 12, 14, 1), symbol_of("next", SymbolKind::method, 25, 30, 0),
                      symbol_of("after", SymbolKind::function, 60, 70)}),
      file_of("a.cpp", {outside, sub}),
      file_of("b.cpp",
              {symbol_of("Parser", SymbolKind::function, 0, 9), symbol_of("x", SymbolKind::variable, 2, 3, 0)}),
  });
  EXPECT_THAT(spelled(*index, index->members("Parser")), UnorderedElementsAre("a.h:Inner", "a.h:next", "a.cpp:parse"));
  EXPECT_THAT(spelled(*index, index->subtypes("Parser")), ElementsAre("a.cpp:Json"));
  EXPECT_THAT(spelled(*index, index->definitions("Parser")), UnorderedElementsAre("a.h:Parser", "b.cpp:Parser"));
  EXPECT_THAT(index->definitions("Parser", 1), testing::SizeIs(1));
}

TEST(Index, ReplacesAFileAndForgetsOneThatIsGone) {
  const IndexPtr first = index_of(
      {file_of("a.cpp", {symbol_of("old", SymbolKind::function, 0, 1)}, {"used"}), file_of("b.cpp", {}, {"used"})});
  const IndexPtr second = changed(first, file_of("a.cpp", {symbol_of("fresh", SymbolKind::function, 0, 1)}, {}));
  EXPECT_THAT(second->definitions("old"), IsEmpty());
  EXPECT_THAT(spelled(*second, second->definitions("fresh")), ElementsAre("a.cpp:fresh"));
  EXPECT_THAT(spelled(*second, second->mentions("used")), ElementsAre("b.cpp"));
  EXPECT_EQ(second->mention_count("used"), 1U);
  EXPECT_EQ(second->files(), 2U);
  const IndexPtr third = removed(second, "b.cpp");
  EXPECT_FALSE(third->find("b.cpp"));
  EXPECT_EQ(third->mention_count("used"), 0U);
  EXPECT_EQ(third->files(), 1U);
  // Those who hold the former index see what they saw.
  EXPECT_THAT(spelled(*first, first->definitions("old")), ElementsAre("a.cpp:old"));
  EXPECT_EQ(first->mention_count("used"), 2U);
}

TEST(Index, ResolvesImportsAndFindsImportersAsFilesComeAndGo) {
  IndexPtr index = index_of({file_of("src/a.ts", {}, {}, {"./b"}), file_of("src/c.ts", {}, {}, {"./b", "./a"})});
  EXPECT_THAT(index->imports(*index->find("src/a.ts"))[0].files, IsEmpty());
  index = changed(index, file_of("src/b.ts"));
  const auto imports = index->imports(*index->find("src/a.ts"));
  ASSERT_EQ(imports.size(), 1U);
  EXPECT_EQ(imports[0].import.module, "./b");
  EXPECT_THAT(spelled(*index, imports[0].files), ElementsAre("src/b.ts"));
  EXPECT_THAT(spelled(*index, index->importers(*index->find("src/b.ts"))), ElementsAre("src/a.ts", "src/c.ts"));
  index = changed(index, file_of("src/a.ts"));
  EXPECT_THAT(spelled(*index, index->importers(*index->find("src/b.ts"))), ElementsAre("src/c.ts"));
  index = removed(index, "src/b.ts");
  EXPECT_THAT(index->imports(*index->find("src/c.ts"))[0].files, IsEmpty());
}

TEST(Index, ResolvesAnewWhenTheProjectFilesChange) {
  const IndexPtr index = index_of({file_of("lib/x/b.ts"), file_of("src/a.ts", {}, {}, {"@x/b"})});
  EXPECT_THAT(index->importers(*index->find("lib/x/b.ts")), IsEmpty());
  auto project = std::make_shared<Project>();
  project->scripts = {{.folder = "", .base_url = "", .has_base_url = false, .aliases = {{"@x/*", {"lib/x/*"}}}}};
  const IndexPtr next = with_project(index, project);
  EXPECT_THAT(spelled(*next, next->importers(*next->find("lib/x/b.ts"))), ElementsAre("src/a.ts"));
}

// What an index must answer, by looking at every file.
struct Model {
  std::map<std::string, FileOutline> files;

  void expect_equals(const Index& index) const {
    ASSERT_EQ(index.files(), files.size());
    std::multiset<std::string> defined, owned, derived, mentions;
    std::set<std::string> names;
    uint64_t lines = 0;
    size_t symbols = 0;
    for (const auto& [path, file] : files) {
      const auto id = index.find(path);
      ASSERT_TRUE(id) << path;
      ASSERT_EQ(index.stamp(*id), file.stamp);
      ASSERT_EQ(index.symbols(*id), file.outline.symbols.size());
      lines += file.lines;
      symbols += file.outline.symbols.size();
      for (size_t i = 0; i < file.outline.symbols.size(); ++i) {
        const Symbol& s = file.outline.symbols[i];
        const SymbolView v = index.symbol({*id, static_cast<uint32_t>(i)});
        ASSERT_EQ(std::tie(s.name, s.owner, s.doc, s.type, s.signature),
                  std::tie(v.name, v.owner, v.doc, v.type, v.signature));
        ASSERT_EQ(std::tie(s.kind, s.container, s.start, s.end), std::tie(v.kind, v.container, v.start, v.end));
        defined.insert(s.name + " " + path);
        names.insert(s.name);
        if (!s.owner.empty()) names.insert(s.owner);
        for (const auto& b : std::set<std::string>(s.bases.begin(), s.bases.end()))
          derived.insert(b + " " + path), names.insert(b);
      }
      for (const auto& m : file.outline.mentions) mentions.insert(m + " " + path), names.insert(m);
    }
    ASSERT_EQ(index.counts().lines, lines);
    ASSERT_EQ(index.counts().symbols, symbols);
    std::multiset<std::string> got_defined, got_derived, got_mentions;
    for (const auto& name : names) {
      for (const auto id : index.definitions(name, 100000))
        got_defined.insert(name + " " + std::string(index.path(id.file)));
      for (const auto id : index.subtypes(name, 100000))
        got_derived.insert(name + " " + std::string(index.path(id.file)));
      for (const auto id : index.mentions(name, 100000)) got_mentions.insert(name + " " + std::string(index.path(id)));
      ASSERT_EQ(index.mention_count(name), index.mentions(name, 100000).size());
    }
    ASSERT_EQ(got_defined, defined);
    ASSERT_EQ(got_derived, derived);
    ASSERT_EQ(got_mentions, mentions);
    expect_imports(index);
  }

  void expect_imports(const Index& index) const {
    std::map<std::string, std::set<std::string>> importers;
    for (const auto& [path, file] : files) {
      for (const auto& import : file.outline.imports) {
        const std::string target = import.module.substr(3) + ".ts";
        if (files.contains(target) && target != path) importers[target].insert(path);
      }
    }
    for (const auto& [path, file] : files) {
      const auto found = index.importers(*index.find(path));
      std::set<std::string> got;
      for (const FileId id : found) got.insert(std::string(index.path(id)));
      ASSERT_EQ(got, importers[path]) << path;
    }
  }
};

TEST(Index, AgreesWithAModelThroughRandomChanges) {
  std::mt19937 random(11);
  for (int round = 0; round < 6; ++round) {
    Model model;
    IndexPtr index = empty_index();
    const size_t paths = 5 + random() % 40;
    for (int step = 0; step < 220; ++step) {
      std::vector<IndexChange> changes;
      for (size_t n = 1 + (random() % 10 == 0 ? random() % 30 : 0); n > 0; --n) {
        IndexChange change{random_file(random, paths), random() % 4 == 0};
        if (change.gone)
          model.files.erase(change.file.path);
        else
          model.files[change.file.path] = change.file;
        changes.push_back(std::move(change));
      }
      index = with_files(index, changes);
      if (step % 3 == 0) index = tidied(index);
      if (step % 20 != 0) continue;
      model.expect_equals(*index);
      if (HasFatalFailure()) return;
      // What is stored and read again is the same.
      std::vector<SegmentPtr> stored;
      for (const SegmentPtr& segment : index->segments()) stored.push_back(*Segment::read(segment->bytes()));
      model.expect_equals(*Index::of(stored, index->project()));
      if (HasFatalFailure()) return;
    }
    EXPECT_LT(index->segments().size(), 40U);
  }
}

TEST(Index, KeepsFewSegmentsOverManySaves) {
  std::mt19937 random(3);
  IndexPtr index = empty_index();
  for (int i = 0; i < 3000; ++i) index = tidied(changed(index, random_file(random, 50)));
  EXPECT_LT(index->segments().size(), 40U);
  size_t bytes = 0;
  for (const auto& segment : index->segments()) bytes += segment->bytes().size();
  EXPECT_LT(bytes, 1U << 20U);
}

}  // namespace
}  // namespace fimd::context
