// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The tolerances that the SMTP parsers have.
#pragma once

#include "backtalk/tolerate.hpp"

namespace backtalk::fuzz {

inline constexpr Tolerances kCommandTolerances =
    tolerate::bare_lf | tolerate::bare_cr | tolerate::control_bytes;
inline constexpr Tolerances kReplyTolerances =
    kCommandTolerances | tolerate::any_code | tolerate::differing_codes | tolerate::extra_spaces;

}  // namespace backtalk::fuzz
