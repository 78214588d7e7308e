// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A slow and simple reader of the values of BODYSTRUCTURE and ENVELOPE: recursive, list by list,
/// as the grammar is written. Shares no code with imap::read_body_structure and
/// imap::read_envelope, which must read the same fields and find the same errors.
#pragma once

#include <span>
#include <string>

#include "backtalk/error.hpp"
#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::reference {

/// What a value holds, part by part, and what is wrong with it, as text.
[[nodiscard]] std::string read_imap_structure(const imap::Token& value, Tolerances tolerances);
[[nodiscard]] std::string read_imap_envelope(const imap::Token& value, Tolerances tolerances);

/// What the decoders made of it, in the same form.
[[nodiscard]] std::string describe(std::span<const imap::BodyPart> structure, Error error);
[[nodiscard]] std::string describe(const imap::Envelope& envelope, Error error);

}  // namespace backtalk::reference
