// What the shell commands share: a daemon without an editor, one configuration, one file, and how to print.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lsp/config.h"
#include "lsp/daemon.h"
#include "lsp/document.h"

namespace fimd::lsp::cli {

struct Location {
  std::string file;
  uint32_t line = 1, column = 1;  // as editors show them: from 1, columns in characters
};

// "src/a.cpp:12:7" or "src/a.cpp:12" (column 1). Errors: bad_input.
[[nodiscard]] Result<Location> parse_location(const std::string& text);

struct Common {
  std::string root;                    // --root; empty: the file's repository, else its folder
  std::string provider;                // --provider
  std::vector<std::string> settings;   // --set
  bool json = false;
};

class Shell {
 public:
  // Reads the configuration for a root and reports its problems on stderr. Errors: bad_input when --set or
  // --provider name something wrong.
  [[nodiscard]] Result<void> configure(const Common& common, const std::string& root);

  // Opens a file at a location. Errors: not_found, io, bad_input (line past the end).
  [[nodiscard]] Result<std::shared_ptr<Document>> open(const Location& at, const std::string& root);

  // Runs the loop until `done` is called by what `begin` started.
  void run(const std::function<void(std::function<void()> done)>& begin);

  void wait_for_providers();
  void wait_for_index(const std::string& root);

  Daemon daemon;
  Configuration configuration;
};

// The folder a file belongs to: the given one, else its repository, else its own.
[[nodiscard]] std::string root_for(const std::string& given, const std::string& file);

// Writes a page and prints the file's name; returns the exit code.
int write_page(const std::string& path, const std::string& page);

// One line on stderr; returns 1, the exit code of a failure.
int complain(const Error& error);

}  // namespace fimd::lsp::cli
