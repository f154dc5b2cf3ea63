// The test program as its own jail helper and as the program that tries things in the jail: started again with these
// words it is one of them and not a test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string_view>

#include "providers/agent/jail.h"
#include "providers/agent/jail_helper.h"
#include "tests/unit/providers/agent/folder.h"

namespace fimd::tests {

[[gnu::constructor]] inline void become_jail_helper(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == providers::agent::kJailHelper) ::_exit(providers::agent::run_jail_helper());
}

// A program with a sanitizer's runtime starts threads of its own, looks at itself from another process and maps more than
// all memory: a jail forbids such things, and its helper cannot make namespaces with them. The plain programs try it all.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
inline constexpr const char* kNotSanitized = "the jail is tried without sanitizers";

inline const auto kRungs = testing::Values(providers::agent::JailRung::full, providers::agent::JailRung::full_copy,
                                           providers::agent::JailRung::bubblewrap, providers::agent::JailRung::filters);
inline std::string rung_name(const testing::TestParamInfo<providers::agent::JailRung>& rung) {
  constexpr const char* kNames[] = {"Full", "FullCopy", "Bubblewrap", "Filters"};
  return kNames[static_cast<size_t>(rung.param)];
}

// A workspace, a home folder with a secret, and a jail of one rung.
class JailHere {
 public:
  explicit JailHere(providers::agent::JailRung rung) {
    top_.put("work/seed", "old");
    top_.put("home/.ssh/id_rsa", "SECRET");
    top_.put("canary/file", "untouched");
    jail.rung = rung;
    jail.scratch = top_.at("state");
    jail.helper = providers::agent::own_helper();
    jail.variables = [this](const char* name) -> std::optional<std::string> {
      return std::string_view(name) == "HOME" ? std::optional(top_.at("home")) : providers::agent::process_variable(name);
    };
    command.root = std::filesystem::canonical(top_.at("work")).string();
    command.limits.wall = command.limits.silence = std::chrono::seconds(60);
  }

  providers::agent::JailRun run(std::vector<std::string> argv) {
    command.argv = std::move(argv);
    return providers::agent::run_jailed(jail, command, stop.get_token());
  }
  providers::agent::JailRun shell(const std::string& script) { return run({"/bin/sh", "-c", script}); }

  [[nodiscard]] const Folder& top() const { return top_; }
  [[nodiscard]] std::string canary() const { return top_.at("canary/file"); }

  providers::agent::Jail jail;
  providers::agent::JailCommand command;
  std::stop_source stop;

 private:
  Folder top_;
};

}  // namespace fimd::tests
