#include "lsp/record/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "context/utf8.h"
#include "lsp/version.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

constexpr size_t kMostBytes = 1u << 30;

double in_ms(Duration d) {
  return std::round(to_ms(d) * 1000) / 1000;
}
Duration from_ms(double ms) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(ms));
}

json bytes_json(const std::string& bytes) {
  // A piece may begin or end inside of a character.
  json text = bytes;
  try {
    static_cast<void>(text.dump());
    return text;
  } catch (const json::exception&) {
    std::string hex;
    for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return {{"base16", hex}};
  }
}

bool read_bytes(const json& value, std::string& out) {
  if (value.is_string()) {
    out = value.get<std::string>();
    return true;
  }
  if (!value.is_object() || !value.contains("base16") || !value["base16"].is_string()) return false;
  const std::string hex = value["base16"].get<std::string>();
  if (hex.size() % 2 != 0 || hex.find_first_not_of("0123456789abcdef") != std::string::npos) return false;
  for (size_t i = 0; i < hex.size(); i += 2) out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return true;
}

bool is_time(const json& object, const char* name) {
  return object.contains(name) && object[name].is_number() && object[name].get<double>() >= 0 &&
         object[name].get<double>() < 1e12;
}

bool read_exchange(const json& from, providers::HttpExchange& to) {
  if (!from.is_object() || !is_time(from, "head") || !is_time(from, "ended") || !from.contains("pieces") ||
      !from["pieces"].is_array())
    return false;
  for (const auto& [name, text] : {std::pair{"target", &to.target}, {"type", &to.type}, {"outcome", &to.outcome}}) {
    if (!from.contains(name) || !from[name].is_string()) return false;
    *text = from[name].get<std::string>();
  }
  if (!from.contains("status") || !from["status"].is_number_integer()) return false;
  to.status = from["status"].get<int>();
  to.head_at = from_ms(from["head"].get<double>());
  to.ended = from_ms(from["ended"].get<double>());
  for (const json& piece : from["pieces"]) {
    if (!piece.is_array() || piece.size() != 2 || !piece[0].is_number()) return false;
    providers::HttpExchange::Piece& p = to.pieces.emplace_back();
    p.at = from_ms(piece[0].get<double>());
    if (!read_bytes(piece[1], p.bytes)) return false;
  }
  return true;
}

// Takes in one line after the first; false when it is none of a record.
bool take(const json& line, Recording& to) {
  if (!line.is_object() || !is_time(line, "t")) return false;
  const double t = line["t"].get<double>();
  if (line.contains("config")) {
    to.config = line["config"];
    return to.config.is_object();
  }
  if (line.contains("http")) {
    RecordedExchange& e = to.exchanges.emplace_back();
    e.t = t;
    return read_exchange(line["http"], e.exchange);
  }
  const bool in = line.contains("in");
  if (!in && !line.contains("out")) return false;
  const json& body = line[in ? "in" : "out"];
  const json by = line.value("by", json(""));
  if (!body.is_object() || !by.is_string()) return false;
  to.messages.push_back({t, in, body, by.get<std::string>()});
  return true;
}

// What an item of an answer would insert.
std::string text_of(const json& item) {
  if (!item.is_object()) return "";
  for (const char* name : {"insertText", "newText", "label"}) {
    const json text =
        item.contains("textEdit") && item["textEdit"].is_object() ? item["textEdit"].value(name, json()) : json();
    if (text.is_string()) return text.get<std::string>();
    if (item.contains(name) && item[name].is_string()) return item[name].get<std::string>();
  }
  return "";
}

}  // namespace

std::string line_of(const RecordedMessage& m) {
  json line = {{"t", std::round(m.t * 1000) / 1000}, {m.in ? "in" : "out", m.body}};
  if (!m.by.empty()) line["by"] = m.by;
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string line_of(const RecordedExchange& e) {
  json pieces = json::array();
  for (const auto& piece : e.exchange.pieces) pieces.push_back(json::array({in_ms(piece.at), bytes_json(piece.bytes)}));
  const json http = {{"target", e.exchange.target},
                     {"status", e.exchange.status},
                     {"type", e.exchange.type},
                     {"head", in_ms(e.exchange.head_at)},
                     {"ended", in_ms(e.exchange.ended)},
                     {"outcome", e.exchange.outcome},
                     {"pieces", pieces}};
  return json{{"t", std::round(e.t * 1000) / 1000}, {"http", http}}.dump(-1, ' ', false,
                                                                         json::error_handler_t::replace);
}

Result<Recording> read_recording(const std::string& path) {
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) return fail(Error::Code::not_found, path + ": no such file");
  if (!std::filesystem::is_regular_file(path, ec)) return fail(Error::Code::io, path + ": not a regular file");
  if (std::filesystem::file_size(path, ec) > kMostBytes) return fail(Error::Code::io, path + ": larger than 1 GiB");
  std::ifstream file(path, std::ios::binary);
  Recording out;
  size_t number = 0;
  for (std::string text; std::getline(file, text);) {
    ++number;
    const json line = json::parse(text, nullptr, false);
    if (number == 1) {
      if (!line.is_object() || line.value("fimd-record", json()) != 1)
        return fail(Error::Code::bad_input, path + ": is not a record of fimd");
      out.text = line.value("text", json()) == true;
      continue;
    }
    if (line.is_object() && line.value("end", json()) == true) {
      std::stable_sort(out.exchanges.begin(), out.exchanges.end(),
                       [](const auto& a, const auto& b) { return a.t < b.t; });
      for (RecordedExchange& e : out.exchanges) {
        e.after = static_cast<size_t>(std::count_if(out.messages.begin(), out.messages.end(),
                                                    [&](const RecordedMessage& m) { return m.in && m.t <= e.t; }));
      }
      return out;
    }
    if (!take(line, out))
      return fail(Error::Code::bad_input, fmt::format("{}: line {} is not one of a record", path, number));
  }
  if (file.bad()) return fail(Error::Code::io, path + ": cannot be read");
  if (number == 0) return fail(Error::Code::bad_input, path + ": is empty");
  return fail(Error::Code::bad_input, fmt::format("{}: is cut off after line {}", path, number));
}

std::vector<RequestOutcome> outcomes_of(const std::vector<RecordedMessage>& messages) {
  std::vector<RequestOutcome> out;
  std::map<std::string, std::pair<size_t, double>> waiting;  // by id: which outcome, since when
  for (const RecordedMessage& m : messages) {
    if (!m.body.contains("id")) continue;
    const std::string id = m.body["id"].dump();
    const json method = m.body.value("method", json());
    if (m.in && (method == "textDocument/inlineCompletion" || method == "textDocument/completion")) {
      waiting[id] = {out.size(), m.t};
      out.emplace_back().method = method.get<std::string>();
    }
    const auto asked = waiting.find(id);
    if (m.in || method.is_string() || asked == waiting.end()) continue;
    RequestOutcome& outcome = out[asked->second.first];
    outcome.ms = m.t - asked->second.second;
    outcome.by = m.by;
    outcome.answered = m.body.contains("result");
    const json result = m.body.value("result", json());
    const json items = result.is_object() ? result.value("items", json()) : result;
    for (const json& item : items.is_array() ? items : json::array()) outcome.texts.push_back(text_of(item));
    waiting.erase(asked);
  }
  return out;
}

}  // namespace fimd::lsp
