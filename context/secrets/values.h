// Whether a value looks like a secret or a password, and whether a name asks for one. Pure.
#pragma once

#include <string_view>

#include "context/secrets.h"

namespace fimd::context::secrets {

enum class NameKind : uint8_t { none, secret, password };

// What the value of a name like `db.user_password` is, by the words in the name. `none` for names whose last words
// say otherwise ("password_reset_url", "token_count").
[[nodiscard]] NameKind kind_of_name(std::string_view name);

// Whether the first word of a name says that its argument is a name itself ("getPassword", "require_env_token").
[[nodiscard]] bool asks_by_name(std::string_view name);

// The rules for values behind such a name: what is random, or like a password, and no template, example, reference,
// path or regular expression.
[[nodiscard]] bool is_secret_value(NameKind kind, std::string_view name, std::string_view value);

// What a value's placeholder has to look like.
[[nodiscard]] Secret::Form form_of_value(NameKind kind, std::string_view value);

}  // namespace fimd::context::secrets
