// What the ranker knows about a candidate, in the order of its parameters.
//
// Each value must be computed exactly as it was when the parameters were fitted, or the stated probabilities mean
// nothing; the benchmark's calibration table is the test for that. Pure.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "providers/builtin/candidates.h"

namespace fimd::providers::builtin {

// clang-format off
enum Feature : uint8_t {
  bias, in_beam, beam_top, lm_lp, lm_mean, lm_minp, lm_missing, post_log, in_soft, align_score, align_gap, align_top,
  ren_ctx, ren_out, sub_out, dist_log, src_prefix, src_suffix, src_dir, src_repo, count_log, align_len, lm_order,
  lm_n, len_tok, len_chr, dup_next, dup_prev, typed_log, at_start, br_neg, br_open, br_open_deep, br_flat_deep,
  new_ident, line_known, hyp2, hyp2_len, hyp1_word, post_top, lm_x_post, post_x_ren, line_known_long, posthi,
  sfx_next, known_cont, bag, prev_dice, exact_len, near_dup, new_first, bag_gap, sfx_top, src_known, agree1, rank,
  gap2, last_ident, last_open, last_dot, last_eq, last_comma, first_cls, end_cls, list_like, in_quote, scope_cov,
  has_str, agree2, prev_same_first, n_cand, max_align,
  kFeatures
};
// clang-format on
using Features = std::array<float, kFeatures>;

// What both readings of the text before the cursor found.
struct Group {
  Reading reading;
  Gathered gathered;
  size_t first = 0, count = 0;  // its candidates in the common list
};

// One row for each candidate of the list.
[[nodiscard]] std::vector<Features> measure(const Scene& scene, std::span<const Group> groups,
                                            const Candidates& candidates);

// The hash of the cursor's line with the candidate in it, comparable with LineTokens::hash; 0 if the document lacks one
// of its words, so that no line can equal it.
[[nodiscard]] uint64_t line_hash(const Scene& scene, const Reading& reading, const Candidate& candidate);

}  // namespace fimd::providers::builtin
