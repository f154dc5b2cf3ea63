// The scan for secrets: what it finds in a generated corpus, what it raises in ordinary trees, and what it costs.
// Usage: secrets_bench [--seed N] [--list] [--trees DIR...]
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "context/redact.h"
#include "context/text.h"
#include "tests/bench/secrets_corpus.h"

namespace {

using namespace fimd;
using context::Secrets;
using context::TextKind;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

const context::RedactionKey kKey = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

double microseconds(const std::function<void()>& f) {
  const auto start = Clock::now();
  f();
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

void print(const std::string& name, std::vector<double> us) {
  std::sort(us.begin(), us.end());
  const auto at = [&](double share) { return us[static_cast<size_t>(share * static_cast<double>(us.size() - 1))]; };
  fmt::print("{:<44} p50 {:>8.1f} us   p99 {:>8.1f} us   max {:>8.1f} us\n", name, at(0.5), at(0.99), us.back());
}

struct Tally {
  size_t cases = 0, detected = 0, leaked = 0, again = 0;
};

// Whether a run of `most` bytes of the secret stands in the text.
bool leaks(const std::string& text, const std::string& secret, size_t most) {
  for (size_t i = 0; i + most <= secret.size(); ++i) {
    if (text.find(secret.substr(i, most)) != std::string::npos) return true;
  }
  return false;
}

void detection(uint32_t seed, bool list) {
  tests::Corpus corpus(seed, FIMD_SOURCE_DIR);
  std::map<std::string, Tally> groups;
  std::map<std::string, size_t> missed;
  for (const auto& one : corpus.make(2)) {
    Tally& tally = groups[one.group];
    ++tally.cases;
    const Secrets found = context::find_secrets(one.text, one.kind);
    const auto redacted = context::redact(one.text, 0, one.text.size(), found.found, kKey);
    const Secrets again = context::find_secrets(redacted.text, one.kind);
    if (!again.found.empty()) {
      ++tally.again;
      if (list)
        fmt::print("again    {:<12} {:<24} {} in {}\n", one.group, one.name, secret_rule(again.found[0]),
                   redacted.text.substr(again.found[0].begin, 60));
    }
    if (one.secret.empty()) {
      tally.detected += !found.found.empty();
      if (list && !found.found.empty()) {
        const auto& s = found.found[0];
        fmt::print("alarm    {:<24} {}: {}\n", one.name, secret_rule(s),
                   one.text.substr(s.begin, std::min<size_t>(80, s.end - s.begin)));
      }
      continue;
    }
    const size_t at = one.text.find(one.secret);
    size_t inside = 0;
    for (const auto& s : found.found) {
      inside += std::max(std::min(s.end, at + one.secret.size()), std::max(s.begin, at)) - std::max(s.begin, at);
    }
    const bool hit = at != std::string::npos && inside * 10 >= one.secret.size() * 8;
    tally.detected += hit;
    // The header of a web token stays: it names the algorithm.
    if (hit && leaks(redacted.text, one.name == "jwt" ? one.secret.substr(one.secret.find('.')) : one.secret, 12)) {
      const bool prefix = one.group == "tokens";  // the literal parts of a token stay
      tally.leaked += !prefix;
      if (list && !prefix) fmt::print("leak     {:<12} {:<24} {}\n", one.group, one.name, redacted.text.substr(0, 200));
    }
    if (!hit && list)
      fmt::print("missed   {:<12} {:<24} {}\n", one.group, one.name,
                 one.text.substr(at == std::string::npos ? 0 : at - std::min<size_t>(at, 40), 100));
  }
  fmt::print("corpus of seed {}\n", seed);
  for (const auto& [name, t] : groups) {
    fmt::print("  {:<12} {:>5} cases  {} {:>6.2f} %  ({})  leaking {}  found again after redaction {}\n", name, t.cases,
               name == "traps" ? "alarms  " : "detected",
               100.0 * static_cast<double>(t.detected) / static_cast<double>(t.cases), t.detected, t.leaked, t.again);
  }
}

// Alarms in ordinary text, per MB.
void ordinary(const std::string& dir, bool list) {
  size_t bytes = 0, alarms = 0, files = 0;
  double us = 0;
  std::error_code ec;
  for (auto it = fs::recursive_directory_iterator(dir, fs::directory_options::skip_permission_denied, ec);
       it != fs::recursive_directory_iterator(); it.increment(ec)) {
    if (ec || !it->is_regular_file(ec) || it->is_symlink(ec) || it->file_size(ec) > (1u << 20)) continue;
    std::ifstream in(it->path(), std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    const std::string text = all.str();
    if (std::string_view(text).substr(0, 8192).find('\0') != std::string_view::npos || !context::is_valid_utf8(text))
      continue;
    Secrets found;
    us += microseconds(
        [&] { found = context::find_secrets(text, context::text_kind("", it->path().filename().string())); });
    bytes += text.size();
    ++files;
    alarms += found.found.size();
    if (!found.complete) fmt::print("given up: {}\n", it->path().string());
    if (list) {
      for (const auto& s : found.found)
        fmt::print("  {}: {}: {}\n", it->path().string(), secret_rule(s),
                   text.substr(s.begin, std::min<size_t>(90, s.end - s.begin)));
    }
    if (bytes > (200u << 20)) break;
  }
  const double mb = static_cast<double>(bytes) / 1e6;
  fmt::print("{:<44} {:>6} files {:>7.1f} MB   {:>4} alarms = {:.3f} per MB   {:.0f} MB/s\n", dir, files, mb, alarms,
             static_cast<double>(alarms) / std::max(mb, 1e-9), static_cast<double>(bytes) / std::max(us, 1e-9));
}

std::string repeated(const std::string& part, size_t size) {
  std::string out;
  while (out.size() < size) out += part;
  out.resize(size);
  return out;
}

void speed() {
  std::vector<std::string> pieces;
  for (const char* dir : {"/context", "/lsp", "/providers", "/tests/unit"}) {
    for (const auto& entry : fs::recursive_directory_iterator(std::string(FIMD_SOURCE_DIR) + dir)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
      std::ifstream in(entry.path());
      std::stringstream all;
      all << in.rdbuf();
      pieces.push_back(all.str());
    }
  }
  std::string code;
  for (const auto& p : pieces) code += p;
  const size_t size = 16u << 10;
  std::vector<double> ordinary_us;
  for (int round = 0; round < 20; ++round) {
    for (size_t at = 0; at + size <= code.size(); at += size) {
      const std::string_view piece = std::string_view(code).substr(at, size);
      ordinary_us.push_back(microseconds([&] { (void)context::find_secrets(piece, TextKind::code); }));
    }
  }
  print("16 KB of code", ordinary_us);
  std::string worst;
  double worst_us = 0;
  for (const std::string& part : std::vector<std::string>{"password=",
                                                          "password: ",
                                                          "secret \"",
                                                          "'token': '",
                                                          "\"token\": \"",
                                                          "token=",
                                                          "api_key=\"a1",
                                                          "-----"
                                                          "BEGIN",
                                                          "-----"
                                                          "BEGIN PRIVATE KEY-----\n",
                                                          "-----"
                                                          "END PRIVATE KEY-----",
                                                          "://",
                                                          "://a:b",
                                                          "eyJ",
                                                          "eyJa.",
                                                          "eyJaaaaaaaaaaaaaaaa.",
                                                          "kind: Secret\ndata:\n a: b\n",
                                                          "\"kty\"",
                                                          "\"kty\":{",
                                                          "AKIA",
                                                          "acdb",
                                                          "+ast",
                                                          "q~",
                                                          "8Q~",
                                                          "glpat-",
                                                          "ghp_",
                                                          "sk-",
                                                          "SK",
                                                          ":5432:",
                                                          "a:5432:b:c:",
                                                          "-u a:b",
                                                          "PuTTY-User-Key-File-",
                                                          "&sig=",
                                                          "$2a$10$",
                                                          "pat.",
                                                          "dt0",
                                                          "LS0tLS1CRUdJT",
                                                          "ufjjvkfurs",
                                                          "UFJJVkFURS",
                                                          "Authorization: ",
                                                          "cookie=",
                                                          "password=\"\\\"",
                                                          "login password ",
                                                          "password ",
                                                          "--password ",
                                                          "<password>",
                                                          "-us1",
                                                          "0123456789abcdef0123456789abcdef.",
                                                          "\"password\",",
                                                          "a1B2c3D4e5F6g7H8"}) {
    const std::string text = repeated(part, size);
    double best = 1e9;
    Secrets found;
    for (int i = 0; i < 7; ++i)
      best = std::min(best, std::max(microseconds([&] { found = context::find_secrets(text, TextKind::data); }),
                                     microseconds([&] { found = context::find_secrets(text, TextKind::code); })));
    if (best > worst_us) worst_us = best, worst = part;
    if (best > 300)
      fmt::print("  16 KB of {:<36} {:>8.1f} us{}\n", fmt::format("'{}'", part.substr(0, 30)), best,
                 found.complete ? "" : "  (given up)");
  }
  fmt::print("worst 16 KB: {:.1f} us ('{}' repeated)\n", worst_us, worst);
  std::string big = code;
  while (big.size() < (200u << 10)) big += code;
  big.resize(200u << 10);
  std::vector<double> whole, again;
  const Secrets base = context::find_secrets(big, TextKind::code);
  std::string edited = big;
  for (int i = 0; i < 200; ++i) {
    edited = big;
    edited.insert(static_cast<size_t>(i) * 1000, "x");
    whole.push_back(microseconds([&] { (void)context::find_secrets(edited, TextKind::code); }));
    again.push_back(microseconds([&] { (void)context::find_secrets_again(base, big, edited, TextKind::code); }));
  }
  print("200 KB of code, whole", whole);
  print("200 KB of code, again after a keystroke", again);
}

}  // namespace

int main(int argc, char** argv) {
  uint32_t seed = 1;
  bool list = false;
  std::vector<std::string> trees;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
      seed = static_cast<uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    else if (std::strcmp(argv[i], "--list") == 0)
      list = true;
    else if (std::strcmp(argv[i], "--trees") != 0)
      trees.emplace_back(argv[i]);
  }
  detection(seed, list);
  for (const auto& dir : trees) ordinary(dir, list);
  speed();
}
