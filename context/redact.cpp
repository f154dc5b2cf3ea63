#include "context/redact.h"

#include <algorithm>

#include "context/secrets/checks.h"
#include "context/secrets/rules.h"

namespace fimd::context {

using namespace secrets;

namespace {

using Form = Secret::Form;

constexpr std::string_view kUpperWord = "REDACTED";
constexpr std::string_view kLowerWord = "redacted";

uint64_t rotated(uint64_t x, int by) {
  return x << by | x >> (64 - by);
}

struct Sip {
  uint64_t v0, v1, v2, v3;
  void round() {
    v0 += v1, v1 = rotated(v1, 13) ^ v0, v0 = rotated(v0, 32);
    v2 += v3, v3 = rotated(v3, 16) ^ v2;
    v0 += v3, v3 = rotated(v3, 21) ^ v0;
    v2 += v1, v1 = rotated(v1, 17) ^ v2, v2 = rotated(v2, 32);
  }
  void take(uint64_t m) {
    v3 ^= m;
    round(), round();
    v0 ^= m;
  }
};

uint64_t word_at(const uint8_t* bytes) {
  uint64_t out = 0;
  for (int i = 7; i >= 0; --i) out = out << 8 | bytes[i];
  return out;
}

// The characters that a placeholder is made of, for an alphabet of shape.h.
struct Alphabet {
  std::string_view word;       // empty: zeros and a tag of digits
  std::string_view tag_first;  // digits, so that a placeholder is known by the digit behind the word
  std::string_view tag;
  char fill = 'x';
};

Alphabet alphabet_for(char cls) {
  constexpr std::string_view kLower = "abcdefghjkmnpqrstuvwyz", kUpper = "ABCDEFGHJKMNPQRSTUVWYZ";
  switch (cls) {
    case 'd': return {"", "123456789", "0123456789", '0'};
    case 'X': return {"", "123456789", "0123456789ABCDEF", '0'};
    case 'x':
    case 'h': return {"", "123456789", "0123456789abcdef", '0'};
    case 'l': return {kLowerWord, "x", kLower, 'x'};
    case 'L': return {kLowerWord, "23456789", kLower, 'x'};
    case 'U':
    case 't': return {kUpperWord, "234567", kUpper, 'X'};
    default: return {kUpperWord, "23456789", "abcdefghjkmnpqrstuvwyzABCDEFGHJKMNPQRSTUVWYZ23456789", 'x'};
  }
}

// A body of exactly `length` characters. Short ones get a shorter tag.
std::string body_of(char cls, size_t length, uint64_t tag) {
  const Alphabet a = alphabet_for(cls);
  const auto draw = [&tag](std::string_view from) {
    const char c = from[tag % from.size()];
    tag /= from.size();
    return c;
  };
  std::string out;
  if (a.word.empty()) {
    const size_t digits = std::min<size_t>(8, length > 8 ? length - 8 : 0);
    out.assign(length - digits, '0');
    for (size_t i = 0; i < digits; ++i) out += draw(i == 0 ? a.tag_first : a.tag);
    return out;
  }
  if (length <= a.word.size()) return std::string(length, a.fill);
  out = a.word;
  for (size_t i = 0; i < 6 && out.size() < length; ++i) out += draw(i == 0 ? a.tag_first : a.tag);
  out.resize(length, a.fill);
  return out;
}

size_t rounded_up(size_t n, std::initializer_list<size_t> steps) {
  for (const size_t step : steps) {
    if (n <= step) return step;
  }
  return *(steps.end() - 1);
}

// A token: literal parts stay, the longest run carries the tag, the others are filled.
std::string token_placeholder(std::string_view text, const Secret& secret, uint64_t tag) {
  const Shape& shape = family_shapes()[secret.rule];
  size_t looked = 0;
  const auto match = match_shape(shape, text, secret.key, looked);
  if (!match || match->pieces.empty()) return body_of('b', 32, tag);
  size_t main = 0;
  for (size_t i = 1; i < match->pieces.size(); ++i) {
    const auto size = [&](size_t k) { return match->pieces[k].end - match->pieces[k].begin; };
    if (size(i) > size(main)) main = i;
  }
  std::string out;
  size_t p = match->begin, piece = 0;
  for (const Run& run : shape.runs) {
    if (run.cls == 0) {
      out += run.literal;
      p += run.literal.size();
      continue;
    }
    const Piece& at = match->pieces[piece];
    const size_t length = at.end - at.begin;
    if (piece == main) {
      size_t wanted = run.min == run.max ? length : rounded_up(length, {24, 32, 40, 48, 64, 96, 128, 192, 256});
      wanted = std::clamp(wanted, run.min, run.max);
      out += body_of(run.cls, wanted, tag);
    } else if (run.cls == '=' || run.cls == '.' || length <= 2) {
      out += text.substr(at.begin, length);
    } else {
      out += std::string(length, alphabet_for(run.cls).fill);
    }
    p = at.end;
    ++piece;
  }
  return out;
}

// A key block: every line keeps its width and its end; "\n" written out stays.
std::string block_placeholder(std::string_view block, uint64_t tag) {
  std::string out;
  for (size_t p = 0; p < block.size();) {
    size_t e = p;
    while (e < block.size() && (in_class('B', block[e]) || block[e] == '=')) ++e;
    // The letter of an escaped line end is none of the key.
    if (e > p) {
      const bool escape = p > 0 && block[p - 1] == '\\' && (block[p] == 'n' || block[p] == 'r');
      if (escape) out += block[p++];
      out += body_of('B', e - p, tag);
    }
    for (; e < block.size() && !in_class('B', block[e]) && block[e] != '='; ++e) out += block[e];
    p = e;
  }
  return out;
}

std::string jwt_placeholder(std::string_view token, uint64_t tag) {
  const size_t first = token.find('.');
  std::string out(token.substr(0, first));
  const size_t second = token.find('.', first + 1);
  out += '.' + body_of('b', rounded_up(second - first - 1, {32, 64, 128, 256}), tag);
  out += '.' + std::string(43, 'x');
  return out;
}

std::string value_placeholder(std::string_view value, uint64_t tag) {
  const Kinds k = kinds_of(value);
  const size_t length = rounded_up(value.size(), {16, 24, 32, 48, 64});
  if (k.hex && k.upper == 0) return body_of('x', std::max<size_t>(length, 24), tag);
  return body_of(k.lower == 0 && k.upper > 0 ? 'U' : k.upper == 0 ? 'L' : 'b', length, tag);
}

}  // namespace

uint64_t siphash(const RedactionKey& key, std::string_view bytes) {
  const uint64_t k0 = word_at(key.data()), k1 = word_at(key.data() + 8);
  Sip s{k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u};
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, data += 8) s.take(word_at(data));
  uint64_t last = static_cast<uint64_t>(bytes.size()) << 56;
  for (size_t i = 0; i < left; ++i) last |= static_cast<uint64_t>(data[i]) << (8 * i);
  s.take(last);
  s.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

RedactionKey derive_key(const RedactionKey& key, std::string_view purpose) {
  RedactionKey out{};
  const std::string text = "key:" + std::string(purpose);
  const uint64_t halves[2] = {siphash(key, text + "1"), siphash(key, text + "2")};
  for (size_t i = 0; i < 16; ++i) out[i] = static_cast<uint8_t>(halves[i / 8] >> (8 * (i % 8)));
  return out;
}

std::string placeholder(std::string_view text, const Secret& secret, const RedactionKey& key) {
  const std::string_view value = text.substr(secret.begin, secret.end - secret.begin);
  const uint64_t hash = siphash(key, std::string(secret_rule(secret)) + '\0' + std::string(value));
  // About 30 bits are written, whatever the alphabet.
  const uint64_t tag = hash & 0x3fffffffffu;
  switch (secret.form) {
    case Form::token: return token_placeholder(text, secret, tag);
    case Form::password: return body_of('b', rounded_up(value.size(), {16, 24, 32, 48, 64}), tag);
    case Form::uuid: return "00000000-0000-4000-8000-0000" + body_of('x', 16, tag).substr(8);
    case Form::jwt: return jwt_placeholder(value, tag);
    case Form::block: return block_placeholder(value, tag);
    case Form::value: return value_placeholder(value, tag);
  }
  return body_of('b', 16, tag);
}

Redacted redact(std::string_view text, size_t from, size_t to, std::span<const Secret> secrets,
                const RedactionKey& key) {
  Redacted out;
  size_t p = from;
  for (const Secret& s : secrets) {
    if (s.end <= p || s.begin >= to) continue;
    if (s.begin > p) out.text += text.substr(p, s.begin - p);
    const size_t begin = out.text.size();
    out.text += placeholder(text, s, key);
    out.places.push_back({s.begin, s.end, begin, out.text.size()});
    p = std::min(to, s.end);
  }
  if (p < to) out.text += text.substr(p, to - p);
  return out;
}

std::optional<size_t> find_placeholder(std::string_view text) {
  for (const std::string_view word : {kUpperWord, kLowerWord}) {
    for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      // A digit, then a tag and the fill, or the end of a short body.
      const size_t tag = at + word.size();
      if (tag >= text.size() || text[tag] < '2' || text[tag] > '9') continue;
      size_t n = 1;
      while (tag + n < text.size() && in_class('a', text[tag + n])) ++n;
      if (n >= 3) return at;
    }
  }
  constexpr std::string_view kZeros = "00000000000";
  for (size_t at = text.find(kZeros); at != std::string_view::npos;) {
    size_t end = at;
    while (end < text.size() && in_class('h', text[end])) ++end;
    const bool number = at > 0 && (text[at - 1] == 'x' || in_class('d', text[at - 1]) ||
                                   (text[at - 1] == '.' && at > 1 && in_class('d', text[at - 2])));
    const size_t tail = text.substr(at, end - at).find_first_not_of('0');
    if (!number && tail != std::string_view::npos && end - at - tail == 8) return at;
    at = text.find(kZeros, end);
  }
  for (const std::string_view uuid : {"00000000-0000-4000-8000-0000", "00000000-0000-0000-0000-0000"}) {
    const size_t at = text.find(uuid);
    const std::string_view tail = text.substr(std::min(text.size(), at + uuid.size()), 8);
    if (at != std::string_view::npos && tail.find_first_not_of('0') != std::string_view::npos)
      return at;  // not the nil one
  }
  return std::nullopt;
}

}  // namespace fimd::context
