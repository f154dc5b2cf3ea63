// What paths and languages tell about how files belong together. Pure functions on strings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fimd::context::snippets {

// Whether code of one language can use what the other defines.
[[nodiscard]] bool speak_alike(std::string_view language, std::string_view other);

// A header and its source, a test and its subject, a file and its styles: the same name but for the ending and for a
// word like "test".
[[nodiscard]] bool are_partners(std::string_view path, std::string_view other);

// The names that partners of a file have.
[[nodiscard]] std::vector<std::string> partner_names(std::string_view path);

// The file name without its ending and without words that say that it is a test.
[[nodiscard]] std::string subject_of(std::string_view path);

[[nodiscard]] bool is_test(std::string_view path);

// How many folders, counted from the root, two paths have in common.
[[nodiscard]] size_t common_folders(std::string_view path, std::string_view other);

}  // namespace fimd::context::snippets
