// What programs send to the HTTP endpoint: no bytes may do more than be refused, and what is read can be answered. Text
// that flowed out is the beginning of the whole.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "lsp/http/access.h"
#include "lsp/http/infill.h"
#include "lsp/http/openai.h"
#include "lsp/http/outflow.h"
#include "providers/fim_template.h"

using namespace fimd::lsp::http;

static void answer(const Wish& wish) {
  const Fill fill{.text = wish.suffix.substr(0, 100)};
  (void)openai::whole({}, wish, fill).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  (void)infill::whole(wish, fill).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto wish = openai::read(bytes)) answer(*wish);
  if (const auto wish = infill::read(bytes)) answer(*wish);
  if (const auto apart = fimd::providers::parse_fim(bytes)) {
    if (apart->prefix.size() + apart->suffix.size() > size) std::abort();
  }
  (void)bearer_of(bytes);
  (void)names_this_machine(bytes);
  Outflow out({"\n\n", "end"});
  std::string sent;
  for (size_t i = 0; i <= size; ++i) sent += out.more(bytes.substr(0, i));
  sent += out.rest(bytes);
  if (sent != before_stop(bytes, {"\n\n", "end"})) std::abort();
  return 0;
}
