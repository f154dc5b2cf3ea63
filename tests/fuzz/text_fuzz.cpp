// Random edits against the plain reference of the rules, through both ways of applying them.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "context/log.h"
#include "context/text.h"
#include "tests/unit/context/text_reference.h"

using namespace fimd;
using namespace fimd::context;

namespace {

class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const { return size_ == 0; }
  uint8_t byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  std::string text(size_t n) {
    n = std::min(n, size_);
    std::string out(reinterpret_cast<const char*>(data_), n);
    data_ += n;
    size_ -= n;
    return out;
  }

 private:
  const uint8_t* data_;
  size_t size_;
};

void expect(bool ok) {
  if (!ok) std::abort();
}

void check(const Text& text) {
  expect(is_valid_utf8(text.utf8));
  expect(text.lines == make_text("", 0, "", text.utf8).lines);
  for (size_t offset = 0; offset <= text.utf8.size(); ++offset) {
    for (const Encoding e : {Encoding::utf8, Encoding::utf16, Encoding::utf32}) {
      const size_t back = offset_at(text, position_at(text, offset, e), e);
      expect(back <= offset && offset - back < 4);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  log::configure({.level = log::Level::off, .file = {}});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Bytes in(data, size);
  const Text base = make_text("file:///f", 1, "c", in.text(in.byte()));
  std::vector<Change> changes;
  while (!in.empty() && changes.size() < 64) {
    Change change;
    const uint8_t kind = in.byte();
    if (kind != 0) {
      const Position a{in.byte() % 16u, in.byte() % 32u};
      const Position b{in.byte() % 16u, in.byte() % 32u};
      change.range = Range{a, kind % 2 == 0 ? a : b};
    }
    change.text = in.text(kind % 8u * 3u);
    changes.push_back(std::move(change));
  }
  const Edited many = apply(base, changes, Encoding::utf16);
  ReferenceDocument reference(base.utf8);
  Text single = base;
  for (const Change& c : changes) {
    Change valid = c;
    valid.text = to_valid_utf8(c.text);
    reference.apply(valid);
    single = apply(single, std::vector{c}, Encoding::utf16).text;
  }
  expect(many.text.utf8 == reference.utf8());
  expect(single.utf8 == many.text.utf8 && single.lines == many.text.lines);
  check(many.text);
  static_cast<void>(apply(base, changes, Encoding::utf8));
  static_cast<void>(apply(base, changes, Encoding::utf32));
  return 0;
}
