// What a didChange costs in context/text: percentiles of single keystrokes in documents of several shapes, and whole
// batches of changes. Prints one line per case; asserts nothing. Usage: text [rounds]
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "context/text.h"

namespace {

using namespace fimd::context;
using Clock = std::chrono::steady_clock;

std::string code(size_t lines) {
  std::string text;
  for (size_t i = 0; i < lines; ++i) text += fmt::format("  const auto value_{} = compute(alpha, beta, {});\n", i, i * 7);
  return text;
}

void print(const std::string& name, std::vector<double> us) {
  std::sort(us.begin(), us.end());
  const auto at = [&](double share) { return us[static_cast<size_t>(share * static_cast<double>(us.size() - 1))]; };
  fmt::print("{:<44} p50 {:>9.1f} us   p99 {:>9.1f} us   max {:>9.1f} us\n", name, at(0.5), at(0.99), us.back());
}

double microseconds(const std::function<void()>& f) {
  const auto start = Clock::now();
  f();
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

// Types one character after another at changing places; every keystroke makes a new text, as in a session.
void keystrokes(const std::string& name, std::string start, size_t rounds) {
  Text text = make_text("file:///bench.cpp", 1, "cpp", std::move(start));
  std::mt19937 random(1);
  std::vector<double> edit, copy;
  for (size_t i = 0; i < rounds; ++i) {
    const size_t offset = random() % (text.utf8.size() + 1);
    const Position at = position_at(text, floor_code_point(text.utf8, offset), Encoding::utf16);
    const std::vector<Change> change = {{Range{at, at}, i % 40 == 0 ? "\n" : "x"}};
    Edited edited;
    edit.push_back(microseconds([&] { edited = apply(text, change, Encoding::utf16); }));
    std::string bytes;
    copy.push_back(microseconds([&] { bytes = text.utf8; }));
    text = std::move(edited.text);
  }
  print(name, edit);
  print("  (copying its bytes alone)", copy);
}

// Many changes in one message: at random places, or from the end to the front as a formatter sends them.
void batch(const std::string& name, const std::string& start, size_t count, bool sorted) {
  const Text text = make_text("file:///bench.cpp", 1, "cpp", start);
  std::mt19937 random(2);
  std::vector<size_t> offsets(count);
  for (size_t& o : offsets) o = random() % start.size();
  if (sorted) std::sort(offsets.rbegin(), offsets.rend());
  std::vector<Change> changes;
  for (const size_t o : offsets) {
    const Position at = position_at(text, floor_code_point(text.utf8, o), Encoding::utf16);
    changes.push_back({Range{at, {at.line, at.character + 2}}, "abc\n"});
  }
  std::vector<double> times;
  for (int i = 0; i < 5; ++i) {
    times.push_back(microseconds([&] { static_cast<void>(apply(text, changes, Encoding::utf16)); }));
  }
  print(name, times);
}

}  // namespace

int main(int argc, char** argv) {
  const size_t rounds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 2000;
  std::string line(5u << 20, 'a'), wide;
  while (wide.size() < line.size()) wide += "aé𐐀";
  keystrokes("320 lines", code(320), rounds);
  keystrokes("10,000 lines", code(10'000), rounds);
  keystrokes("100,000 lines (5 MB)", code(100'000), rounds);
  keystrokes("one line of 5 MB, ascii", line, rounds / 10);
  keystrokes("one line of 5 MB, mixed widths", wide, rounds / 10);
  const std::string megabyte = code(20'000);
  batch("10,000 changes of 1 MB, at random", megabyte, 10'000, false);
  batch("10,000 changes of 1 MB, last to first", megabyte, 10'000, true);
  batch("10,000 changes of one line of 1 MB", std::string(1u << 20, 'a'), 10'000, false);
  batch("10,000 changes of 100,000 lines", code(100'000), 10'000, false);
  batch("100 changes of 100,000 lines", code(100'000), 100, false);
}
