// Made-up secrets in made-up files, and traps that only look like secrets. Everything is drawn from a seed; nothing
// comes from a leak, and nothing of it is ever written to a file of the project.
#pragma once

#include <fmt/core.h>

#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "context/secrets.h"
#include "context/secrets/checks.h"
#include "context/secrets/rules.h"

namespace fimd::tests {

struct CorpusCase {
  std::string group;  // "tokens", "structures", "connections", "values", "passwords", "traps"
  std::string name;
  std::string text;
  context::TextKind kind = context::TextKind::data;
  std::string secret;  // stands in `text`; empty for a trap
  std::string path;
};

class Corpus {
 public:
  Corpus(uint32_t seed, std::string source_dir) : random_(seed), source_dir_(std::move(source_dir)) { read_hosts(); }

  std::vector<CorpusCase> make(size_t rounds);

  // A string of a class of shape.h.
  std::string draw(char cls, size_t n) {
    std::string all, out;
    for (int c = '!'; c < 127; ++c) {
      if (context::secrets::in_class(cls, static_cast<char>(c))) all += static_cast<char>(c);
    }
    for (size_t i = 0; i < n; ++i) out += all[random_() % all.size()];
    return out;
  }

  // A token of a family, with a valid checksum where there is one that can be computed.
  std::string token(size_t family);
  std::string pem(std::string_view kind, size_t lines, std::string_view line_end, std::string_view indent = "");
  std::string base64(std::string_view bytes);

 private:
  template <class T>
  const T& pick(const std::vector<T>& list) {
    return list[random_() % list.size()];
  }
  size_t between(size_t low, size_t high) { return low + random_() % (high - low + 1); }
  std::string word() { return pick(words_); }

  void read_hosts();
  std::string in_code(std::string_view extension, const std::string& line);
  std::string in_data(const std::string& line);
  void add(std::vector<CorpusCase>& out, std::string group, std::string name, std::string text, bool code,
           std::string secret) {
    out.push_back({std::move(group),
                   std::move(name),
                   std::move(text),
                   code ? context::TextKind::code : context::TextKind::data,
                   std::move(secret),
                   {}});
  }
  void add_tokens(std::vector<CorpusCase>& out);
  void add_structures(std::vector<CorpusCase>& out);
  void add_connections(std::vector<CorpusCase>& out);
  void add_values(std::vector<CorpusCase>& out);
  void add_passwords(std::vector<CorpusCase>& out);
  void add_traps(std::vector<CorpusCase>& out);
  void put_value(std::vector<CorpusCase>& out, const std::string& group, const std::string& name,
                 const std::string& value);
  std::string human_password();

  std::mt19937 random_;
  std::string source_dir_;
  std::vector<std::pair<std::string, std::string>> hosts_;  // extension, text
  std::vector<std::string> words_ = {"river",   "summer", "castle", "orange", "dragon", "monkey", "winter", "silver",
                                     "thunder", "garden", "coffee", "purple", "hunter", "london", "master", "falcon"};
};

inline void Corpus::read_hosts() {
  for (const char* extension : {"py", "js", "ts", "go", "rs", "java", "rb", "php", "cs", "c", "cpp"}) {
    std::ifstream in(source_dir_ + "/tests/golden/grammars/sample." + extension);
    std::stringstream all;
    all << in.rdbuf();
    hosts_.emplace_back(extension, all.str());
  }
}

inline std::string Corpus::in_code(std::string_view extension, const std::string& line) {
  std::string host = "\n";
  for (const auto& [name, text] : hosts_) {
    if (name == extension) host = text;
  }
  const size_t at = host.find('\n', random_() % std::max<size_t>(1, host.size()));
  return at == std::string::npos ? host + "\n" + line + "\n"
                                 : host.substr(0, at + 1) + line + "\n" + host.substr(at + 1);
}

inline std::string Corpus::in_data(const std::string& line) {
  static const std::vector<std::string> kHosts = {
      "name: service\nport: 8080\nreplicas: 2\n", "DEBUG=1\nHOST=localhost\nPORT=8080\n",
      "[main]\nlevel = info\nsize = 20\n",        "# Setup\n\nFirst install it, then run it.\n",
      "#!/bin/sh\nset -e\necho start\n",          "2026-01-05 10:11:12 INFO started in 20 ms\n"};
  const std::string& host = pick(kHosts);
  return random_() % 2 == 0 ? host + line + "\n" : line + "\n" + host;
}

inline std::string Corpus::token(size_t family) {
  using namespace context::secrets;
  const Shape& shape = family_shapes()[family];
  std::string out;
  for (const Run& run : shape.runs) out += run.cls == 0 ? run.literal : draw(run.cls, between(run.min, run.max));
  const uint32_t crc = crc32(std::string_view(out).substr(4, 30));
  if (families()[family].check == Check::crc62) {
    std::string tail(6, '0');
    uint32_t v = crc;
    for (size_t i = 6; i-- > 0; v /= 62)
      tail[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[v % 62];
    out.replace(out.size() - 6, 6, tail);
  } else if (families()[family].check == Check::crc_hex) {
    out.replace(out.size() - 8, 8, fmt::format("{:08X}", crc32(std::string_view(out).substr(0, out.size() - 8))));
  }
  return out;
}

inline void Corpus::add_tokens(std::vector<CorpusCase>& out) {
  using namespace context::secrets;
  for (size_t f = 0; f < families().size(); ++f) {
    for (int form = 0; form < 6; ++form) {
      std::string t = token(f);
      while (is_example(t) || is_redacted(t)) t = token(f);
      const std::string name(families()[f].name);
      switch (form) {
        case 0:
          add(out, "tokens", name, in_code(pick(hosts_).first, fmt::format("    value = \"{}\"", t)), true, t);
          break;
        case 1: add(out, "tokens", name, in_data(fmt::format("SETTING={}", t)), false, t); break;
        case 2:
          add(out, "tokens", name, fmt::format("{{\n  \"name\": \"{}\",\n  \"port\": 1\n}}\n", t), false, t);
          break;
        case 3: add(out, "tokens", name, in_data(fmt::format("X-Custom: {}", t)), false, t); break;
        case 4:
          add(out, "tokens", name, in_data(fmt::format("curl -H 'Auth: {}' https://example.org/", t)), false, t);
          break;
        default:
          add(out, "tokens", name,
              in_code(pick(hosts_).first, fmt::format("// see https://example.org/?q={} or not", t)), true, t);
      }
    }
  }
}

inline std::string Corpus::base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t v = 0;
    for (size_t k = 0; k < 3; ++k) v = v << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[v >> (18 - 6 * k) & 63];
  }
  return out;
}

inline std::string Corpus::pem(std::string_view kind, size_t lines, std::string_view line_end,
                               std::string_view indent) {
  std::string out = fmt::format("-----{} {}-----{}", "BEGIN", kind, line_end);
  for (size_t i = 0; i < lines; ++i)
    out += fmt::format("{}{}{}", indent, draw('B', i + 1 == lines ? 20 + random_() % 40 : 64), line_end);
  return out + fmt::format("{}-----{} {}-----", indent, "END", kind);
}

inline void Corpus::add_structures(std::vector<CorpusCase>& out) {
  const auto body = [](const std::string& pem) {
    const size_t head = pem.find("-----", 5) + 5;
    return pem.substr(head, pem.rfind("-----", pem.size() - 6) - head);
  };
  for (const char* kind : {"RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
                           "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"}) {
    const size_t lines = std::string_view(kind).starts_with("EC") ? 3 : 20 + random_() % 20;
    const std::string real = pem(kind, lines, "\n"), escaped = pem(kind, lines, "\\n"),
                      indented = pem(kind, lines, "\n", "    ");
    add(out, "structures", "pem", "key: |\n" + real + "\nnext: 1\n", false, body(real));
    add(out, "structures", "pem in a string", in_code("py", "KEY = \"" + escaped + "\\n\""), true, body(escaped));
    add(out, "structures", "pem indented", "data:\n  key: |\n    " + indented + "\n  other: 1\n", false,
        body(indented));
    if (lines < 5) continue;
    const std::string tail = real.substr(real.find('\n', 200) + 1);
    add(out, "structures", "pem without head", tail + "\nrest\n", false,
        tail.substr(0, tail.rfind("-----", tail.size() - 6)));
    const std::string head = real.substr(0, real.size() - real.size() / 3);
    add(out, "structures", "pem without tail", "x\n" + head, false, head.substr(head.find("-----", 5) + 5));
    const std::string packed = base64(real);
    add(out, "structures", "pem in base64", "  tls.key: " + packed + "\n", false, packed);
  }
  for (int i = 0; i < 10; ++i) {
    const std::string jwt =
        base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}").substr(0, 36) + "." + draw('b', 60) + "." + draw('b', 43);
    add(out, "structures", "jwt", in_code("js", "  const t = '" + jwt + "';"), true, jwt);
    const std::string storage = draw('B', 76) + "+ASt" + draw('B', 6) + "==";
    add(out, "structures", "azure storage", in_data("AccountKey=" + storage + ";EndpointSuffix=core.windows.net"),
        false, storage);
    const std::string entra = draw('b', 3) + "8Q~" + draw('b', 34);
    add(out, "structures", "entra", in_data("value: " + entra), false, entra);
    const std::string aws = "Aa1" + draw('B', 37), id = "AKIA" + draw('t', 16);
    add(out, "structures", "aws pair", in_data("first = " + id + "\nsecond = " + aws), false, aws);
    const std::string pw = draw('a', 14);
    add(out, "structures", "netrc", "machine example.org login bob password " + pw + "\n", false, pw);
    add(out, "structures", "netrc lines", "machine example.org\n  login bob\n  password " + pw + "\n", false, pw);
    const std::string pair = base64("deploy:" + draw('a', 12));
    add(out, "structures", "docker auth",
        "{\n  \"auths\": {\n    \"r.example.org\": {\n      \"auth\": \"" + pair + "\"\n    }\n  }\n}\n", false, pair);
    add(out, "structures", "basic header", in_code("go", "\treq.Header.Set(\"Authorization\", \"Basic " + pair + "\")"),
        true, pair);
    const std::string npm = draw('a', 36);
    add(out, "structures", "npmrc", "//registry.example.org/:_authToken=" + npm + "\n", false, npm);
    const std::string hash = pick(std::vector<std::string>{"$2a$10$", "$2b$12$", "$2y$10$", "$apr1$", "$6$", "$5$"});
    const std::string tail = draw('a', 53);
    add(out, "structures", "htpasswd", "bob:" + hash + tail + "\n", false, tail);
    add(out, "structures", "pgpass", "db.example.org:5432:main:bob:" + pw + "\n", false, pw);
    const std::string client = base64(draw('a', 120));
    add(out, "structures", "kubeconfig", "users:\n- name: a\n  user:\n    client-key-data: " + client + "\n", false,
        client);
    const std::string hidden = base64(draw('a', 18));
    add(out, "structures", "kubernetes",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  db: " + hidden + "\n", false, hidden);
    const std::string putty = draw('B', 64) + "\n" + draw('B', 64);
    add(out, "structures", "putty",
        fmt::format("PuTTY-User-Key-File-2: ssh-rsa\nComment: a\nPublic-Lines: 1\nAAAA\nPrivate-Lines: "
                    "2\n{}\nPrivate-MAC: {}\n",
                    putty, draw('x', 40)),
        false, putty);
    const std::string signature = draw('a', 43) + "%3D";
    add(out, "structures", "sas", in_data("https://a.blob.example.net/c?sv=2020&sig=" + signature), false, signature);
    const std::string d = draw('b', 43);
    add(out, "structures", "jwk",
        "{\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"" + draw('b', 43) + "\", \"d\": \"" + d + "\"}\n", false, d);
    const std::string two = draw('x', 32) + "." + draw('a', 15) + "7";
    add(out, "structures", "two parts", in_data("X=" + two), false, two);
    const std::string packed = base64(std::string("export T=sk-") + "ant-api03-" + draw('b', 60));
    add(out, "structures", "token in base64", in_data("blob: " + packed), false, packed);
  }
}

inline void Corpus::add_connections(std::vector<CorpusCase>& out) {
  const std::vector<std::string> passwords = {
      draw('a', 12),         "s3cr" + draw('a', 5) + "%40x1", "p4s" + draw('a', 6) + "/z9",
      draw('L', 10) + "&k2", "Tr0ub4dor" + draw('d', 2),      draw('b', 20)};
  for (const char* scheme : {"postgres",  "postgresql",   "postgresql+asyncpg", "mysql", "mysql+pymysql",
                             "mariadb",   "mongodb",      "mongodb+srv",        "redis", "rediss",
                             "amqp",      "amqps",        "clickhouse",         "bolt",  "neo4j+s",
                             "couchbase", "mssql+pyodbc", "cockroachdb",        "ldap",  "ftp",
                             "smtp",      "https"}) {
    for (const std::string& p : passwords) {
      add(out, "connections", scheme, in_data(fmt::format("URL={}://svc:{}@db.example.org/main", scheme, p)), false, p);
      add(out, "connections", scheme,
          in_code("py", fmt::format("    url = \"{}://svc:{}@db.example.org:5432/main?ssl=1\"", scheme, p)), true, p);
    }
  }
  for (const std::string& p : passwords) {
    if (p.find_first_of("/&%") != std::string::npos) continue;
    add(out, "connections", "redis without user", in_data("redis://:" + p + "@cache:6379/0"), false, p);
    add(out, "connections", "ado",
        in_code("cs", fmt::format("  var c = \"Server=db;Database=main;User Id=sa;Password={};Encrypt=true\";", p)),
        true, p);
    add(out, "connections", "pwd", in_code("cs", fmt::format("  var c = \"Server=db;Uid=sa;Pwd={};\";", p)), true, p);
    add(out, "connections", "libpq",
        in_code("c", fmt::format("  db = PQconnectdb(\"host=db user=app password={} dbname=main\");", p)), true, p);
    add(out, "connections", "jdbc",
        in_code("java", fmt::format("  String u = \"jdbc:mysql://db/main?user=app&password={}&ssl=true\";", p)), true,
        p);
    add(out, "connections", "oracle",
        in_code("java", fmt::format("  String u = \"jdbc:oracle:thin:app/{}@db:1521:x\";", p)), true, p);
    add(out, "connections", "go dsn", in_code("go", fmt::format("\tdsn := \"app:{}@tcp(127.0.0.1:3306)/main\"", p)),
        true, p);
    add(out, "connections", "curl", in_data("curl -u admin:" + p + " https://example.org/"), false, p);
    add(out, "connections", "option", in_data("tool --password " + p + " --verbose"), false, p);
  }
}

inline void Corpus::put_value(std::vector<CorpusCase>& out, const std::string& group, const std::string& n,
                              const std::string& v) {
  switch (random_() % 20) {
    case 0: add(out, group, "py", in_code("py", fmt::format("    {} = \"{}\"", n, v)), true, v); break;
    case 1: add(out, group, "py dict", in_code("py", fmt::format("    conf[\"{}\"] = '{}'", n, v)), true, v); break;
    case 2: add(out, group, "js", in_code("js", fmt::format("  const {} = '{}';", n, v)), true, v); break;
    case 3: add(out, group, "js object", in_code("ts", fmt::format("  {}: \"{}\",", n, v)), true, v); break;
    case 4: add(out, group, "go", in_code("go", fmt::format("\t{} := \"{}\"", n, v)), true, v); break;
    case 5: add(out, group, "rust", in_code("rs", fmt::format("    const {}: &str = \"{}\";", n, v)), true, v); break;
    case 6:
      add(out, group, "rust from", in_code("rs", fmt::format("    let {} = String::from(\"{}\");", n, v)), true, v);
      break;
    case 7:
      add(out, group, "java", in_code("java", fmt::format("  private static final String {} = \"{}\";", n, v)), true,
          v);
      break;
    case 8:
      add(out, group, "java set", in_code("java", fmt::format("  props.setProperty(\"{}\", \"{}\");", n, v)), true, v);
      break;
    case 9: add(out, group, "php", in_code("php", fmt::format("  '{}' => '{}',", n, v)), true, v); break;
    case 10: add(out, group, "ruby", in_code("rb", fmt::format("  {}: '{}'", n, v)), true, v); break;
    case 11: add(out, group, "define", in_code("c", fmt::format("#define {} \"{}\"", n, v)), true, v); break;
    case 12: add(out, group, "env", in_data(fmt::format("{}={}", n, v)), false, v); break;
    case 13: add(out, group, "export", in_data(fmt::format("export {}=\"{}\"", n, v)), false, v); break;
    case 14: add(out, group, "yaml", in_data(fmt::format("  {}: {}", n, v)), false, v); break;
    case 15: add(out, group, "json", fmt::format("{{\n  \"{}\": \"{}\",\n  \"a\": 1\n}}\n", n, v), false, v); break;
    case 16: add(out, group, "docker", in_data(fmt::format("ENV {} {}", n, v)), false, v); break;
    case 17: add(out, group, "xml", fmt::format("<config>\n  <{0}>{1}</{0}>\n</config>\n", n, v), false, v); break;
    case 18: add(out, group, "yaml list", fmt::format("env:\n  - name: {}\n    value: {}\n", n, v), false, v); break;
    default:
      add(out, group, "escaped json", in_code("py", fmt::format("    body = \"{{\\\"{}\\\": \\\"{}\\\"}}\"", n, v)),
          true, v);
  }
}

inline void Corpus::add_values(std::vector<CorpusCase>& out) {
  for (const char* name :
       {"api_key",        "API_KEY",      "apiKey",       "SECRET_KEY",     "secret",         "client_secret",
        "clientSecret",   "access_token", "ACCESS_TOKEN", "auth_token",     "refresh_token",  "private_key",
        "encryption_key", "signing_key",  "jwt_secret",   "SESSION_SECRET", "webhook_secret", "access_key",
        "master_key",     "app_secret",   "bot_token",    "licenseKey"}) {
    const std::vector<std::string> values = {
        draw('a', 20),
        draw('a', 24),
        draw('a', 32),
        draw('a', 40),
        draw('x', 32),
        draw('x', 40),
        draw('x', 64),
        base64(draw('%', 16)),
        base64(draw('%', 24)),
        draw('L', 32),
        draw('b', 43),
        fmt::format("{}-{}-4{}-a{}-{}", draw('x', 8), draw('x', 4), draw('x', 3), draw('x', 3), draw('x', 12))};
    for (size_t i = 0; i < values.size(); ++i) {
      const bool uuid = i + 1 == values.size();
      const std::string_view n(name);
      if (uuid && n.find("ecret") == std::string_view::npos && n.find("oken") == std::string_view::npos &&
          n.find("SECRET") == std::string_view::npos && n.find("TOKEN") == std::string_view::npos)
        continue;
      put_value(out, "values", name, values[i]);
    }
  }
}

inline std::string Corpus::human_password() {
  std::string a = word(), b = word();
  const std::string symbol(1, "!#._-+"[random_() % 6]);
  switch (random_() % 4) {
    case 0: a[0] = static_cast<char>(a[0] - 32); return a + draw('d', between(2, 4)) + symbol;
    case 1:
      for (char& c : a) c = c == 'a' ? '4' : c == 'e' ? '3' : c == 'o' ? '0' : c == 'i' ? '1' : c;
      a[0] = a[0] >= 'a' ? static_cast<char>(a[0] - 32) : a[0];
      return a + symbol + draw('d', 2);
    case 2:
      a[0] = static_cast<char>(a[0] - 32), b[0] = static_cast<char>(b[0] - 32);
      return a + b + std::to_string(between(1950, 2026));
    default: return pick(std::vector<std::string>{"Qwer", "Asdf", "Zxcv", "Poiu", "Lkjh"}) + draw('d', 4) + symbol;
  }
}

inline void Corpus::add_passwords(std::vector<CorpusCase>& out) {
  const std::vector<std::string> names = {"password",
                                          "PASSWORD",
                                          "db_password",
                                          "DB_PASS",
                                          "passwd",
                                          "pwd",
                                          "userPassword",
                                          "smtp_password",
                                          "admin_password",
                                          "MYSQL_ROOT_PASSWORD",
                                          "spring.datasource.password",
                                          "passphrase"};
  for (int i = 0; i < 500; ++i) {
    std::string name = pick(names), value = human_password();
    while (context::secrets::is_example(value)) value = human_password();
    if (name.find('.') != std::string::npos) {
      add(out, "passwords", "properties", in_data(name + "=" + value), false, value);
    } else {
      put_value(out, "passwords", name, value);
    }
  }
}

}  // namespace fimd::tests

#include "tests/bench/secrets_traps.h"
