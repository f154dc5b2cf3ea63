// What a completion provider is, as values: a Prompt goes in, Tokens come out; a Codec knows how one kind of model
// server spells both.
//
// A codec does no I/O: encode() makes an HTTP request, decode() reads one event of the reply. So every provider is
// tested with strings, and stream.h does the I/O for all of them. Codecs are immutable after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/budget.h"
#include "context/result.h"
#include "providers/cost.h"
#include "providers/usage.h"

namespace fimd::providers {

struct LedgerEntry;

// A piece of another file that goes into the prompt: what stays between keystrokes first, what changes last.
struct Extra {
  std::string path;  // relative to the workspace
  std::string text;
  size_t first_line = 0, last_line = 0;  // in it, 1-based; 0: not known
};

struct Prompt {
  std::string prefix;  // bytes before the cursor, cut to a window
  std::string suffix;  // bytes after the cursor, cut to a window
  std::string path;    // of the file being typed in, relative to the workspace
  size_t first_line = 0, last_line = 0;  // of prefix and suffix in it, 1-based; 0: not known
  std::string repo;    // name of the workspace folder
  std::string language;
  std::vector<Extra> extra;
  std::vector<std::string> stop;  // texts that end the answer
  int max_tokens = 64;
  double temperature = 0.0;
  bool logprobs = false;  // the server should tell how probable its tokens are
  Duration time_left{};  // what the server may be told about its time limit; zero: no limit
  bool warm = false;     // only fill the server's prompt cache: ask for as little text as possible
};

// What a provider can do. Sizes are in tokens.
struct Caps {
  bool suffix = true;          // takes text after the cursor
  bool extra = false;          // takes other files apart from the prefix
  bool stream = true;
  bool prompt_cache = false;   // keeps the prefix of the last prompt
  bool cancel_on_close = true; // closing the connection ends the generation
  bool loaded = true;          // false: the first answer waits for the model to be loaded (see load_request())
  size_t context = 4096;       // prompt and answer together
  size_t max_prefix = 0;       // of the prefix and the suffix, what the server keeps: it cuts the rest without a word;
  size_t max_suffix = 0;       // 0: no limit but the context
  size_t max_extra = SIZE_MAX;  // of other files, what the server keeps: it cuts the beginning without a word
  std::string family;          // FIM family when the template is ours ("qwen"), else empty
  std::string model;           // the model that answers, when the configuration names none
  std::string note;            // what was found out that a person should know ("model has no fim tokens")
};

enum class HttpMethod { get, post };

struct HttpRequest {
  HttpMethod method = HttpMethod::post;
  std::string url;          // http:// or https://
  std::string unix_socket;  // path; the url's host is then only a name
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  enum class Framing { sse, ndjson, whole } framing = Framing::sse;
  std::shared_ptr<LedgerEntry> entry;  // what is in it, for the ledger; may be null
};

// One unit of a reply: an SSE event's data, an NDJSON line, or a whole body.
struct Event {
  std::string name;  // the SSE event name, usually empty ("error" for llama.cpp's old error lines)
  std::string data;
};

enum class Finish { none, stop, length, cancelled, error };

// What one event meant.
struct Token {
  std::string text;               // may be empty
  Finish finish = Finish::none;   // not none: the answer is complete
  std::vector<double> logprobs;   // natural logarithms, of the tokens in the text; empty: not told
  std::optional<Usage> usage;
};

// An answer of a server with a status other than 2xx, read by providers/errors.h.
struct HttpFailure {
  int status = 0;
  std::string body;
  std::optional<Duration> retry_after;
};

class Codec {
 public:
  virtual ~Codec() = default;

  [[nodiscard]] virtual const Caps& caps() const = 0;

  // The request for a prompt. Errors: unsupported (this model cannot fill in the middle and the prompt needs it),
  // bad_input (the prompt cannot be written for this model without being misread).
  [[nodiscard]] virtual Result<HttpRequest> encode(const Prompt& prompt) const = 0;

  // Reads one event. Errors: down, refused, unsupported, bad_input: what the server reported inside the stream, or
  // an event that is not of the documented shape.
  [[nodiscard]] virtual Result<Token> decode(const Event& event) const = 0;
};

// One configured model endpoint, as the configuration names it.
struct ProviderConfig {
  std::string name;
  std::string kind;          // one of codec_kinds(), or "builtin"
  std::string url;           // base URL
  std::string unix_socket;
  std::string model;
  std::string path;          // of the endpoint, with its query; empty: that of the kind
  std::string via;           // "chat": ask a chat endpoint; empty: what the kind does
  std::string api_key_header;  // holds the key as it is; empty: "Authorization: Bearer KEY"
  std::string session_header;  // holds the session of the workspace; empty: it is not sent in a header
  bool session_user = false;   // the session goes into the "user" field, where the API has one
  std::string session_salt;    // random: makes sessions that tell nothing about the workspace
  std::string api_key;       // already resolved from the environment or a file; never printed
  std::string fim_template;  // a family of fim_template.h, or empty: from the model's name
  std::string jurisdiction;  // "local", "eu", ...; empty: the default of the kind and host
  size_t context = 0;        // tokens; 0: ask the server, else the kind's default
  int max_tokens = 64;
  double temperature = 0.0;
  std::optional<bool> logprobs;  // ask for log-probabilities; empty: see wants_logprobs()
  std::optional<Price> price;  // of its model; empty: that of the list
  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace fimd::providers
