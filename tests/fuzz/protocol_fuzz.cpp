// Decoders and URIs: any JSON gives a value or an error with a path, and a normal URI is its own normal form.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "lsp/protocol.h"
#include "lsp/wire.h"

using namespace fimd;
using namespace fimd::lsp;

namespace {

template <class T>
void check(const Result<T>& result) {
  if (!result && !result.error().message.starts_with("params")) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto params = parse_body(bytes)) {
    check(read_initialize(*params));
    check(read_did_open(*params));
    check(read_did_change(*params));
    check(read_document_uri(*params));
    check(read_document_at(*params));
    check(read_inline_completion(*params));
  }
  const std::string normal = normal_uri(bytes);
  if (normal_uri(normal) != normal) std::abort();
  if (path_of_uri(normal) != path_of_uri(bytes)) std::abort();
  if (!bytes.starts_with('/') || bytes.find('\0') != std::string_view::npos) return 0;
  if (normal_uri(uri_of_path(path_of_uri(uri_of_path(bytes)))) != normal_uri(uri_of_path(bytes))) std::abort();
  return 0;
}
