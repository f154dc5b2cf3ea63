// Bytes from a client: frames, bodies and dispatch. The first byte says in how large pieces the rest arrives. Whatever
// comes, the frames are the same for any cut, and no request is answered twice.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "context/log.h"
#include "lsp/dispatch.h"
#include "lsp/wire.h"

using namespace fimd;
using namespace fimd::lsp;

namespace {

std::vector<std::string> frames(std::string_view bytes, size_t piece) {
  FrameReader reader;
  std::vector<std::string> out;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (auto body = reader.next()) out.push_back(*std::move(body));
    static_cast<void>(reader.take_warnings());
  }
  return out;
}

void dispatch_all(const std::vector<std::string>& bodies) {
  size_t requests = 0, answers = 0;
  std::vector<Reply> kept;
  Dispatch dispatch([&](std::string body) {
    const auto message = nlohmann::json::parse(body);
    if (message.contains("result") || !message.at("id").is_null()) ++answers;
  });
  const auto echo = [&](const nlohmann::json& params, Reply reply) {
    ++requests;
    reply.ok(params);
    reply.ok(nullptr);
  };
  dispatch.request("initialize", echo);
  dispatch.request("a", echo);
  dispatch.request("b", [&](const nlohmann::json&, Reply reply) { kept.push_back(std::move(reply)); });
  dispatch.handle({R"({"id":0,"method":"initialize"})", TimePoint{}});
  for (const std::string& body : bodies) dispatch.handle({body, TimePoint{}});
  if (answers < requests) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  log::configure({.level = log::Level::off, .file = {}});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = frames(bytes, SIZE_MAX);
  // Bytes beyond the longest header may be skipped in different places when they come in other pieces.
  if (size < kMaxHeader && frames(bytes, data[0] % 16 + 1u) != whole) std::abort();
  dispatch_all(whole);
  dispatch_all({std::string(bytes)});
  if (const auto value = parse_body(bytes)) {
    const auto again = parse_body(dump(*value));
    if (!again || *again != *value) std::abort();
  }
  return 0;
}
