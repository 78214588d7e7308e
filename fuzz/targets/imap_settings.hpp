// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How the IMAP parsers are driven: limits and tolerances.
#pragma once

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/imap/limits.hpp"

namespace backtalk::fuzz {

inline constexpr Tolerances kImapTolerances =
    tolerate::bare_lf | tolerate::bare_cr | tolerate::control_bytes | tolerate::missing_text |
    tolerate::extra_spaces | tolerate::empty_lists | tolerate::loose_atoms | tolerate::loose_escapes |
    tolerate::literal_plus | tolerate::negative_numbers | tolerate::nil_strings | tolerate::exponents |
    tolerate::empty_multiparts | tolerate::missing_sizes | tolerate::bare_disposition |
    tolerate::missing_subtype | tolerate::short_envelopes | tolerate::nil_addresses |
    tolerate::atoms_as_strings | tolerate::zero_numbers | tolerate::large_numbers | tolerate::nested_items |
    tolerate::missing_values | tolerate::quoted_flags | tolerate::star_flag | tolerate::empty_sets |
    tolerate::unescaped_quotes | tolerate::blank_line_after_literal | tolerate::tabs_in_atoms |
    tolerate::joined_continuation | tolerate::unquoted_names | tolerate::empty_fetch | tolerate::extra_lines |
    tolerate::missing_md5;

[[nodiscard]] inline imap::Limits imap_limits(const Settings& settings) {
  if (settings.small_limits) {
    return {.line_octets_max = 64,
            .literal_octets_max = 12,
            .literal_gather_octets_max = 4,
            .response_octets_max = 100,
            .tokens_max = 12,
            .depth_max = 3};
  }
  imap::Limits limits;
  // Odd variants are given literals in pieces that others find in the response.
  if (settings.variant % 2 == 1) limits.literal_gather_octets_max = 2;
  return limits;
}

inline constexpr unsigned kImapVariants = 2;

/// Of a server: whether it answers the announcement of a literal with NO where the number of octets
/// is odd.
[[nodiscard]] inline bool refuses_odd_literals(const Settings& settings) {
  return settings.variant / 2 % 2 == 1;
}
inline constexpr unsigned kImapCommandVariants = 4;

}  // namespace backtalk::fuzz
