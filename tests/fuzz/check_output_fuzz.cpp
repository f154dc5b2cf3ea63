// Any output of a check: parsing ends, keeps its limits and gives places that can be.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "context/text.h"
#include "providers/agent/baseline.h"
#include "providers/agent/check_output.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fimd::providers::agent;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const CheckSources sources{"/w", "", [](const std::string& path) -> std::optional<std::string> {
                               return path.size() < 8 ? std::optional<std::string>("\tx = 1;\n\xC3\xA4 = 2;\n") : std::nullopt;
                             }};
  CheckRun run;
  run.findings = parse_check_output(text, sources);
  run.text = plain_output(text);
  if (run.findings.size() > kFindings || !fimd::context::is_valid_utf8(run.text)) std::abort();
  for (const Finding& finding : run.findings) {
    if (finding.what.line == 0 || finding.what.column == 0) std::abort();
  }
  // Compared with itself nothing is new.
  if (!compare(run, run, std::nullopt).fresh.empty()) std::abort();
  return 0;
}
