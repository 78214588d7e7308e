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
    Named{differing_codes, "differing_codes",
          "smtp: a reply has the code of its last line: a peer may go by another line"},
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
    Named{coding_in_http_1_0, "coding_in_http_1_0",
          "http responses: Transfer-Encoding in HTTP/1.0 is obeyed: a peer may take the chunks for the body"},
    Named{repeated_chunked, "repeated_chunked",
          "http responses: chunked said twice counts once: a peer may decode twice"},
    Named{empty_lines, "empty_lines",
          "http: empty lines between messages are skipped: a strict peer refuses them"},
    Named{identity_coding, "identity_coding",
          "http responses: the coding identity is none: a peer may read the body until close"},
    Named{junk_field_lines, "junk_field_lines",
          "http responses: a line that is no field is dropped: what it should have said is lost"},
    Named{status_line_spaces, "status_line_spaces",
          "http responses: more spaces, or tabs, in a status line: a strict peer refuses it"},
    Named{empty_line_before_chunk, "empty_line_before_chunk",
          "http responses: an empty line before a chunk size is skipped: a peer may lose the frame"},
    Named{icy_status, "icy_status", "http responses: \"ICY 200 OK\" is read as HTTP/1.0: it is not HTTP"},
    // IMAP
    Named{missing_text, "missing_text",
          "imap: a status may end without a text: a truncated line may be taken for a complete one"},
    Named{extra_spaces, "extra_spaces",
          "imap, decoders of pop3 and ehlo: more spaces than the grammar allows: others may see empty "
          "fields"},
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
    Named{exponents, "exponents", "imap decoders: 9.3736e+06 is a size: its last digits are lost"},
    Named{empty_multiparts, "empty_multiparts",
          "imap decoders: multiparts and messages without their parts: a part of the message may not show"},
    Named{missing_sizes, "missing_sizes",
          "imap decoders: a part may lack its number of octets or lines: it may be taken for empty"},
    Named{extra_lines, "extra_lines",
          "imap decoders: a number of lines in a part that has none: others may take it for the MD5"},
    Named{missing_md5, "missing_md5",
          "imap decoders: a part without its MD5: others may take the disposition for it"},
    Named{bare_disposition, "bare_disposition",
          "imap decoders: a disposition without parameters or parentheses: it may have been meant as "
          "another field"},
    Named{missing_subtype, "missing_subtype",
          "imap decoders: a type without a subtype: a part may be taken for another kind"},
    Named{short_envelopes, "short_envelopes",
          "imap decoders: an envelope of fewer than ten fields: some may be taken for their neighbours"},
    Named{nil_addresses, "nil_addresses",
          "imap decoders: NIL among addresses is passed over: others may count one more"},
    Named{atoms_as_strings, "atoms_as_strings",
          "imap decoders: an atom in place of a string in ID: one with a space in it is cut there"},
    Named{zero_numbers, "zero_numbers",
          "imap decoders: 0 for a UID, UIDNEXT, UIDVALIDITY, UNSEEN: it must not be sent back"},
    Named{large_numbers, "large_numbers",
          "imap decoders: numbers of up to 64 bits: code that stores 32 mixes them up"},
    Named{nested_items, "nested_items",
          "imap decoders: FETCH items in parentheses of their own: others pair names and values wrongly"},
    Named{empty_fetch, "empty_fetch",
          "imap decoders: FETCH () has no items: it may be taken for the answer that is waited for"},
    Named{missing_values, "missing_values",
          "imap decoders: BODY[] without a value is NIL: a text may be taken for the next item's name"},
    Named{quoted_flags, "quoted_flags",
          "imap decoders: flags as strings: some cannot be sent back as they are"},
    Named{star_flag, "star_flag",
          "imap decoders: \\* outside PERMANENTFLAGS: keywords may not be allowed after all"},
    Named{empty_sets, "empty_sets",
          "imap decoders: no UIDs where there must be some: a response cut short looks complete"},
    Named{unescaped_quotes, "unescaped_quotes",
          "imap: quotes inside a quoted string: whoever wrote its text can add fields"},
    Named{blank_line_after_literal, "blank_line_after_literal",
          "imap: blank lines after a literal are skipped: they may be part of it"},
    Named{tabs_in_atoms, "tabs_in_atoms", "imap: TABs in unquoted names: a peer may see several tokens"},
    Named{joined_continuation, "joined_continuation",
          "imap: +text is a continuation: so is a response of another protocol"},
    Named{unquoted_names, "unquoted_names",
          "imap decoders: names of several words without quotes: another mailbox may be meant"},
};

constexpr std::array kSets{
    Named{mail_servers, "mail_servers",
          "imap, pop3, smtp: what mail servers are known to send, as far as it cannot move a frame"},
    Named{web_servers, "web_servers",
          "http: what web servers are known to send, as far as it cannot move a frame"},
};

}  // namespace

std::span<const Named> all() noexcept {
  return kAll;
}

std::span<const Named> sets() noexcept {
  return kSets;
}

std::optional<Tolerances> by_name(std::string_view name) noexcept {
  for (const std::span<const Named> list : {all(), sets()}) {
    for (const Named& known : list) {
      if (known.name == name) return known.set;
    }
  }
  return std::nullopt;
}

}  // namespace backtalk::tolerate
