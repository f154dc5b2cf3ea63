#include "context/secrets/automaton.h"

#include <algorithm>
#include <deque>
#include <map>

namespace fimd::context::secrets {
namespace {

constexpr size_t kLongest = 10;  // characters of a keyword that the automaton looks at; the verifier sees the rest

struct Word {
  std::string_view text;
  Verifier verifier;
};

// clang-format off
constexpr Word kWords[] = {
    {"-----begin", Verifier::pem_begin}, {"-----end", Verifier::pem_end},
    // "PRIVATE KEY-" in base64, at its three alignments.
    {"ufjjvkfurs", Verifier::pem_encoded}, {"bssvzbveug", Verifier::pem_encoded}, {"quklwqvrfi", Verifier::pem_encoded},
    // Heads of valuable tokens in base64, at three alignments each.
    {"z2l0ahvix3", Verifier::encoded_head}, {"dpdgh1yl9w", Verifier::encoded_head}, {"naxrodwjfc", Verifier::encoded_head},
    {"c2stYW50LW", Verifier::encoded_head}, {"nrlwfudc1h", Verifier::encoded_head}, {"zay1hbnqty", Verifier::encoded_head},
    {"c2stchjvai", Verifier::encoded_head}, {"nrlxbyb2ot", Verifier::encoded_head}, {"zay1wcm9ql", Verifier::encoded_head},
    {"z2xwyxqt", Verifier::encoded_head}, {"dscgf0l", Verifier::encoded_head}, {"nbhbhdc", Verifier::encoded_head},
    {"ls0tls1crudjt", Verifier::encoded_head}, {"0tls0tqkvhsu", Verifier::encoded_head},
    {"tls0tlufr0lo", Verifier::encoded_head}, {"injpdmf0zv9rzxki", Verifier::encoded_head},
    {"putty-user", Verifier::putty}, {"eyj", Verifier::jwt}, {"\"kty\"", Verifier::jwk}, {"://", Verifier::url},
    {"@tcp(", Verifier::dsn}, {"@unix(", Verifier::dsn},
    {":thin:", Verifier::oracle}, {":5432:", Verifier::pgpass}, {":*:*:", Verifier::pgpass}, {":3306:", Verifier::pgpass},
    {":1433:", Verifier::pgpass}, {":6432:", Verifier::pgpass}, {":5433:", Verifier::pgpass},
    {"q~", Verifier::entra}, {"+ast", Verifier::azure}, {"acdb", Verifier::azure}, {"azdo", Verifier::azure},
    {"+acr", Verifier::azure}, {"jqqj9", Verifier::azure}, {"&sig=", Verifier::sas}, {"?sig=", Verifier::sas},
    {"$2a$", Verifier::password_hash}, {"$2b$", Verifier::password_hash}, {"$2y$", Verifier::password_hash},
    {"$apr1$", Verifier::password_hash}, {"$1$", Verifier::password_hash}, {"$5$", Verifier::password_hash},
    {"$6$", Verifier::password_hash}, {"$argon2", Verifier::password_hash}, {"{ssha}", Verifier::password_hash},
    {"kind: secret", Verifier::kubernetes}, {"-u ", Verifier::user_password}, {"--user ", Verifier::user_password},
    // Words of names whose value is a secret.
    {"password", Verifier::name}, {"passwd", Verifier::name}, {"passphrase", Verifier::name},
    {"passcode", Verifier::name}, {"pwd", Verifier::name}, {"secret", Verifier::name}, {"token", Verifier::name},
    {"api_key", Verifier::name}, {"apikey", Verifier::name}, {"access_key", Verifier::name},
    {"accesskey", Verifier::name}, {"private_key", Verifier::name}, {"privatekey", Verifier::name},
    {"auth_key", Verifier::name}, {"authkey", Verifier::name}, {"client_key", Verifier::name},
    {"encryption_key", Verifier::name}, {"encryptionkey", Verifier::name}, {"signing_key", Verifier::name},
    {"signingkey", Verifier::name}, {"account_key", Verifier::name}, {"accountkey", Verifier::name},
    {"storage_key", Verifier::name}, {"storagekey", Verifier::name}, {"service_key", Verifier::name},
    {"servicekey", Verifier::name}, {"master_key", Verifier::name}, {"masterkey", Verifier::name},
    {"session_key", Verifier::name}, {"sessionkey", Verifier::name}, {"license_key", Verifier::name},
    {"licensekey", Verifier::name}, {"subscription_key", Verifier::name}, {"subscriptionkey", Verifier::name},
    {"hmac_key", Verifier::name}, {"jwt_key", Verifier::name}, {"deploy_key", Verifier::name},
    {"webhook_key", Verifier::name}, {"admin_key", Verifier::name}, {"app_key", Verifier::name},
    {"application_key", Verifier::name}, {"sharedaccess", Verifier::name}, {"credential", Verifier::name},
    {"creds", Verifier::name}, {"_pass", Verifier::name}, {"pass=", Verifier::name}, {"pass:", Verifier::name},
    {"requirepass", Verifier::name}, {"_auth", Verifier::name}, {"\"auth\"", Verifier::name},
    {"authorization", Verifier::name}, {"connectionstring", Verifier::name}, {"sessionid", Verifier::name},
    {"secretkeybase", Verifier::name}, {"cookie", Verifier::name}, {"kennwort", Verifier::name},
};
// clang-format on

char folded(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
  return c == '_' ? '-' : c;
}

}  // namespace

struct Automaton::Node {
  std::map<uint8_t, uint32_t> next;
  uint32_t fail = 0;
  std::vector<Keyword> own;
};

namespace {

const std::vector<Shape>& shapes_of_families() {
  static const std::vector<Shape> shapes = [] {
    std::vector<Shape> all;
    for (const Family& family : families()) all.push_back(compile_shape(family.shape));
    return all;
  }();
  return shapes;
}

}  // namespace

const std::vector<Shape>& family_shapes() {
  return shapes_of_families();
}

Automaton::Automaton() {
  std::vector<Node> nodes(1);
  // A byte's class is given by the first keyword that holds it; class 0 is every other byte.
  const auto class_for = [this](char c) {
    uint8_t& cls = class_of_[static_cast<unsigned char>(folded(c))];
    if (cls == 0 && classes_ < kStride) cls = static_cast<uint8_t>(classes_++);
    return cls;
  };
  const auto insert = [&](std::string_view word, Verifier verifier, uint16_t family) {
    word = word.substr(0, kLongest);
    uint32_t at = 0;
    for (const char c : word) {
      const uint8_t cls = class_for(c);
      const auto found = nodes[at].next.find(cls);
      if (found != nodes[at].next.end()) {
        at = found->second;
        continue;
      }
      const auto fresh = static_cast<uint32_t>(nodes.size());
      nodes[at].next[cls] = fresh;
      nodes.emplace_back();
      at = fresh;
    }
    nodes[at].own.push_back({verifier, family, static_cast<uint16_t>(word.size())});
    longest_ = std::max(longest_, word.size());
  };
  const auto& shapes = family_shapes();
  for (size_t i = 0; i < shapes.size(); ++i) {
    insert(shapes[i].runs[shapes[i].key].literal, Verifier::family, static_cast<uint16_t>(i));
  }
  for (const Word& word : kWords) insert(word.text, word.verifier, 0);
  for (size_t b = 0; b < 256; ++b) class_of_[b] = class_of_[static_cast<unsigned char>(folded(static_cast<char>(b)))];
  number_states(nodes);
}

// Makes the full table, breadth first, so that a state's fallback is done before it, and gives the states at which
// keywords end the highest numbers.
void Automaton::number_states(const std::vector<Node>& trie) {
  std::vector<Node> nodes = trie;
  const size_t n = nodes.size();
  std::vector<uint32_t> flat(n * classes_, 0);
  std::deque<uint32_t> waiting = {0};
  while (!waiting.empty()) {
    const uint32_t at = waiting.front();
    waiting.pop_front();
    const uint32_t fail = nodes[at].fail;
    if (at != 0) nodes[at].own.insert(nodes[at].own.end(), nodes[fail].own.begin(), nodes[fail].own.end());
    for (uint32_t cls = 0; cls < classes_; ++cls) {
      const auto child = nodes[at].next.find(static_cast<uint8_t>(cls));
      const uint32_t fallback = at == 0 ? 0 : flat[fail * classes_ + cls];
      flat[at * classes_ + cls] = child == nodes[at].next.end() ? fallback : child->second;
      if (child == nodes[at].next.end()) continue;
      nodes[child->second].fail = fallback;
      waiting.push_back(child->second);
    }
  }
  std::vector<uint32_t> order(n);
  for (uint32_t i = 0; i < n; ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(), [&](uint32_t s) { return nodes[s].own.empty(); });
  std::vector<uint32_t> number(n);
  for (uint32_t i = 0; i < n; ++i) number[order[i]] = i;
  table_.resize(n * kStride);
  for (uint32_t i = 0; i < n; ++i) {
    for (uint32_t cls = 0; cls < classes_; ++cls) {
      table_[i * kStride + cls] = static_cast<uint16_t>(number[flat[order[i] * classes_ + cls]]);
    }
    if (nodes[order[i]].own.empty()) continue;
    if (offsets_.empty()) first_ending_ = i;
    offsets_.push_back(static_cast<uint32_t>(endings_.size()));
    endings_.insert(endings_.end(), nodes[order[i]].own.begin(), nodes[order[i]].own.end());
  }
  offsets_.push_back(static_cast<uint32_t>(endings_.size()));
  start_ = number[0];
}

Automaton::Stop Automaton::run(std::string_view text, size_t at, size_t to, uint32_t state) const {
  const uint16_t* table = table_.data();
  const uint8_t* classes = class_of_.data();
  const uint32_t ending = first_ending_;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  for (; at < to; ++at) {
    state = table[state * kStride + classes[bytes[at]]];
    if (state >= ending) return {at + 1, state};
  }
  return {to + 1, state};
}

std::span<const Keyword> Automaton::keywords(uint32_t state) const {
  const size_t i = state - first_ending_;
  return std::span(endings_).subspan(offsets_[i], offsets_[i + 1] - offsets_[i]);
}

const Automaton& automaton() {
  static const Automaton one;
  return one;
}

}  // namespace fimd::context::secrets
