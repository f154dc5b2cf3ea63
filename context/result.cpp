#include "context/result.h"

namespace fimd {

const char* name(Error::Code code) {
  switch (code) {
    case Error::Code::cancelled: return "cancelled";
    case Error::Code::superseded: return "superseded";
    case Error::Code::deadline: return "deadline";
    case Error::Code::bad_input: return "bad_input";
    case Error::Code::not_found: return "not_found";
    case Error::Code::io: return "io";
    case Error::Code::refused: return "refused";
    case Error::Code::down: return "down";
    case Error::Code::unsupported: return "unsupported";
    case Error::Code::internal: return "internal";
  }
  return "internal";
}

}  // namespace fimd
