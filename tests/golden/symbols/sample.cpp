// A tiny tokenizer.
#pragma once
#include <memory>
#include <vector>
#include "text/source.h"
#define FIMD_MAX(a, b) ((a) > (b) ? (a) : (b))
#define LIMIT 100
using namespace std::literals;

namespace text::lex {

constexpr int kTabWidth = 8;  // columns
extern const char* names[];
using Tokens = std::vector<struct Token>;

enum class Kind : unsigned char {
  word,    // letters
  number = 2,
};

/// One token. It points into the source.
struct Token {
  Kind kind = Kind::word;
  size_t start, end;
};

/**
 * Cuts a text into tokens.
 *
 * @param S the source
 */
template <class S>
class Lexer final : public Base<S>, private detail::Counted {
 public:
  explicit Lexer(S source) : source_(std::move(source)) {}
  ~Lexer() override;
  [[nodiscard]] virtual std::unique_ptr<Token> next() = 0;
  bool operator==(const Lexer& other) const { return source_ == other.source_; }
  static Lexer make(const std::string& text, int limit = LIMIT);
  operator bool() const;

 private:
  class Cache {
    int hits_ = 0;
  };
  S source_;
  std::map<std::string, std::shared_ptr<Cache>> caches_;
  int (*callback_)(int) = nullptr;
};

template <>
struct Hash<Token> {
  size_t operator()(const Token& t) const noexcept;
};

union Value {
  double number;
  char* text;
};

typedef struct Node {
  struct Node* next;
} Node;

const Token* find(const Tokens& all, size_t at) {
  static int calls = 0;
  auto less = [](const Token& a, const Token& b) { int x = 1; return a.start + x < b.start; };
  Token local(all.front());
  struct Entry { int id; };
  return less(all[0], local) ? &all[at] : nullptr;
}

bool Lexer<Source>::done() const { return source_.empty(); }
std::string& detail::Counted::label() { return label_; }

}  // namespace text::lex

int main(int argc, char** argv) { return text::lex::find({}, argc) != nullptr; }
