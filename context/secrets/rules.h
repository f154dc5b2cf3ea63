// The rules of the scan and what they share: one Scan runs over one text, keyword by keyword, in ascending order.
//
// Internal to context/secrets. A verifier is called at a keyword, looks around it within its bound, adds what it looked
// at to `looked`, and records what it found. Nothing is recorded that begins inside what was found before.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "context/secrets.h"
#include "context/secrets/shape.h"

namespace fimd::context::secrets {

enum class Check : uint8_t { none, mixed, crc62, crc_hex, crc_le, bech32 };  // mixed: letters and digits

struct Family {
  std::string_view name;
  std::string_view shape;
  Check check = Check::none;
};
[[nodiscard]] std::span<const Family> families();
[[nodiscard]] const std::vector<Shape>& family_shapes();  // compiled, in the same order

// Rules without a family; their ids follow the families'.
enum class Rule : uint8_t {
  private_key,
  putty,
  jwt,
  jwk,
  url_password,
  connection,
  pgpass,
  entra,
  azure_key,
  sas,
  password_hash,
  aws_secret,
  discord_bot,
  kubernetes,
  encoded,
  command_line,
  two_part,
  header,
  secret_value,
  password,
};
[[nodiscard]] uint16_t id_of(Rule rule);

// What a keyword calls.
enum class Verifier : uint8_t {
  family,
  pem_begin,
  pem_end,
  pem_encoded,
  encoded_head,
  putty,
  jwt,
  jwk,
  url,
  oracle,
  pgpass,
  entra,
  azure,
  sas,
  password_hash,
  kubernetes,
  user_password,
  dsn,
  name,
};

// The line in which a scan is: where it begins, and what is open in it at `read`.
struct LineState {
  size_t at = 0;
  size_t begin = 0;
  size_t read = 0;
  char quote = 0;  // the quote that is open
  bool comment = false;
};

struct Scan {
  std::string_view text;
  TextKind kind = TextKind::data;
  size_t looked = 0;
  size_t limit = 0;            // of `looked`
  std::vector<Secret> strong;  // of families and structures
  std::vector<Secret> weak;    // of names
  size_t covered = 0;          // end of the last strong one
  size_t weak_covered = 0;
  size_t name_end = 0;                // of the last name looked at
  size_t run_begin = 0, run_end = 0;  // the last unquoted value
  std::array<size_t, 24> done{};      // by verifier: how far it has looked already
  LineState line;

  [[nodiscard]] bool given_up() const { return looked > limit; }
  // Moves `line` to an offset, forward only; read_line() also finds out what is open there.
  void enter_line(size_t at);
  void read_line(size_t at);
  // Whether a verifier has looked at this place before; each that looks far says so with look().
  [[nodiscard]] bool has_looked(Verifier v, size_t begin) const { return begin < done[static_cast<size_t>(v)]; }
  void look(Verifier v, size_t end) { done[static_cast<size_t>(v)] = end; }
  void add(Rule rule, Secret::Form form, size_t begin, size_t end);
  void add_family(uint16_t family, const Match& match);
  void add_weak(Rule rule, Secret::Form form, size_t begin, size_t end);
};

// Calls the verifiers of all keywords that end in (from, to].
void run_keywords(Scan& scan, size_t from, size_t to);

// Verifiers; `begin` and `end` delimit the keyword.
void check_family(Scan& scan, uint16_t family, size_t begin);
void check_pem_begin(Scan& scan, size_t begin);
void check_pem_end(Scan& scan, size_t begin);
void check_pem_encoded(Scan& scan, size_t begin, size_t end);
void check_encoded_head(Scan& scan, size_t begin, size_t end);
void check_putty(Scan& scan, size_t begin);
void check_jwt(Scan& scan, size_t begin);
void check_jwk(Scan& scan, size_t begin, size_t end);
void check_url(Scan& scan, size_t begin, size_t end);
void check_dsn(Scan& scan, size_t begin);
void check_oracle(Scan& scan, size_t end);
void check_pgpass(Scan& scan, size_t begin, size_t end);
void check_entra(Scan& scan, size_t begin, size_t end);
void check_azure(Scan& scan, size_t begin, size_t end);
void check_sas(Scan& scan, size_t begin, size_t end);
void check_password_hash(Scan& scan, size_t begin, size_t end);
void check_kubernetes(Scan& scan, size_t end);
void check_user_password(Scan& scan, size_t end);
void check_name(Scan& scan, size_t begin, size_t end);
void check_two_parts(Scan& scan, size_t from, size_t to);  // 32 hex digits, a dot, 16 letters and digits
void check_encoded_lines(Scan& scan);                      // a text that begins inside a key block
void check_aws_neighbours(Scan& scan, const Secret& id);

// Whether the value of a secret-like name could stand at `offset`: where it begins.
struct ValuePlace {
  size_t begin = 0;
  bool empty = false;
};
[[nodiscard]] std::optional<ValuePlace> value_place(std::string_view line, size_t offset, TextKind kind);

}  // namespace fimd::context::secrets
