// How random a value looks, by the pairs of letters in it: words of code and language have common pairs, keys do not.
#pragma once

#include <string_view>

namespace fimd::context::secrets {

// The mean over the pairs of log2 of how likely the second character follows the first in code and literals; about -3.5
// for names, below -4.7 for random characters. 0 for less than two characters.
[[nodiscard]] double pair_score(std::string_view value);

// Shannon entropy in bits per character; of at most 255 characters.
[[nodiscard]] double entropy(std::string_view value);

}  // namespace fimd::context::secrets
