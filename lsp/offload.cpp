#include "lsp/offload.h"

#include <fmt/core.h>

#include "context/log.h"

namespace fimd::lsp {

Error task_failure(std::exception_ptr exception) {
  std::string what = "unknown exception";
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {  // a task may throw anything; what it was cannot be told
  }
  log::error("offload: a task failed: {}", what);
  return {Error::Code::internal, "task failed: " + what};
}

}  // namespace fimd::lsp
