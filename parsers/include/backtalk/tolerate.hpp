// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Named tolerances: one switch for each deviation that real servers show.
///
/// Every parser is strict by default. Each switch lifts one rule, and the risk of doing so is
/// stated beside it. A parser ignores the switches of other protocols.
///
///     backtalk::smtp::ReplyParser parser{{}, backtalk::tolerate::bare_lf};
///
/// Those of "IMAP decoders" concern the meaning of tokens. They do not affect the IMAP parsers;
/// pass them to the typed decoders, which take tolerances of their own:
///
///     read_envelope(value, backtalk::tolerate::empty_lists);
///
/// Some sets have names too: the tolerances that a client of real servers can take without thinking
/// about each of them.
///
///     backtalk::http::ResponseParser parser{{}, backtalk::tolerate::web_servers};
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace backtalk {

/// A set of tolerances; combine them with `|`.
class Tolerances {
 public:
  constexpr Tolerances() noexcept = default;
  explicit constexpr Tolerances(std::uint64_t bits) noexcept : bits_(bits) {}

  /// True if every switch of `other` is on.
  [[nodiscard]] constexpr bool has(Tolerances other) const noexcept {
    return (bits_ & other.bits_) == other.bits_;
  }
  /// This set with every switch of `other` off.
  [[nodiscard]] constexpr Tolerances without(Tolerances other) const noexcept {
    return Tolerances{bits_ & ~other.bits_};
  }
  [[nodiscard]] constexpr std::uint64_t bits() const noexcept { return bits_; }

  friend constexpr Tolerances operator|(Tolerances a, Tolerances b) noexcept {
    return Tolerances{a.bits_ | b.bits_};
  }
  friend constexpr bool operator==(Tolerances, Tolerances) = default;

 private:
  std::uint64_t bits_ = 0;
};

namespace tolerate {

/// LF alone ends a line. Risk: two parsers see different lines, which is how SMTP smuggling and
/// HTTP request smuggling work (CVE-2023-51764). It never ends a message body: the final dot needs
/// CRLF on both sides. It does end a POP3 listing (`pop3::Expect::listing`), which holds no
/// message.
inline constexpr Tolerances bare_lf{std::uint64_t{1} << 0};

/// CR alone is text; in an HTTP field value or reason it becomes a space (RFC 9112 2.2). Risk: a
/// peer that takes CR for a line end sees lines that this parser does not.
inline constexpr Tolerances bare_cr{std::uint64_t{1} << 1};

/// Control bytes, NUL and DEL are text; in HTTP, NUL becomes a space (RFC 9110 5.5). Risk: a
/// terminal interprets them when it shows the text; C strings end at NUL.
inline constexpr Tolerances control_bytes{std::uint64_t{1} << 2};

/// SMTP: any three digits are a reply code. Risk: a code whose class RFC 5321 does not define has
/// no meaning that client and server share.
inline constexpr Tolerances any_code{std::uint64_t{1} << 3};

/// SMTP: the lines of one reply may have different codes; the last line's counts, with its enhanced
/// code (RFC 5321 4.2.1 asks for the same code on each line, and lets a client go by any of them).
/// Risk: a peer that goes by the first line takes a refusal for a success; and if the server broke
/// a reply off, the next one is taken for its end.
inline constexpr Tolerances differing_codes{std::uint64_t{1} << 4};

/// POP3: "+ok" and "-err" in any case are a status (RFC 1939 3: servers must send upper case).
/// Risk: none for the framing of queued responses; in automatic mode, more lines of a body look
/// like replies.
inline constexpr Tolerances lower_case_status{std::uint64_t{1} << 12};

/// POP3: "+" alone on its line is a continuation with an empty challenge; RFC 5034 4 requires "+ ".
/// Risk: none known; otherwise the line would not be a response at all.
inline constexpr Tolerances bare_continuation{std::uint64_t{1} << 13};

/// HTTP: a field line that begins with white space continues the one before it; its line end
/// becomes spaces. Before the first field of a response, such a line is dropped (RFC 9112 2.2),
/// unless it could be a framing field. Risk: a peer that does not unfold sees another field, or
/// another value, than this parser (RFC 9112 5.2).
inline constexpr Tolerances obs_fold{std::uint64_t{1} << 16};

/// HTTP: "HTTP/1.1 200" without the space that should follow is a status line. Risk: none known
/// for framing; a strict peer refuses what this parser takes.
inline constexpr Tolerances missing_reason{std::uint64_t{1} << 17};

/// HTTP: Content-Length may be repeated, or be a list, if all values are equal (RFC 9110 8.6). In a
/// response, the list may have empty elements.
/// Risk: a peer that joins the values, or reads only part of a list, frames the body differently.
inline constexpr Tolerances equal_content_lengths{std::uint64_t{1} << 18};

/// HTTP: white space between a field name and its colon is dropped. Risk: a peer that takes the
/// space as part of the name, or ignores the field, frames the body differently (RFC 9112 5.1).
inline constexpr Tolerances space_before_colon{std::uint64_t{1} << 19};

/// HTTP: Content-Length beside Transfer-Encoding is ignored (RFC 9112 6.3). Risk: request and
/// response smuggling if a peer uses Content-Length.
inline constexpr Tolerances length_with_coding{std::uint64_t{1} << 20};

/// HTTP: white space after a chunk size and within chunk extensions is dropped. Risk: a peer that
/// reads a size only up to the space, or refuses it, loses the frame (RFC 9112 7.1.1 calls it bad
/// white space).
inline constexpr Tolerances chunk_size_space{std::uint64_t{1} << 21};

/// HTTP: any three digits are a status code; a body follows all but 1xx, 204 and 304. Risk: 099 or
/// 999 have no class, so client and server may disagree on what the response means.
inline constexpr Tolerances any_status{std::uint64_t{1} << 22};

/// IMAP: "a1 OK" and "+" may end there, without the space that every RFC requires. Risk: a
/// truncated line is taken for a complete one.
inline constexpr Tolerances missing_text{std::uint64_t{1} << 24};

/// IMAP: more than one space between tokens, also after "*", "+", a tag, a status or a code; spaces
/// before ")", at the end of a line ("* SEARCH "), between the parts of a BODYSTRUCTURE and between
/// addresses. SMTP and POP3 decoders: spaces or tabs around the parts of an EHLO line, of a CAPA
/// line and of a listing ("1   120", "2 msg-2 "). Risk: a peer that counts spaces sees empty fields
/// that this parser does not.
inline constexpr Tolerances extra_spaces{std::uint64_t{1} << 25};

/// IMAP decoders: "()" in place of NIL, wherever the grammar has a NIL: addresses, parameters,
/// namespaces, Content-Location. Risk: two parsers see different structures.
inline constexpr Tolerances empty_lists{std::uint64_t{1} << 26};

/// IMAP: bytes from 0x80 on, "%" and "*" in an atom of a response; with control_bytes, also control
/// bytes except NUL and TAB. Risk: their charset is unknown, and a name with a wildcard matches
/// other mailboxes when it is sent back to the server.
inline constexpr Tolerances loose_atoms{std::uint64_t{1} << 27};

/// IMAP: in a quoted string, a backslash before any other character stands for itself
/// ("DOMAIN\user"). Risk: the string has two readings, so a path or account name may be mistaken
/// for another.
inline constexpr Tolerances loose_escapes{std::uint64_t{1} << 28};

/// IMAP: "{5+}" in a response, although RFC 7888 allows it only to clients. Risk: a peer that does
/// not recognise the literal reads its octets as responses.
inline constexpr Tolerances literal_plus{std::uint64_t{1} << 29};

/// IMAP decoders: a negative count, size or mod-sequence, such as "-1", is read as 0. A UID, or
/// another number that begins with 1, only with zero_numbers. Risk: the size is not the message's.
inline constexpr Tolerances negative_numbers{std::uint64_t{1} << 30};

/// IMAP decoders: NIL in place of a string that BODYSTRUCTURE requires (type, subtype, encoding,
/// the names and values of parameters, a language) is read as empty. Risk: code that does not check
/// will treat a part of unknown type or encoding as plain text.
inline constexpr Tolerances nil_strings{std::uint64_t{1} << 31};

/// HTTP responses: Transfer-Encoding in an HTTP/1.0 message is obeyed, and the connection closes
/// after it (RFC 9112 6.1). Risk: a peer that ignores it, as HTTP/1.0 does, takes the chunks for
/// the body, up to the close.
inline constexpr Tolerances coding_in_http_1_0{std::uint64_t{1} << 32};

/// HTTP responses: "chunked" said twice in a row counts once: an application and the server in
/// front of it both said it. Risk: a peer that takes the words literally decodes the body twice,
/// and fails.
inline constexpr Tolerances repeated_chunked{std::uint64_t{1} << 33};

/// HTTP: empty lines before, between and after messages are skipped, however many: they do not
/// count for Limits::head_octets_max. Risk: none known for framing; a strict peer refuses what this
/// parser takes.
inline constexpr Tolerances empty_lines{std::uint64_t{1} << 34};

/// HTTP responses: the transfer coding "identity" is none, as in RFC 2616; a Content-Length beside
/// it counts, but the connection closes. Risk: for RFC 9112 it is an unknown coding, with which the
/// body goes on until the connection closes.
inline constexpr Tolerances identity_coding{std::uint64_t{1} << 35};

/// HTTP responses: a line of the head that is no field line is dropped, and counted
/// (ResponseParser::dropped_lines). One that could be a framing field, or begins like a status line
/// ("HTTP/" or "ICY ", in any case) and has another status, remains an error; after one with the
/// same status, or with "HTTP/" anywhere in it, Head::keeps_connection() is false. Risk: what the
/// line should have said is lost; a peer may read it as a field, as the end of the head, or as the
/// beginning of another response.
inline constexpr Tolerances junk_field_lines{std::uint64_t{1} << 36};

/// HTTP responses: spaces and tabs, however many, before the version and between it and the status;
/// a tab after the status (RFC 9112 4). Risk: none known for framing; a strict peer refuses what
/// this parser takes.
inline constexpr Tolerances status_line_spaces{std::uint64_t{1} << 37};

// Bit 38 is free.

/// HTTP responses: one empty line before a chunk size is skipped. Risk: no other parser is known to
/// skip it, so a peer refuses the body, or finds its end elsewhere.
inline constexpr Tolerances empty_line_before_chunk{std::uint64_t{1} << 39};

/// HTTP responses: a status line may begin with "ICY" instead of a version, as SHOUTcast's do, and
/// is read as HTTP/1.0. Risk: none known for framing; the protocol is not HTTP.
inline constexpr Tolerances icy_status{std::uint64_t{1} << 40};

/// IMAP decoders: a size, in octets or lines, with an exponent, such as "9.3736e+06", is read as
/// 9373600. Risk: the digits behind those that were sent are lost, so the size is not exactly the
/// message's.
inline constexpr Tolerances exponents{std::uint64_t{1} << 49};

/// IMAP decoders: a BODYSTRUCTURE in which a multipart lacks its parts, or a message its envelope
/// or its body, in any of the forms that servers give it: ("ALTERNATIVE" ("BOUNDARY" "b") NIL NIL),
/// (NIL "alternative" ...), "()" or NIL for a body, and the parameters of a multipart in place of
/// the MD5 of a part. Risk: a part that the message has does not show, and a filter does not see
/// it.
inline constexpr Tolerances empty_multiparts{std::uint64_t{1} << 50};

/// IMAP decoders: a part of a BODYSTRUCTURE without its number of octets or of lines, or with NIL
/// in place of one, which is read as 0. Risk: a part of a thousand lines is taken for empty.
inline constexpr Tolerances missing_sizes{std::uint64_t{1} << 51};

/// IMAP decoders: a number of lines in a part that has none, before its MD5; it is passed over.
/// Risk: none known; a client that counts fields takes the number for the MD5.
inline constexpr Tolerances extra_lines{std::uint64_t{1} << 42};

/// IMAP decoders: a part without its MD5: its disposition follows at once. Risk: none known; the
/// disposition is told by its shape, a string and its parameters in parentheses.
inline constexpr Tolerances missing_md5{std::uint64_t{1} << 43};

/// IMAP decoders: a disposition without its parameters, or without its parentheses: "inline",
/// ("inline"), or "attachment" ("filename" "x"), in place of ("inline" NIL) and ("attachment"
/// ("filename" "x")). Risk: none known for the frame; the string may have been meant as a language
/// or a description.
inline constexpr Tolerances bare_disposition{std::uint64_t{1} << 52};

/// IMAP decoders: a part of a BODYSTRUCTURE with a type and no subtype, or a multipart without one.
/// Risk: what stands as the type may be the subtype, so that a part is taken for another kind.
inline constexpr Tolerances missing_subtype{std::uint64_t{1} << 53};

/// IMAP decoders: an ENVELOPE that ends before its tenth field; the others are NIL. Risk: if the
/// field that was left out is not the last, the fields behind it are taken for their neighbours.
inline constexpr Tolerances short_envelopes{std::uint64_t{1} << 54};

/// IMAP decoders: NIL among the addresses of an ENVELOPE is passed over. Risk: none known; a client
/// that shows it has one more address.
inline constexpr Tolerances nil_addresses{std::uint64_t{1} << 55};

/// IMAP decoders: an atom in place of a string in ID: "* ID (name x)". A number is none. Risk: a
/// string that contains a space or a parenthesis is cut there.
inline constexpr Tolerances atoms_as_strings{std::uint64_t{1} << 48};

/// IMAP decoders: 0 where a number begins with 1: UIDs, message numbers, UIDNEXT, UIDVALIDITY,
/// UNSEEN, mod-sequences. Risk: a client that sends the 0 back, or stores messages under it, mixes
/// them up.
inline constexpr Tolerances zero_numbers{std::uint64_t{1} << 56};

/// IMAP decoders: a number beyond 32 bits, or 63 where the grammar has those, up to 64 bits. Risk:
/// code that stores it in 32 bits takes two UIDs, or two UIDVALIDITY, for the same.
inline constexpr Tolerances large_numbers{std::uint64_t{1} << 57};

/// IMAP decoders: FETCH items in parentheses of their own: "(UID 5 (ENVELOPE (...)))". Risk: a
/// client that takes the list for a name or a value pairs those behind it wrongly.
inline constexpr Tolerances nested_items{std::uint64_t{1} << 58};

/// IMAP decoders: a FETCH without items: "* 1 FETCH ()". Risk: a client that waits for an item of
/// this message takes the response for the answer.
inline constexpr Tolerances empty_fetch{std::uint64_t{1} << 41};

/// IMAP decoders: BODY[...], BINARY[...] and RFC822 in a FETCH without a value, which is read as
/// NIL. Risk: a name that is the value's text is taken for the next item.
inline constexpr Tolerances missing_values{std::uint64_t{1} << 59};

/// IMAP decoders: a flag, or an attribute of a mailbox, as a quoted string or literal:
/// `("\\Deleted" \Seen)`. Risk: a name with bytes that no flag may have cannot be sent back.
inline constexpr Tolerances quoted_flags{std::uint64_t{1} << 60};

/// IMAP decoders: "\*" among the flags of a mailbox or a message, not only in PERMANENTFLAGS. Risk:
/// a client believes that it may create keywords, or stores "\*" as one.
inline constexpr Tolerances star_flag{std::uint64_t{1} << 61};

/// IMAP decoders: no set of numbers where there must be one: "* VANISHED (EARLIER)", "[COPYUID 7]".
/// Risk: a response that was cut short says that nothing has changed.
inline constexpr Tolerances empty_sets{std::uint64_t{1} << 62};

/// IMAP: a quote inside a quoted string of a response need not be escaped; a quote ends the string
/// only before a space, ")", "]" or the end of the line. Two quotes in a row inside the string are
/// one. Risk: whoever wrote the text, such as the sender of a message, can end the string early and
/// add fields of his own; and `"a" b"` is still read as the string `a` and an error.
inline constexpr Tolerances unescaped_quotes{std::uint64_t{1} << 44};

/// IMAP: blank lines between a literal and what closes its response, as servers send that count a
/// literal too short. What follows them begins with a space or ")"; otherwise the response ends at
/// the blank line, with its error. Risk: those octets were part of the literal, whose text is cut
/// off.
inline constexpr Tolerances blank_line_after_literal{std::uint64_t{1} << 45};

/// IMAP: TABs in an atom of untagged LIST, LSUB, XLIST and STATUS: in the name of a mailbox, which
/// should be quoted. Elsewhere a TAB is an error: no status or word is joined to what follows it.
/// Risk: a peer that takes TAB for a space sees several tokens; sent back as it is, the name is
/// invalid.
inline constexpr Tolerances tabs_in_atoms{std::uint64_t{1} << 46};

/// IMAP: "+idling" is a continuation, although no space follows the "+". Risk: a response of
/// another protocol, such as POP3's "+OK", is taken for a continuation.
inline constexpr Tolerances joined_continuation{std::uint64_t{1} << 47};

/// IMAP decoders: the name of a mailbox in LIST and STATUS that consists of several words and is
/// not quoted: "* STATUS Deleted Items (...)"; not in a response with a literal. Risk: words that
/// are no part of the name are taken for it, so that another mailbox is meant.
inline constexpr Tolerances unquoted_names{std::uint64_t{1} << 63};

/// The tolerances that a client of real mail servers can take: what servers such as Exchange,
/// Gmail, iCloud, Yahoo, QQ, 163, Zoho, Yandex, mail.ru, Domino, DavMail, Courier, James and GMX
/// are known to send, as far as it neither moves the beginning or end of a response nor lets the
/// text of a message change what is read. Pass it to the parsers and to the decoders.
/// docs/quirks.md gives the reason for each.
inline constexpr Tolerances mail_servers =
    missing_text | extra_spaces | empty_lists | negative_numbers | nil_strings | exponents |
    empty_multiparts | missing_sizes | bare_disposition | missing_subtype | short_envelopes | nil_addresses |
    atoms_as_strings | zero_numbers | large_numbers | nested_items | missing_values | quoted_flags |
    star_flag | empty_sets | tabs_in_atoms | empty_fetch | extra_lines | missing_md5;

/// The HTTP tolerances that are safe for a client: with them, every message still ends where RFC
/// 9112 6.3 puts its end, and nothing that a server's users could have made it send becomes a line,
/// a field or a message. docs/quirks.md gives the reason for each.
inline constexpr Tolerances web_servers = missing_reason | any_status | coding_in_http_1_0 |
                                          repeated_chunked | empty_lines | junk_field_lines |
                                          status_line_spaces | icy_status;

/// A tolerance, or a set of them, with its name and its risk, for tools that list them.
struct Named {
  Tolerances set;
  std::string_view name;
  std::string_view risk;
};

/// All tolerances, one switch each. Static storage.
[[nodiscard]] std::span<const Named> all() noexcept;

/// The named sets of tolerances, such as `web_servers`. Static storage.
[[nodiscard]] std::span<const Named> sets() noexcept;

/// The tolerance or the set with this name, as `backtalk parse --tolerate NAME` takes it; nullopt
/// if there is none.
[[nodiscard]] std::optional<Tolerances> by_name(std::string_view name) noexcept;

}  // namespace tolerate
}  // namespace backtalk
