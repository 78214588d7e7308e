// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/tolerate.hpp"

#include <array>

namespace backtalk::tolerate {
namespace {

constexpr std::array kAll{
    Named{bare_lf, "bare_lf", "LF alone ends a line: two parsers may see different lines (smuggling)"},
    Named{bare_cr, "bare_cr", "CR alone is text: a peer may take it for a line end"},
    Named{control_bytes, "control_bytes",
          "control bytes are text: a terminal interprets them, C strings end at NUL"},
    Named{any_code, "any_code", "smtp: any three digits are a reply code, whatever they mean"},
    Named{lower_case_status, "lower_case_status",
          "pop3: +ok and -err in any case: more lines look like replies"},
    Named{bare_continuation, "bare_continuation", "pop3: a plus sign alone is a continuation: no risk known"},
    Named{obs_fold, "obs_fold",
          "http: folded field lines are joined: a peer may see other fields (smuggling)"},
    Named{missing_reason, "missing_reason",
          "http: a status line may end after the code: a strict peer refuses it"},
    Named{equal_content_lengths, "equal_content_lengths",
          "http: repeated equal Content-Lengths count as one: a peer may read the list differently "
          "(smuggling)"},
    Named{space_before_colon, "space_before_colon",
          "http: \"Name : value\" is a field: a peer may ignore it (smuggling)"},
    Named{length_with_coding, "length_with_coding",
          "http: Transfer-Encoding wins over Content-Length: a peer may use the length (smuggling)"},
    Named{chunk_size_space, "chunk_size_space",
          "http: white space after a chunk size is dropped: a peer may lose the frame"},
    Named{any_status, "any_status", "http: any three digits are a status, perhaps of an unknown class"},
    // IMAP
    Named{missing_text, "missing_text",
          "imap: a status may end without a text: a truncated line may be taken for a complete one"},
    Named{extra_spaces, "extra_spaces",
          "imap: more spaces than the grammar allows: others may see empty fields"},
    Named{empty_lists, "empty_lists", "imap decoders: () in place of NIL: others may see another structure"},
    Named{loose_atoms, "loose_atoms",
          "imap: wildcards and 8-bit bytes in atoms: charset and meaning are unknown"},
    Named{loose_escapes, "loose_escapes",
          "imap: any backslash in a quoted string: the string has two readings"},
    Named{literal_plus, "literal_plus", "imap: {5+} in a response: others may read its octets as responses"},
    Named{negative_numbers, "negative_numbers",
          "imap decoders: negative sizes are read as 0: not the message's size"},
    Named{nil_strings, "nil_strings",
          "imap decoders: NIL for a type or encoding is read as empty: the part's type is unknown"},
};

}  // namespace

std::span<const Named> all() noexcept {
  return kAll;
}

std::optional<Tolerances> by_name(std::string_view name) noexcept {
  for (const Named& known : kAll) {
    if (known.name == name) return known.set;
  }
  return std::nullopt;
}

}  // namespace backtalk::tolerate
