// What the agent's model is told first: who it is, the rules, and the problem with the code around it. Pure; the same
// problem gives the same bytes, so that a server's prompt cache holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/agent/chat.h"
#include "providers/provider.h"

namespace fimd::providers::agent {

// What the user wants of a place.
enum class Wanted { repair, change, explanation };
[[nodiscard]] const char* name(Wanted wanted);
[[nodiscard]] Wanted wanted_of(std::string_view name);  // repair, where it is not a name

struct Problem {
  Wanted wanted = Wanted::repair;

  std::string path;         // relative to the workspace
  size_t line = 1;          // 1-based, where it shows
  size_t last_line = 1;     // of what is selected
  size_t lines = 0;         // of the whole file
  std::string message;      // what is wrong or wanted; empty: the model is to find out
  std::string window;       // whole lines of the file around it
  size_t first_line = 1;    // of the window, 1-based
  std::vector<Extra> declarations;  // of other files
  std::string check;        // the command that a change must pass; empty: none
};

[[nodiscard]] std::vector<Message> first_messages(const Problem& problem);

}  // namespace fimd::providers::agent
