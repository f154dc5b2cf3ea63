// The root that a command in a jail sees: made of bound folders, empty ones and the workspace. Private to
// providers/agent; called in the helper process, within its own mount namespace, as the namespace's root.
#pragma once

#include <string>

#include "providers/agent/jail_spec.h"

namespace fimd::providers::agent {

// Makes the root at spec.stage and changes into it. Empty, or what failed.
[[nodiscard]] std::string enter_root(const JailSpec& spec);

}  // namespace fimd::providers::agent
