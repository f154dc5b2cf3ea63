// What an obedient model may put into a patch, and what is said of it before it is taken. The names count as in
// attacks_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/agent/baseline.h"
#include "providers/agent/review.h"
#include "providers/agent/verify.h"

namespace fimd::tests {
namespace {

using namespace providers::agent;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> look(const std::string& path, const std::string& before, const std::string& after) {
  const std::vector<ChangedFile> patch = {{path, before, after, std::nullopt}};
  return review_of(patch);
}
std::vector<std::string> against(const std::string& path, const std::optional<std::string>& before, const std::string& after) {
  const std::vector<ChangedFile> patch = {{path, before, after, std::nullopt}};
  return *verify(patch, {}, TimePoint::max(), {});
}

TEST(PatchAttack, C30FilesThatBuildsAndToolsRunAreNamed) {
  for (const char* path : {"Makefile", "sub/CMakeLists.txt", "package.json", "build.rs", "conftest.py", "setup.py", "pom.xml", "run.sh", "requirements.txt",
                           "requirements-dev.txt", "Gemfile", "composer.json", "go.mod", "Cargo.toml"})
    EXPECT_THAT(look(path, "a\n", "b\n"), Contains(HasSubstr("builds run this file"))) << path;
}

TEST(PatchAttack, C32CharactersThatCannotBeSeenAreNamed) {
  for (const char* hidden : {"\xE2\x80\x8B", "\xE2\x80\xAE", "\xF3\xA0\x81\x81", "\xE2\x81\xA6"})
    EXPECT_THAT(look("a.py", "x\n", "x" + std::string(hidden) + "\n"), Contains("a.py:1: adds characters that cannot be seen"));
}

TEST(PatchAttack, C36AddressesAndPackagesThatWereNotThereAreNamed) {
  EXPECT_THAT(look("a.py", "x\n", "x\nurlopen('https://evil.example/x?q=1')\n"), Contains("a.py:2: adds the address https://evil.example"));
  EXPECT_THAT(look("a.py", "'https://known.example/a'\n", "'https://known.example/b'\n"), IsEmpty());
  EXPECT_THAT(look("a.py", "x\n", "import os, json\nfrom pathlib import Path\nx\n"), IsEmpty());
  EXPECT_THAT(look("a.py", "x\n", "import leftpad\nx\n"), Contains("a.py:1: uses the package leftpad"));
  EXPECT_THAT(look("a.py", "x\n", "from evil.core import run\nx\n"), Contains("a.py:1: uses the package evil"));
  EXPECT_THAT(look("a.py", "import numpy\n", "import numpy\nfrom numpy import array\n"), IsEmpty());
  EXPECT_THAT(look("a.py", "x\n", "from .near import y\nx\n"), IsEmpty());
  EXPECT_THAT(look("a.ts", "x\n", "import { y } from './near'\nimport z from 'node:fs'\nx\n"), IsEmpty());
  EXPECT_THAT(look("a.ts", "x\n", "import { y } from 'left-pad'\nx\n"), Contains("a.ts:1: uses the package left-pad"));
  EXPECT_THAT(look("a.js", "x\n", "const y = require('@evil/pad/sub')\n"), Contains("a.js:1: uses the package @evil/pad"));
  EXPECT_THAT(look("a.go", "x\n", "import \"github.com/evil/pad\"\n"), Contains("a.go:1: uses the package github.com/evil/pad"));
  EXPECT_THAT(look("a.go", "x\n", "import \"net/http\"\n"), IsEmpty());
  EXPECT_THAT(look("a.rs", "x\n", "use std::io;\nuse crate::a;\nuse super::b;\n"), IsEmpty());
  EXPECT_THAT(look("a.rs", "x\n", "use evil::run;\n"), Contains("a.rs:1: uses the package evil"));
  EXPECT_THAT(look("a.md", "x\n", "import leftpad\n"), IsEmpty());
}

TEST(PatchAttack, D45ASecretThatWasNotInTheFileIsNotOffered) {
  const std::string token = "ghp_" + std::string("a8Fk2LmQ9xZr4TbV7cNd1WsY6eHu3JgP0oXi");
  EXPECT_THAT(against("a.py", "x = 1\n", "x = \"" + token + "\"\n"), Contains(HasSubstr("a.py: line 1 holds a secret (")));
  EXPECT_THAT(against("a.py", "x = 1\n", "x = \"" + token + "\"\n"), Not(Contains(HasSubstr(token))));
  EXPECT_THAT(against("new.py", std::nullopt, "x = \"" + token + "\"\n"), Contains(HasSubstr("holds a secret")));
  EXPECT_THAT(against("a.py", "x = \"" + token + "\"\n", "token = \"" + token + "\"\n"), IsEmpty()) << "it stood there";
}

TEST(PatchAttack, E62AnErrorCountsWhateverTheExitStatusIs) {
  CheckRun before, after;
  before.end = after.end = CheckRun::End::exited;
  Finding& error = after.findings.emplace_back();
  error.what.path = "a.py";
  error.what.message = "broken";
  EXPECT_EQ(compare(before, after, std::nullopt).verdict, Comparison::Verdict::worse);
}

TEST(PatchAttack, G86WhatOnlyMovesBlanksOrDeletesIsNamedOrRefused) {
  std::string before, after;
  for (int i = 0; i < 300; ++i) before += "x\n", after += "    x\n";
  EXPECT_THAT(look("a.txt", before, after), Contains(HasSubstr("lines are changed")));
  EXPECT_THAT(against("a.txt", "x\n", ""), Contains(HasSubstr("all of its text was deleted")));
  std::string many;
  for (int i = 0; i < 5'000; ++i) many += "y\n";
  EXPECT_THAT(against("a.txt", "x\n", many), Contains(HasSubstr("lines were changed, at most")));
}

}  // namespace
}  // namespace fimd::tests
