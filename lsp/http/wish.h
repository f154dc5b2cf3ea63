// What a client of the HTTP endpoint asks for and what it gets, whatever dialect it speaks. Plain data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "context/budget.h"
#include "providers/provider.h"

namespace fimd::lsp::http {

struct Wish {
  std::string prefix, suffix;           // the text around the cursor
  std::string path;                     // of the file, as the client names it; empty: unknown
  std::vector<providers::Extra> extra;  // pieces of other files, the newest last
  int max_tokens = 0;                   // 0: the provider's own limit
  bool nothing = false;                 // no text is wanted: the client only warms a cache
  std::vector<std::string> stop;        // the text ends in front of the first of these
  std::optional<Duration> wait;         // how long the client is ready to wait
  bool stream = false;
  std::string model;                // the client's name for it, given back
  std::vector<std::string> fields;  // of llama.cpp: the only members wanted; empty: all
};

struct Fill {
  std::string text = {};      // empty: no suggestion
  std::string provider = {};  // whose it is
  bool late = false;          // left behind the deadline
  Duration first{};           // until the first text was there
  Duration took{};
};

}  // namespace fimd::lsp::http
