// Small words for the tests of codecs: requests as text, events as what they meant.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "providers/codecs.h"

namespace fimd::providers::testing_parts {

inline ProviderConfig config(std::string kind, std::string url = {}, std::string model = {}) {
  ProviderConfig c;
  c.name = "mine";
  c.kind = std::move(kind);
  c.url = std::move(url);
  c.model = std::move(model);
  return c;
}

inline Prompt prompt() {
  Prompt p;
  p.prefix = "int add(int a, int b) {\n  ";
  p.suffix = "\n}\n";
  p.path = "src/math.cpp";
  p.repo = "calc";
  p.language = "cpp";
  return p;
}

inline Prompt prompt_with_files() {
  Prompt p = prompt();
  p.extra = {{"src/math.h", "int add(int a, int b);\n"}};
  return p;
}

inline std::shared_ptr<const Codec> codec(const ProviderConfig& c, const Caps* probed = nullptr) {
  auto made = make_codec(c, probed);
  if (!made) ADD_FAILURE() << made.error().message;
  return made ? *made : nullptr;
}

inline HttpRequest encoded(const Codec& c, const Prompt& p) {
  auto request = c.encode(p);
  if (!request) ADD_FAILURE() << request.error().message;
  return request ? *request : HttpRequest{};
}

// "text|finish" of an event's data, or "error_code: message".
inline std::string meaning(const Codec& c, std::string data, std::string name = {}) {
  const auto token = c.decode(Event{.name = std::move(name), .data = std::move(data)});
  if (!token) return fmt::format("{}: {}", fimd::name(token.error().code), token.error().message);
  static constexpr const char* kFinish[] = {"", "stop", "length", "cancelled", "error"};
  return fmt::format("{}|{}", token->text, kFinish[static_cast<int>(token->finish)]);
}

inline Usage usage(const Codec& c, std::string data) {
  const auto token = c.decode(Event{.name = {}, .data = std::move(data)});
  if (!token || !token->usage) {
    ADD_FAILURE() << "no usage";
    return {};
  }
  return *token->usage;
}

inline std::string header(const HttpRequest& request, std::string_view name) {
  std::string out;
  for (const auto& [key, value] : request.headers) {
    if (key == name) out += (out.empty() ? "" : ",") + value;
  }
  return out;
}

// What no codec may die of, or take for text.
inline void expect_no_text_from_garbage(const Codec& c) {
  for (const char* data : {"", "x", "[]", "null", "3", "\"text\"", "{}", "{\"choices\":3}", "{\"a\":", "\xff\xfe", "[[[[", "{\"error\":{}}",
                           "{\"content\":{}}", "{\"response\":[]}", "{\"choices\":[]}", "{\"choices\":[1]}",
                           "{\"choices\":[{\"text\":{}}]}", "{\"choices\":[{\"delta\":\"x\",\"message\":[]}]}",
                           "{\"error\":\"boom\"}", "{\"content\":null,\"timings\":7,\"stop\":\"yes\"}"}) {
    const auto token = c.decode(Event{.name = {}, .data = data});
    if (token) {
      EXPECT_EQ(token->text, "") << data;
      EXPECT_EQ(token->finish, Finish::none) << data;
    } else {
      EXPECT_FALSE(token.error().message.empty()) << data;
    }
  }
}

}  // namespace fimd::providers::testing_parts
