// SPDX-License-Identifier: Apache-2.0 OR MIT
// BODYSTRUCTUREs and ENVELOPEs that servers were reported to send (corpora/imap/reported), and
// their neighbours: what is read of them, strictly and with the switches that they need.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "reference/imap_structure_reference.hpp"

namespace backtalk::imap {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

Limits roomy_limits() {
  Limits limits;
  limits.line_octets_max = limits.response_octets_max = 100000;
  limits.tokens_max = 10000;
  limits.depth_max = 1000;
  return limits;
}

std::string text_of(NString string) {
  return string.is_nil() ? "NIL" : string.to_string();
}

std::string fault_of(std::string_view field, Error error) {
  return std::string(field) + ": " + std::string(word(error.code)) + " @" + std::to_string(error.offset);
}

// One structure a line: its parts with what is known of them, and the first error of each.
std::string outline(std::span<const BodyPart> structure) {
  std::ostringstream out;
  for (const BodyPart& part : structure) {
    out << section(structure, part) << ' ';
    if (part.is_multipart()) out << "multipart/" << text_of(part.subtype) << " of " << part.parts;
    if (!part.is_multipart()) out << text_of(part.type) << '/' << text_of(part.subtype);
    for (const Token& parameter : part.parameters) out << ' ' << text_of(NString{parameter});
    if (!part.encoding.is_nil()) out << " as " << text_of(part.encoding);
    if (part.octets > 0) out << ' ' << part.octets << " octets";
    if (part.lines > 0) out << ' ' << part.lines << " lines";
    if (part.envelope != nullptr) out << " with envelope";
    if (!part.md5.is_nil()) out << " md5 " << text_of(part.md5);
    if (!part.disposition.is_nil()) out << " disposition " << text_of(part.disposition);
    for (const Token& parameter : part.disposition_parameters) out << ' ' << text_of(NString{parameter});
    if (part.language != nullptr && part.language->is_string()) out << " language " << part.language->text;
    if (part.language != nullptr && part.language->is_list()) {
      out << " languages";
      for (const Token& language : children(*part.language)) out << ' ' << text_of(NString{language});
    }
    if (!part.location.is_nil()) out << " location " << text_of(part.location);
    if (!part.extensions.empty()) out << " and " << part.extensions.count() << " more";
    if (part.error) out << " (" << fault_of(word(part.error_field), part.error) << ')';
    out << '\n';
    EXPECT_EQ(static_cast<bool>(part.error), part.wrong_fields != 0);
    EXPECT_EQ(static_cast<bool>(part.error), part.is_wrong(part.error_field));
  }
  return out.str();
}

std::string outline(const Envelope& envelope) {
  std::ostringstream out;
  const auto text = [&](EnvelopeField field, NString value) {
    if (!value.is_nil()) out << word(field) << ": " << text_of(value) << '\n';
    if (const Error error = envelope.error(field)) out << '(' << fault_of(word(field), error) << ")\n";
  };
  const auto list = [&](EnvelopeField field, const AddressList& addresses) {
    std::size_t count = 0;
    for (const Address& address : addresses) {
      out << word(field) << ": " << text_of(address.name) << ' ' << text_of(address.route) << ' '
          << text_of(address.mailbox) << ' ' << text_of(address.host);
      if (address.error) out << " (" << fault_of("address", address.error) << ')';
      out << '\n';
      ++count;
    }
    EXPECT_EQ(count, addresses.count());
    EXPECT_EQ(count == 0, addresses.empty());
    if (const Error error = envelope.error(field)) out << '(' << fault_of(word(field), error) << ")\n";
  };
  text(EnvelopeField::date, envelope.date);
  text(EnvelopeField::subject, envelope.subject);
  list(EnvelopeField::from, envelope.from);
  list(EnvelopeField::sender, envelope.sender);
  list(EnvelopeField::reply_to, envelope.reply_to);
  list(EnvelopeField::to, envelope.to);
  list(EnvelopeField::cc, envelope.cc);
  list(EnvelopeField::bcc, envelope.bcc);
  text(EnvelopeField::in_reply_to, envelope.in_reply_to);
  text(EnvelopeField::message_id, envelope.message_id);
  return out.str();
}

// The structure or envelope in the first FETCH of a stream, with its error.
std::string read_first(std::string_view stream, Tolerances tolerances) {
  ResponseParser parser(roomy_limits(), tolerances);
  parser.feed(stream);
  while (const Response* response = parser.next()) {
    if (response->error) return fault_of("response", response->error) + '\n';
    if (!response->is_data("FETCH")) continue;
    FetchItems items{*response, tolerances};
    for (FetchItem item; items.next(item);) {
      if (item.attribute == FetchAttribute::envelope) {
        const auto read = read_envelope(*item.value, tolerances);
        EXPECT_EQ(reference::describe(read.partial(), read.error()),
                  reference::read_imap_envelope(*item.value, tolerances));
        return outline(read.partial()) + (read ? "" : fault_of("envelope", read.error()) + '\n');
      }
      if (item.attribute == FetchAttribute::body || item.attribute == FetchAttribute::bodystructure) {
        std::vector<BodyPart> room;
        const auto read = read_body_structure(*item.value, room, tolerances);
        EXPECT_EQ(reference::describe(read.partial(), read.error()),
                  reference::read_imap_structure(*item.value, tolerances));
        return outline(read.partial()) + (read ? "" : fault_of("structure", read.error()) + '\n');
      }
    }
  }
  return "nothing";
}

std::string reported(std::string_view name, Tolerances tolerances = {}) {
  return read_first(read_file(BACKTALK_CORPORA "/imap/reported/" + std::string(name) + ".txt"), tolerances);
}

// The value begins at offset 16.
std::string structure(std::string_view value, Tolerances tolerances = {}) {
  return read_first("* 1 FETCH (BODY " + std::string(value) + ")\r\n", tolerances);
}

// The value begins at offset 20.
std::string envelope(std::string_view value, Tolerances tolerances = {}) {
  return read_first("* 1 FETCH (ENVELOPE " + std::string(value) + ")\r\n", tolerances);
}

TEST(ImapReported, ADispositionWithoutParentheses) {
  const std::string parts =
      "TEXT multipart/alternative of 2 boundary b1\n"
      "1 text/plain charset iso-8859-1 as quoted-printable 850 octets 31 lines disposition inline";
  EXPECT_EQ(reported("bs-disposition-bare-string", tolerate::bare_disposition),
            parts + "\n2 text/html as 7bit 90 octets 2 lines disposition inline\n");
  EXPECT_EQ(reported("bs-disposition-bare-string"),
            parts +
                " (disposition: wrong-shape @112)\n"
                "2 text/html as 7bit 90 octets 2 lines disposition inline "
                "(disposition: wrong-shape @172)\n"
                "structure: wrong-shape @112\n");
}

TEST(ImapReported, AMultipartWithNilForItsParts) {
  EXPECT_EQ(reported("bs-multipart-nil-child", tolerate::empty_multiparts),
            "TEXT multipart/report of 2 boundary b1\n"
            "1 text/plain as 7bit 7 octets 1 lines\n"
            "2 message/rfc822 as 7bit 903 octets 17 lines with envelope\n"
            "2.TEXT multipart/alternative of 0 boundary b2\n");
  EXPECT_EQ(reported("bs-multipart-nil-child"),
            "TEXT multipart/report of 2 boundary b1\n"
            "1 text/plain as 7bit 7 octets 1 lines\n"
            "2 message/rfc822 as 7bit 903 octets 17 lines with envelope\n"
            "2.TEXT multipart/alternative of 0 boundary b2 (parts: wrong-shape @211)\n"
            "structure: wrong-shape @211\n");
}

TEST(ImapReported, AMultipartWithoutItsParts) {
  EXPECT_EQ(reported("bs-gmail-collapsed-multipart", tolerate::empty_multiparts),
            "TEXT multipart/ALTERNATIVE of 2 BOUNDARY b2\n"
            "1 multipart/ALTERNATIVE of 0 BOUNDARY b2\n"
            "2 TEXT/HTML CHARSET utf-8 as 7BIT 6769 octets 171 lines\n");
  EXPECT_EQ(reported("bs-gmail-collapsed-multipart"),
            "TEXT multipart/ALTERNATIVE of 2 BOUNDARY b2\n"
            "1 multipart/ALTERNATIVE of 0 BOUNDARY b2 (parts: wrong-shape @47)\n"
            "2 TEXT/HTML CHARSET utf-8 as 7BIT 6769 octets 171 lines\n"
            "structure: wrong-shape @47\n");
}

TEST(ImapReported, AMessageWithoutItsBody) {
  EXPECT_EQ(reported("bs-rfc822-body-empty-list", tolerate::empty_multiparts),
            "TEXT multipart/report of 2 boundary b1\n"
            "1 text/plain as base64 232 octets 4 lines\n"
            "2 message/rfc822 as 7BIT 787 octets with envelope\n");
  EXPECT_EQ(reported("bs-rfc822-body-empty-list"),
            "TEXT multipart/report of 2 boundary b1\n"
            "1 text/plain as base64 232 octets 4 lines\n"
            "2 message/rfc822 as 7BIT 787 octets with envelope (parts: wrong-shape @173)\n"
            "structure: wrong-shape @173\n");
}

TEST(ImapReported, AMultipartInTheFormOfOtherParts) {
  EXPECT_EQ(reported("bs-multipart-as-basic", tolerate::empty_multiparts),
            "TEXT multipart/mixed of 2 boundary b1\n"
            "1 multipart/related boundary b2 as 7BIT 400 octets\n"
            "2 text/html as 7BIT 1115 octets 70 lines\n");
  EXPECT_EQ(reported("bs-multipart-as-basic"),
            "TEXT multipart/mixed of 2 boundary b1\n"
            "1 multipart/related boundary b2 as 7BIT 400 octets (md5: wrong-shape @93)\n"
            "2 text/html as 7BIT 1115 octets 70 lines\n"
            "structure: wrong-shape @93\n");
}

TEST(ImapReported, ATypeWithoutASubtype) {
  EXPECT_EQ(reported("bs-subtype-missing", tolerate::missing_subtype | tolerate::extra_spaces),
            "TEXT multipart/MIXED of 2 BOUNDARY b1\n"
            "1 TEXT/PLAIN CHARSET koi8-r as base64 356 octets 5 lines\n"
            "2 X-ZIP/NIL BOUNDARY  as base64 4096 octets\n");
  EXPECT_EQ(reported("bs-subtype-missing", tolerate::extra_spaces),
            "TEXT multipart/MIXED of 2 BOUNDARY b1\n"
            "1 TEXT/PLAIN CHARSET koi8-r as base64 356 octets 5 lines\n"
            "2 X-ZIP/NIL BOUNDARY  as base64 4096 octets (subtype: wrong-shape @103)\n"
            "structure: wrong-shape @103\n");
  EXPECT_EQ(reported("bs-subtype-missing"), "response: extra-space @94\n");
}

TEST(ImapReported, AnEmptyListForALocation) {
  const std::string html = "1 text/html charset utf-8 as base64 38706 octets 497 lines";
  const std::string image =
      "2 image/jpeg name i.jpg as base64 3446 octets disposition inline filename i.jpg size 2782";
  const std::string root = "TEXT multipart/related of 2 boundary b1 type text/html languages de-DE\n";
  EXPECT_EQ(reported("bs-location-empty-list", tolerate::empty_lists), root + html + '\n' + image + '\n');
  EXPECT_EQ(reported("bs-location-empty-list"),
            root + html + " (location: wrong-shape @107)\n" + image +
                " (location: wrong-shape @232)\nstructure: wrong-shape @107\n");
}

TEST(ImapReported, ANumberWithAnExponent) {
  EXPECT_EQ(reported("bs-number-with-exponent", tolerate::exponents),
            "1 application/zip name z.zip as base64 9373600 octets disposition attachment filename z.zip\n");
  EXPECT_EQ(reported("bs-number-with-exponent"),
            "1 application/zip name z.zip as base64 disposition attachment filename z.zip "
            "(octets: wrong-shape @87)\nstructure: wrong-shape @87\n");
}

TEST(ImapReported, NilForStrings) {
  EXPECT_EQ(reported("bs-parts-of-nil", tolerate::nil_strings),
            "TEXT multipart/report of 2 report-type delivery-status boundary b1\n"
            "1 NIL/NIL as 7BIT 563 octets\n"
            "2 message/delivery-status as 7BIT 658 octets\n");
  EXPECT_EQ(reported("bs-parts-of-nil"),
            "TEXT multipart/report of 2 report-type delivery-status boundary b1\n"
            "1 NIL/NIL as 7BIT 563 octets (type: wrong-shape @33)\n"
            "2 message/delivery-status as 7BIT 658 octets\n"
            "structure: wrong-shape @33\n");
  const std::string parts =
      "1 text/plain charset utf-8 as 8bit 536 octets\n2 text/html charset utf-8 as 8bit 713 octets\n";
  EXPECT_EQ(reported("bs-param-value-nil", tolerate::nil_strings),
            "TEXT multipart/alternative of 2 boundary NIL\n" + parts);
  EXPECT_EQ(reported("bs-param-value-nil"),
            "TEXT multipart/alternative of 2 boundary NIL (parameters: wrong-shape @204)\n" + parts +
                "structure: wrong-shape @204\n");
  EXPECT_EQ(reported("bs-disposition-nil-nil", tolerate::nil_strings),
            "TEXT multipart/mixed of 1 boundary b1\n1 application/msword as base64 50446 octets\n");
  EXPECT_EQ(reported("bs-disposition-nil-nil"),
            "TEXT multipart/mixed of 1 boundary b1\n"
            "1 application/msword as base64 50446 octets (disposition: wrong-shape @89)\n"
            "structure: wrong-shape @89\n");
}

TEST(ImapReported, LanguagesThatAreNone) {
  EXPECT_EQ(
      reported("bs-language-is-a-number"),
      "1 text/plain as 7bit 1 octets 1 lines (language: wrong-shape @79)\nstructure: wrong-shape @79\n");
  const std::string parts =
      "1 text/plain as 8bit 314 octets 8 lines\n2 image/png name p as base64 375634 octets\n";
  const std::string root =
      "TEXT multipart/related of 2 type multipart/alternative boundary b1 languages inline NIL and 1 more";
  EXPECT_EQ(reported("bs-language-list-of-nil", tolerate::nil_strings), root + '\n' + parts);
  EXPECT_EQ(reported("bs-language-list-of-nil"),
            root + " (language: wrong-shape @241)\n" + parts + "structure: wrong-shape @241\n");
}

TEST(ImapReported, SpacesBetweenParts) {
  const std::string outer =
      "1 text/plain as 7bit 28 octets 2 lines\n"
      "2 message/rfc822 as 7bit 641 octets 31 lines with envelope disposition attachment\n"
      "2.TEXT multipart/alternative of 2 boundary b2 languages cs";
  EXPECT_EQ(reported("bs-space-between-parts", tolerate::extra_spaces),
            "TEXT multipart/mixed of 2 boundary b1 languages cs\n" + outer +
                "\n2.1 text/plain as 7bit 4 octets 3 lines\n2.2 text/html as 7bit 4 octets 1 lines\n");
  EXPECT_EQ(reported("bs-space-between-parts"), "response: extra-space @176\n");
}

TEST(ImapReported, StructuresThatAreReadAsTheyAre) {
  EXPECT_EQ(reported("bs-octets-minus-one", tolerate::negative_numbers),
            "TEXT multipart/report of 2\n"
            "1 text/plain as 7bit 155 octets 1 lines\n"
            "2 multipart/parallel boundary b2 as 7BIT\n");
  EXPECT_EQ(reported("bs-octets-minus-one"),
            "TEXT multipart/report of 2\n"
            "1 text/plain as 7bit 155 octets 1 lines\n"
            "2 multipart/parallel boundary b2 as 7BIT (octets: wrong-shape @137)\n"
            "structure: wrong-shape @137\n");
  EXPECT_EQ(reported("bs-rfc822-without-envelope"),
            "TEXT multipart/mixed of 2 boundary b1\n"
            "1 text/plain charset gbk as base64 974 octets 15 lines\n"
            "2 message/rfc822 name a.eml as  1077 octets disposition attachment filename a.eml\n");
}

constexpr std::string_view kAnn = "Ann NIL ann x.test";

TEST(ImapReported, EnvelopesWithoutTheirLastFields) {
  const std::string fields = "date: Mon, 2 Nov 2026 10:00:00 +0800\nsubject: s\nfrom: " + std::string(kAnn) +
                             "\nsender: " + std::string(kAnn) + "\nreply-to: " + std::string(kAnn) +
                             "\nto: NIL NIL bob y.test\nin-reply-to: <irt@x.test>\n";
  EXPECT_EQ(reported("env-nine-fields", tolerate::short_envelopes), fields);
  EXPECT_EQ(reported("env-nine-fields"),
            fields + "(message-id: wrong-shape @20)\nenvelope: wrong-shape @20\n");
}

TEST(ImapReported, NilAmongAddresses) {
  const std::string before =
      "date: Mon, 2 Nov 2026 10:00:00 +0000\nsubject: s\nfrom: " + std::string(kAnn) + '\n';
  const std::string sender = "sender: " + std::string(kAnn) + '\n';
  const std::string after = "to: NIL NIL bob y.test\nmessage-id: <m@x.test>\n";
  EXPECT_EQ(reported("env-nil-among-addresses", tolerate::nil_addresses), before + sender + after);
  EXPECT_EQ(reported("env-nil-among-addresses"), before + "(from: wrong-shape @66)\n" + sender +
                                                     "(sender: wrong-shape @99)\n" + after +
                                                     "envelope: wrong-shape @66\n");
}

TEST(ImapReported, EnvelopesThatAreReadAsTheyAre) {
  EXPECT_EQ(reported("env-mailbox-nil-host-not"),
            "subject: Retrieval failed\nfrom: Mail Server NIL NIL .MISSING-HOST-NAME.\n"
            "to: u@x.test NIL u x.test\n");
  const std::string ann =
      "date: Mon, 2 Nov 2026 10:00:00 +0000\nsubject: s\nfrom: " + std::string(kAnn) + '\n';
  EXPECT_EQ(reported("env-address-list-empty", tolerate::empty_lists), ann + "message-id: <m@x.test>\n");
  EXPECT_EQ(reported("env-address-list-empty"),
            ann +
                "(sender: wrong-shape @94)\n(reply-to: wrong-shape @97)\n(to: wrong-shape @100)\n"
                "(cc: wrong-shape @103)\n(bcc: wrong-shape @106)\nmessage-id: <m@x.test>\n"
                "envelope: wrong-shape @94\n");
  EXPECT_EQ(reported("env-group-syntax"),
            ann + "to: NIL NIL undisclosed-recipients NIL\nto: NIL NIL NIL NIL\nmessage-id: <m@x.test>\n");
  EXPECT_EQ(reported("env-date-is-anything"), "date: 6/31/2005\nsubject: It is time\n");
}

// Gmail leaves out the parts of what has the boundary of its parent, in both items.
TEST(ImapStructures, MultipartsWithoutPartsInEveryForm) {
  constexpr Tolerances kOn = tolerate::empty_multiparts;
  EXPECT_EQ(
      structure(R"((("RELATED" NIL ("ATTACHMENT" NIL) NIL)("a" "b" NIL NIL NIL "7bit" 1) "MIXED"))", kOn),
      "TEXT multipart/MIXED of 2\n"
      "1 multipart/RELATED of 0 disposition ATTACHMENT\n"
      "2 a/b as 7bit 1 octets\n");
  EXPECT_EQ(structure(R"((("ALTERNATIVE") "MIXED"))", kOn),
            "TEXT multipart/MIXED of 1\n1 multipart/ALTERNATIVE of 0\n");
  EXPECT_EQ(structure(R"((("ALTERNATIVE") "MIXED"))"),
            "TEXT multipart/MIXED of 1\n1 multipart/ALTERNATIVE of 0 (parts: wrong-shape @17)\n"
            "structure: wrong-shape @17\n");
  EXPECT_EQ(structure(R"((NIL "mixed"))", kOn), "TEXT multipart/mixed of 0\n");
  EXPECT_EQ(structure(R"(("MIXED" ("BOUNDARY" "b") NIL ("en" "de") "loc" 1))", kOn),
            "TEXT multipart/MIXED of 0 BOUNDARY b languages en de location loc and 1 more\n");
  EXPECT_EQ(structure(R"((() "mixed" NIL))", kOn), "TEXT multipart/mixed of 0\n");
  EXPECT_EQ(structure(R"((() "mixed" NIL))"),
            "TEXT multipart/mixed of 0 (parts: wrong-shape @17)\nstructure: wrong-shape @17\n");
  EXPECT_EQ(structure("()", kOn), "TEXT multipart/NIL of 0\n");
  EXPECT_EQ(structure("()"),
            "TEXT multipart/NIL of 0 (parts: wrong-shape @16)\nstructure: wrong-shape @16\n");
  // One among others keeps its number.
  EXPECT_EQ(structure(R"((()("a" "b" NIL NIL NIL "7bit" 1) "mixed"))", kOn),
            "TEXT multipart/mixed of 2\n1 multipart/NIL of 0\n2 a/b as 7bit 1 octets\n");
  EXPECT_EQ(structure(R"((("a" "b" NIL NIL NIL "7bit" 1) NIL "mixed" ("x" "y")))", kOn),
            "TEXT multipart/mixed of 2 x y\n1 a/b as 7bit 1 octets\n2 multipart/NIL of 0\n");
  // As text, with the parameters where the MD5 belongs.
  EXPECT_EQ(structure(R"((("TEXT" "PLAIN" NIL NIL NIL "7BIT" 0 0 ("BOUNDARY" "b") NIL NIL) "RELATED"))", kOn),
            "TEXT multipart/RELATED of 1\n1 TEXT/PLAIN BOUNDARY b as 7BIT\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7BIT" 1 ("c" "d" "e")))", kOn),
            "1 a/b c d as 7BIT 1 octets (md5: wrong-shape @46)\nstructure: wrong-shape @46\n");
}

TEST(ImapStructures, MessagesWithoutBodyOrEnvelope) {
  constexpr Tolerances kOn = tolerate::empty_multiparts;
  const std::string head = R"(("message" "rfc822" NIL NIL NIL "7bit" 9 )";
  const std::string envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
  for (const std::string_view rest : {" NIL 3)", " () 3)", " 3)"}) {
    EXPECT_EQ(structure(head + envelope + std::string(rest), kOn),
              "1 message/rfc822 as 7bit 9 octets 3 lines with envelope\n")
        << rest;
    EXPECT_EQ(structure(head + envelope + std::string(rest)),
              "1 message/rfc822 as 7bit 9 octets 3 lines with envelope (parts: wrong-shape @99)\n"
              "structure: wrong-shape @99\n")
        << rest;
  }
  EXPECT_EQ(structure(head + "NIL NIL 3 NIL)", kOn), "1 message/rfc822 as 7bit 9 octets 3 lines\n");
  EXPECT_EQ(structure(head + R"(NIL ("a" "b" NIL NIL NIL "7bit" 1) 3))", kOn),
            "1 message/rfc822 as 7bit 9 octets 3 lines\n1.1 a/b as 7bit 1 octets\n");
  EXPECT_EQ(structure(head + "NIL NIL 3)"),
            "1 message/rfc822 as 7bit 9 octets 3 lines (envelope: wrong-shape @57)\n"
            "structure: wrong-shape @57\n");
  EXPECT_EQ(structure(head + envelope + ")", kOn | tolerate::missing_sizes),
            "1 message/rfc822 as 7bit 9 octets with envelope\n");
  EXPECT_EQ(structure(head + envelope + " \"x\" 3)", kOn),
            "1 message/rfc822 as 7bit 9 octets 3 lines with envelope (parts: wrong-shape @99)\n"
            "structure: wrong-shape @99\n");
  // A bad envelope costs neither body nor lines.
  EXPECT_EQ(structure(head + R"((NIL) ("a" "b" NIL NIL NIL "7bit" 1) 3))"),
            "1 message/rfc822 as 7bit 9 octets 3 lines with envelope (envelope: wrong-shape @57)\n"
            "1.1 a/b as 7bit 1 octets\nstructure: wrong-shape @57\n");
  EXPECT_EQ(structure(head + R"((NIL) ("a" "b" NIL NIL NIL "7bit" 1) 3))", tolerate::short_envelopes),
            "1 message/rfc822 as 7bit 9 octets 3 lines with envelope\n1.1 a/b as 7bit 1 octets\n");
}

TEST(ImapStructures, OctetsThatAreMissing) {
  constexpr Tolerances kOn = tolerate::missing_sizes;
  EXPECT_EQ(structure(R"(("text" "plain" NIL NIL NIL "7bit" NIL NIL "md5"))", kOn),
            "1 text/plain as 7bit md5 md5\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit" NIL "md5"))", kOn), "1 a/b as 7bit md5 md5\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit"))", kOn), "1 a/b as 7bit\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit" NIL "md5"))"),
            "1 a/b as 7bit md5 md5 (octets: wrong-shape @44)\nstructure: wrong-shape @44\n");
}

TEST(ImapStructures, LinesOfWhatHasNone) {
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit" 5 1 "md5" ("inline" NIL) "en"))"),
            "1 a/b as 7bit 5 octets md5 md5 disposition inline language en (md5: wrong-shape @46)\n"
            "structure: wrong-shape @46\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit" 5 1))"),
            "1 a/b as 7bit 5 octets (md5: wrong-shape @46)\nstructure: wrong-shape @46\n");
  constexpr Tolerances kOn = tolerate::extra_lines;
  const std::string head = R"(("a" "b" NIL NIL NIL "7bit" 5 )";
  EXPECT_EQ(structure(head + R"(1 "md5" ("inline" NIL) "en"))", kOn),
            "1 a/b as 7bit 5 octets md5 md5 disposition inline language en\n");
  EXPECT_EQ(structure(head + "1)", kOn), "1 a/b as 7bit 5 octets\n");
  EXPECT_EQ(structure(head + "1 NIL)", kOn), "1 a/b as 7bit 5 octets\n");
  // Of two numbers only one can be the lines, and those of a text are not too many.
  EXPECT_EQ(structure(head + "1 2)", kOn),
            "1 a/b as 7bit 5 octets (md5: wrong-shape @48)\nstructure: wrong-shape @48\n");
  EXPECT_EQ(structure(head + "1 2)"),
            "1 a/b as 7bit 5 octets (md5: wrong-shape @46)\nstructure: wrong-shape @46\n");
  EXPECT_EQ(structure(R"(("text" "b" NIL NIL NIL "7bit" 5 1 2 "md5"))", kOn),
            "1 text/b as 7bit 5 octets 1 lines md5 md5\n");
  // A number of lines takes no MD5 from the disposition.
  EXPECT_EQ(structure(head + R"(1 ("inline" NIL)))", kOn | tolerate::missing_md5),
            "1 a/b as 7bit 5 octets disposition inline\n");
  EXPECT_EQ(structure(head + R"(1 ("inline" NIL)))", kOn),
            "1 a/b as 7bit 5 octets disposition inline (md5: wrong-shape @48)\nstructure: wrong-shape @48\n");
}

TEST(ImapStructures, Md5ThatIsMissing) {
  constexpr Tolerances kOn = tolerate::missing_md5;
  const std::string head = R"(("a" "b" NIL NIL NIL "7bit" 5 )";
  for (const std::string_view parameters : {"NIL", R"(("c" "d"))"}) {
    const std::string disposition = "(\"inline\" " + std::string(parameters) + ")";
    const std::string read =
        "1 a/b as 7bit 5 octets disposition inline" + std::string(parameters == "NIL" ? "" : " c d");
    EXPECT_EQ(structure(head + disposition + ")", kOn), read + "\n");
    EXPECT_EQ(structure(head + disposition + R"( "en" "loc"))", kOn), read + " language en location loc\n");
    EXPECT_EQ(structure(head + disposition + ")"),
              read + " (md5: wrong-shape @46)\nstructure: wrong-shape @46\n");
  }
  // What has not the shape of a disposition is none.
  EXPECT_EQ(structure(head + R"(("inline")))", kOn), structure(head + R"(("inline")))"));
  EXPECT_EQ(structure(head + R"(("c" "d" "e" "f")))", kOn), structure(head + R"(("c" "d" "e" "f")))"));
}

TEST(ImapReported, LinesOfPartsWithoutAndMessagesWithoutMd5) {
  const std::string text =
      "TEXT multipart/MIXED of 3\n1 TEXT/PLAIN CHARSET us-ascii as 7BIT 12 octets 1 lines\n"
      "2 IMAGE/PNG NAME i.png as BASE64 400 octets disposition attachment filename i.png";
  const std::string message =
      "3 MESSAGE/RFC822 as 7BIT 90 octets 4 lines with envelope disposition attachment";
  const std::string inner = "3.1 TEXT/PLAIN as 7BIT 3 octets 1 lines\n";
  EXPECT_EQ(reported("bs-lines-of-parts-without", tolerate::extra_lines | tolerate::missing_md5),
            text + "\n" + message + "\n" + inner);
  EXPECT_EQ(reported("bs-lines-of-parts-without", tolerate::mail_servers),
            text + "\n" + message + "\n" + inner);
  EXPECT_EQ(reported("bs-lines-of-parts-without"), text + " (md5: wrong-shape @161)\n" + message +
                                                       " (md5: wrong-shape @353)\n" + inner +
                                                       "structure: wrong-shape @161\n");
}

// What is left out and what is NIL are told apart by what follows.
TEST(ImapStructures, LinesThatAreMissing) {
  constexpr Tolerances kOn = tolerate::missing_sizes;
  const std::string head = R"(("text" "plain" NIL NIL NIL "7bit" 5)";
  const std::string read = "1 text/plain as 7bit 5 octets";
  EXPECT_EQ(structure(head + ")", kOn), read + "\n");
  EXPECT_EQ(structure(head + ")"), read + " (lines: wrong-shape @16)\nstructure: wrong-shape @16\n");
  EXPECT_EQ(structure(head + " NIL NIL NIL NIL)", kOn), read + "\n");
  EXPECT_EQ(structure(head + " NIL NIL NIL NIL)"),
            read + " (lines: wrong-shape @53)\nstructure: wrong-shape @53\n");
  EXPECT_EQ(structure(head + R"( NIL ("inline" ("a" "b")) "en"))", kOn),
            read + " disposition inline a b language en\n");
  EXPECT_EQ(structure(head + R"( NIL NIL ("inline" NIL) "en"))", kOn),
            read + " disposition inline language en\n");
  EXPECT_EQ(structure(head + R"( "md5" ("inline" NIL)))", kOn), read + " md5 md5 disposition inline\n");
  EXPECT_EQ(structure(head + R"( ("inline" NIL)))", kOn),
            read + " disposition inline (md5: wrong-shape @53)\nstructure: wrong-shape @53\n");
  EXPECT_EQ(structure(head + " x NIL)", kOn),
            read + " (lines: wrong-shape @53)\nstructure: wrong-shape @53\n");
}

TEST(ImapStructures, DispositionsInEveryForm) {
  const auto with = [](std::string_view disposition, Tolerances tolerances = {}) {
    return structure(R"(("a" "b" NIL NIL NIL "7bit" 1 NIL )" + std::string(disposition) + R"( "en"))",
                     tolerances);
  };
  const std::string read = "1 a/b as 7bit 1 octets";
  EXPECT_EQ(with(R"(("inline" ("c" "d")))"), read + " disposition inline c d language en\n");
  for (const std::string_view bare : {R"("inline")", R"(("inline"))"}) {
    EXPECT_EQ(with(bare, tolerate::bare_disposition), read + " disposition inline language en\n");
    EXPECT_EQ(with(bare), read +
                              " disposition inline language en (disposition: wrong-shape @50)\n"
                              "structure: wrong-shape @50\n");
  }
  EXPECT_EQ(with("()", tolerate::empty_lists), read + " language en\n");
  EXPECT_EQ(with(R"(("inline" ()))", tolerate::empty_lists), read + " disposition inline language en\n");
  EXPECT_EQ(with(R"((() ()))", tolerate::empty_lists | tolerate::nil_strings), read + " language en\n");
  EXPECT_EQ(with("()"), read + " language en (disposition: wrong-shape @50)\nstructure: wrong-shape @50\n");
  EXPECT_EQ(with("7"), read + " language en (disposition: wrong-shape @50)\nstructure: wrong-shape @50\n");
  EXPECT_EQ(with(R"(("inline" NIL "more"))"),
            read +
                " disposition inline language en (disposition: wrong-shape @64)\n"
                "structure: wrong-shape @64\n");
  EXPECT_EQ(with(R"(("inline" ("c" "d" "e")))"),
            read +
                " disposition inline c d language en (disposition: wrong-shape @60)\n"
                "structure: wrong-shape @60\n");
}

// Of several parameters that are wrong the first is told, and what fits behind it does not undo it.
TEST(ImapStructures, TheFirstWrongParameterIsTold) {
  for (const std::string_view more : {"", R"( "e" "f")", R"( "e" NIL)", R"( NIL NIL "g" "h")"}) {
    const std::string list = R"(("a" "b" ("c" NIL)" + std::string(more) + R"() NIL NIL "7bit" 1))";
    EXPECT_TRUE(structure(list).ends_with("structure: wrong-shape @30\n")) << structure(list);
    EXPECT_EQ(structure(list, tolerate::nil_strings).find("structure:"), std::string::npos) << list;
  }
}

// Without the parentheses, the parameters of a disposition stand where the language does.
TEST(ImapStructures, ParametersBehindABareDisposition) {
  const auto with = [](std::string_view fields, Tolerances tolerances = tolerate::bare_disposition) {
    return structure(R"(("a" "b" NIL NIL NIL "7bit" 1 NIL "attachment" )" + std::string(fields) + ")",
                     tolerances);
  };
  const std::string read = "1 a/b as 7bit 1 octets disposition attachment";
  for (const std::string_view name : {"filename", "FileName", "filename*", "filename*0*", "name", "size",
                                      "creation-date", "modification-date", "read-date"}) {
    const std::string pair = "\"" + std::string(name) + "\" \"x\"";
    const std::string parameter = " " + std::string(name) + " x";
    EXPECT_EQ(with("(" + pair + ")"), read + parameter + "\n");
    EXPECT_EQ(with("(" + pair + R"() "en" "loc")"), read + parameter + " language en location loc\n");
    EXPECT_EQ(with("(" + pair + R"( "other" "y") ("en" "de"))"),
              read + parameter + " other y languages en de\n");
    EXPECT_EQ(with("(" + pair + ")", {}),
              read + parameter + " (disposition: wrong-shape @50)\nstructure: wrong-shape @50\n");
  }
  // Languages are none.
  for (const std::string_view name : {"en", "filenames", "file", "nam", "sizes", "read"}) {
    EXPECT_EQ(with("(\"" + std::string(name) + R"(" "de") "loc")"),
              read + " languages " + std::string(name) + " de location loc\n");
  }
  EXPECT_EQ(with(R"(("size") "en")"),
            read + " language en (disposition: wrong-shape @63)\nstructure: wrong-shape @63\n");
}

TEST(ImapStructures, EmptyListsForEveryNil) {
  constexpr std::string_view kEmpty = R"(("a" "b" () () () "7bit" 1 () () () () ()))";
  EXPECT_EQ(structure(kEmpty, tolerate::empty_lists), "1 a/b as 7bit 1 octets languages and 1 more\n");
  EXPECT_EQ(structure(R"((("a" "b" NIL NIL NIL "7bit" 1) "x" () () () ()))", tolerate::empty_lists),
            "TEXT multipart/x of 1 languages\n1 a/b as 7bit 1 octets\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL () 1))", tolerate::empty_lists | tolerate::nil_strings),
            "1 a/b 1 octets\n");
  for (const Tolerances one : {tolerate::empty_lists, tolerate::nil_strings}) {
    EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL () 1))", one),
              "1 a/b 1 octets (encoding: wrong-shape @37)\nstructure: wrong-shape @37\n");
  }
  EXPECT_EQ(envelope("(() () () () () () () () () ())", tolerate::empty_lists), "");
  EXPECT_EQ(envelope(R"((NIL NIL (("n" () "m" "h")) NIL NIL NIL NIL NIL NIL NIL))", tolerate::empty_lists),
            "from: n NIL m h\n");
  EXPECT_EQ(envelope(R"((NIL NIL (("n" () "m" "h")) NIL NIL NIL NIL NIL NIL NIL))"),
            "from: n NIL m h\n(from: wrong-shape @35)\nenvelope: wrong-shape @35\n");
}

// Each field of a part in turn: what does not fit costs that field alone.
TEST(ImapStructures, ABadFieldCostsItselfAlone) {
  constexpr std::string_view kFields[] = {
      R"("text")", R"("plain")", R"(("k" "v"))", R"("id")",           R"("what")", R"("7bit")",
      "5",         "4",          R"("md5")",     R"(("inline" NIL))", R"("en")",   R"("loc")"};
  constexpr BodyField kNames[] = {BodyField::type,        BodyField::subtype,     BodyField::parameters,
                                  BodyField::id,          BodyField::description, BodyField::encoding,
                                  BodyField::octets,      BodyField::lines,       BodyField::md5,
                                  BodyField::disposition, BodyField::language,    BodyField::location};
  for (std::size_t wrong = 0; wrong < std::size(kFields); ++wrong) {
    std::string value = "(";
    std::uint64_t offset = 0;
    for (std::size_t i = 0; i < std::size(kFields); ++i) {
      if (i > 0) value += ' ';
      if (i == wrong) offset = 17 + value.size();
      value += i == wrong ? "atom" : kFields[i];
    }
    value = "(" + value + R"()("a" "b" NIL NIL NIL "7bit" 1) "mixed"))";
    ResponseParser parser;
    parser.feed(value = "* 1 FETCH (BODY " + value + ")\r\n");
    const Response* const response = parser.next();
    ASSERT_NE(response, nullptr);
    std::vector<BodyPart> room;
    const auto read = read_body_structure(*(&response->data[2] + 2), room);
    EXPECT_EQ(read.error(), (Error{ErrorCode::wrong_shape, offset})) << value;
    ASSERT_EQ(read.partial().size(), 3U) << value;
    const BodyPart& part = read.partial()[1];
    EXPECT_EQ(part.error, read.error());
    EXPECT_EQ(word(part.error_field), word(kNames[wrong])) << value;
    // The lines of a part whose type is unknown are not known to be lines.
    if (wrong == 0) continue;
    EXPECT_EQ(part.wrong_fields, 1U << static_cast<unsigned>(kNames[wrong])) << value;
    const bool is_there[] = {true,
                             part.subtype.raw() == "plain",
                             part.parameters.count() == 2,
                             part.id.raw() == "id",
                             part.description.raw() == "what",
                             part.encoding.raw() == "7bit",
                             part.octets == 5,
                             part.lines == 4,
                             part.md5.raw() == "md5",
                             part.disposition.raw() == "inline",
                             part.language != nullptr && part.language->text == "en",
                             part.location.raw() == "loc"};
    for (std::size_t i = 0; i < std::size(is_there); ++i) EXPECT_EQ(is_there[i], i != wrong) << value;
  }
}

TEST(ImapStructures, ABadPartCostsItselfAlone) {
  EXPECT_EQ(structure(R"((("a" "b" 1 NIL NIL "7bit" 1)("c" "d" NIL NIL NIL "8bit" 2) "mixed" ("e" "f")))"),
            "TEXT multipart/mixed of 2 e f\n"
            "1 a/b as 7bit 1 octets (parameters: wrong-shape @26)\n"
            "2 c/d as 8bit 2 octets\n"
            "structure: wrong-shape @26\n");
  EXPECT_EQ(structure(R"((("a")(((x) "y") "z") "mixed" 5 NIL "en"))"),
            "TEXT multipart/mixed of 2 language en (parameters: wrong-shape @46)\n"
            "1 multipart/a of 0 (parts: wrong-shape @17)\n"
            "2 multipart/z of 1\n"
            "2.1 multipart/y of 1\n"
            "2.1.1 x/NIL (type: wrong-shape @25)\n"
            "structure: wrong-shape @17\n");
  EXPECT_EQ(structure(R"((("a" "b" NIL NIL NIL "7bit" 1)))"),
            "TEXT multipart/NIL of 1 (subtype: wrong-shape @16)\n1 a/b as 7bit 1 octets\n"
            "structure: wrong-shape @16\n");
  EXPECT_EQ(structure(R"((("a" "b" NIL NIL NIL "7bit" 1)))", tolerate::missing_subtype),
            "TEXT multipart/NIL of 1\n1 a/b as 7bit 1 octets\n");
  EXPECT_EQ(structure(R"(("text" ("k" "v") NIL NIL "7bit" 9 3))", tolerate::missing_subtype),
            "1 text/NIL k v as 7bit 9 octets 3 lines\n");
  EXPECT_EQ(structure(R"(("text" NIL ("k" "v") NIL NIL "7bit" 9 3))", tolerate::nil_strings),
            "1 text/NIL k v as 7bit 9 octets 3 lines\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit" 4294967296 "m"))"),
            "1 a/b as 7bit md5 m (octets: number-out-of-range @44)\n"
            "structure: number-out-of-range @44\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit" 4294967296 "m"))", tolerate::large_numbers),
            "1 a/b as 7bit 4294967296 octets md5 m\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit" "12" "m"))"),
            "1 a/b as 7bit md5 m (octets: wrong-shape @44)\nstructure: wrong-shape @44\n");
  EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit"))"),
            "1 a/b as 7bit (octets: wrong-shape @16)\nstructure: wrong-shape @16\n");
  EXPECT_EQ(structure(R"(("a" "b" ("k" "v" "w" 5 "x" "y") NIL NIL "7bit" 1))"),
            "1 a/b k v as 7bit 1 octets (parameters: wrong-shape @38)\nstructure: wrong-shape @38\n");
}

TEST(ImapStructures, LanguagesInEveryForm) {
  const auto with = [](std::string_view language, Tolerances tolerances = {}) {
    return structure(R"(("a" "b" NIL NIL NIL "7bit" 1 NIL NIL )" + std::string(language) + R"( "loc"))",
                     tolerances);
  };
  const std::string read = "1 a/b as 7bit 1 octets";
  EXPECT_EQ(with("NIL"), read + " location loc\n");
  EXPECT_EQ(with(R"("en")"), read + " language en location loc\n");
  EXPECT_EQ(with(R"(("en" "de"))"), read + " languages en de location loc\n");
  EXPECT_EQ(with(R"(("en" NIL))", tolerate::nil_strings), read + " languages en NIL location loc\n");
  const std::string wrong = " (language: wrong-shape @54)\nstructure: wrong-shape @54\n";
  EXPECT_EQ(with("5"), read + " location loc" + wrong);
  EXPECT_EQ(with("en"), read + " location loc" + wrong);
  EXPECT_EQ(with("()"), read + " languages location loc" + wrong);
  EXPECT_EQ(with("()", tolerate::empty_lists), read + " languages location loc\n");
  EXPECT_EQ(with(R"((("en")))"), read +
                                     " location loc (language: wrong-shape @55)\n"
                                     "structure: wrong-shape @55\n");
  EXPECT_EQ(with("((x) \\Foo)"), with(R"((("en")))"));
}

// body-type-mpart = 1*body SP media-subtype: no space between the parts, and one before all else.
TEST(ImapStructures, SpacesWhereTheGrammarHasThem) {
  constexpr std::string_view kSpaced =
      R"((("a" "b" NIL NIL NIL "7bit" 1) ("c" "d" NIL NIL NIL "7bit" 1) "mixed"))";
  const std::string parts = "1 a/b as 7bit 1 octets\n2 c/d as 7bit 1 octets\n";
  EXPECT_EQ(structure(kSpaced, tolerate::extra_spaces), "TEXT multipart/mixed of 2\n" + parts);
  EXPECT_EQ(structure(kSpaced),
            "TEXT multipart/mixed of 2 (parts: extra-space @47)\n" + parts + "structure: extra-space @47\n");
  EXPECT_EQ(structure(R"-((("a" "b" NIL NIL NIL "7bit" 1)"mixed"))-"), "response: missing-space @47\n");
  EXPECT_EQ(structure(R"((("a" "b" NIL NIL NIL "7bit" 1) "mixed" ("k" "v")("inline" NIL)("en")))"),
            "TEXT multipart/mixed of 1 k v disposition inline languages en (disposition: missing-space @65)\n"
            "1 a/b as 7bit 1 octets\nstructure: missing-space @65\n");
  EXPECT_EQ(structure(R"(("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))"
                      R"(("a" "b" NIL NIL NIL "7bit" 1) 3))"),
            "1 message/rfc822 as 7bit 9 octets 3 lines with envelope (parts: missing-space @98)\n"
            "1.1 a/b as 7bit 1 octets\nstructure: missing-space @98\n");
  constexpr std::string_view kAddresses =
      R"((NIL NIL ((NIL NIL "a" "h") (NIL NIL "b" "h"))(("n" NIL "c" "h")) NIL NIL NIL NIL NIL NIL))";
  const std::string from = "from: NIL NIL a h\nfrom: NIL NIL b h\n";
  EXPECT_EQ(envelope(kAddresses),
            from +
                "(from: extra-space @47)\nsender: n NIL c h\n(sender: missing-space @66)\n"
                "envelope: extra-space @47\n");
  EXPECT_EQ(envelope(kAddresses, tolerate::extra_spaces),
            from + "sender: n NIL c h\n(sender: missing-space @66)\nenvelope: missing-space @66\n");
}

TEST(ImapStructures, NumbersWithAnExponent) {
  const auto octets = [](std::string_view number, Tolerances tolerances) {
    return structure(R"(("a" "b" NIL NIL NIL "7bit" )" + std::string(number) + ")", tolerances);
  };
  const std::string wrong = "1 a/b as 7bit (octets: wrong-shape @44)\nstructure: wrong-shape @44\n";
  constexpr std::pair<std::string_view, std::string_view> kGood[] = {{"9.3736e+06", "9373600"},
                                                                     {"1e3", "1000"},
                                                                     {"1E+3", "1000"},
                                                                     {"1.5e1", "15"},
                                                                     {"4.294967295e9", "4294967295"}};
  for (const auto& [sent, value] : kGood) {
    EXPECT_EQ(octets(sent, tolerate::exponents), "1 a/b as 7bit " + std::string(value) + " octets\n");
    EXPECT_EQ(octets(sent, tolerate::negative_numbers), wrong) << sent;
  }
  EXPECT_EQ(octets("0e99", tolerate::exponents), "1 a/b as 7bit\n");
  for (const std::string_view none : {"1e", "1e+", "e6", ".5e6", "1.e6", "1.25e1", "1e-6", "1.5", "1e6x",
                                      "1e99", "1e1000", "18446744073709551616e0", "-1e6", "1e+-6", "1,5e6"}) {
    EXPECT_EQ(octets(none, tolerate::exponents), wrong) << none;
  }
  EXPECT_EQ(octets("4.294967296e9", tolerate::exponents),
            "1 a/b as 7bit (octets: number-out-of-range @44)\n"
            "structure: number-out-of-range @44\n");
  EXPECT_EQ(structure(R"(("text" "b" NIL NIL NIL "7bit" -1 1.8e+06))",
                      tolerate::exponents | tolerate::negative_numbers),
            "1 text/b as 7bit 1800000 lines\n");
}

// Where a field is left out, what stands in its place is the next one.
TEST(ImapStructures, AtomsAndNumbersAreNoStrings) {
  for (const Tolerances on : {Tolerances{}, tolerate::atoms_as_strings}) {
    EXPECT_EQ(structure(R"(("IMAGE" "PNG" NIL NIL "BASE64" 10))", on),
              "1 IMAGE/PNG (encoding: wrong-shape @48)\nstructure: wrong-shape @48\n");
    EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL 7bit 5 md5 inline en))", on),
              "1 a/b 5 octets (encoding: wrong-shape @37)\nstructure: wrong-shape @37\n");
    EXPECT_EQ(structure(R"(("a" "b" NIL NIL NIL "7bit" 5 NIL (inline NIL) (en)))", on),
              "1 a/b as 7bit 5 octets (disposition: wrong-shape @51)\nstructure: wrong-shape @51\n");
    EXPECT_EQ(structure(R"(("a" "b" ("k" v) NIL NIL "7bit" 5))", on),
              "1 a/b as 7bit 5 octets (parameters: wrong-shape @30)\nstructure: wrong-shape @30\n");
    EXPECT_EQ(envelope(R"((d NIL ((n NIL "m" "h")) NIL NIL NIL NIL NIL NIL 9))", on),
              "(date: wrong-shape @21)\nfrom: NIL NIL m h (address: wrong-shape @29)\n"
              "(from: wrong-shape @29)\n(message-id: wrong-shape @69)\nenvelope: wrong-shape @21\n");
  }
}

TEST(ImapStructures, EnvelopesOfAnyLength) {
  constexpr Tolerances kOn = tolerate::short_envelopes;
  EXPECT_EQ(envelope("()", kOn), "");
  EXPECT_EQ(envelope(R"(("d" "s" NIL NIL NIL NIL NIL NIL))", kOn), "date: d\nsubject: s\n");
  EXPECT_EQ(envelope(R"(("d" "s" NIL NIL NIL NIL NIL NIL))"),
            "date: d\nsubject: s\n(in-reply-to: wrong-shape @20)\n(message-id: wrong-shape @20)\n"
            "envelope: wrong-shape @20\n");
  EXPECT_EQ(envelope(R"(("d" NIL NIL NIL NIL NIL NIL NIL NIL "m" "more"))", kOn),
            "date: d\nmessage-id: m\nenvelope: wrong-shape @61\n");
  EXPECT_EQ(envelope(R"(("d" 5 x NIL NIL NIL NIL NIL NIL "m"))"),
            "date: d\n(subject: wrong-shape @25)\n(from: wrong-shape @27)\nmessage-id: m\n"
            "envelope: wrong-shape @25\n");
  EXPECT_EQ(envelope("(\"d\" 5 x)", kOn),
            "date: d\n(subject: wrong-shape @25)\n(from: wrong-shape @27)\nenvelope: wrong-shape @25\n");
}

TEST(ImapStructures, ABadAddressCostsItselfAlone) {
  const auto with = [](std::string_view from, Tolerances tolerances = {}) {
    return envelope("(NIL NIL " + std::string(from) + R"( NIL NIL (("n" NIL "m" "h")) NIL NIL NIL "id"))",
                    tolerances);
  };
  const std::string rest = "to: n NIL m h\nmessage-id: id\n";
  const auto wrong = [&](std::string_view addresses, int offset) {
    const std::string at = "wrong-shape @" + std::to_string(offset);
    return std::string(addresses) + "(from: " + at + ")\n" + rest + "envelope: " + at + "\n";
  };
  EXPECT_EQ(with(R"((("a" NIL "b")("c" NIL "d" "e")))"),
            wrong("from: a NIL b NIL (address: wrong-shape @30)\nfrom: c NIL d e\n", 30));
  EXPECT_EQ(with(R"((("a" NIL "b" "c" "d")("e" NIL "f" "g")))"),
            wrong("from: a NIL b c (address: wrong-shape @47)\nfrom: e NIL f g\n", 47));
  EXPECT_EQ(with(R"((("a" 5 "b" "c")("e" NIL "f" "g")))"),
            wrong("from: a NIL b c (address: wrong-shape @35)\nfrom: e NIL f g\n", 35));
  EXPECT_EQ(with(R"((("a" (5) "b" "c")("e" NIL "f" "g")))"),
            wrong("from: a NIL b c (address: wrong-shape @35)\nfrom: e NIL f g\n", 35));
  EXPECT_EQ(with(R"(("a@b" ("e" NIL "f" "g")))"), wrong("from: e NIL f g\n", 30));
  // A lone address, without the parentheses of the list around it.
  for (const Tolerances on : {Tolerances{}, tolerate::mail_servers}) {
    EXPECT_EQ(with(R"(("n" NIL "m" "h"))", on), wrong("", 30));
    EXPECT_EQ(with("(5 x)", on), wrong("", 30));
  }
  EXPECT_EQ(with(R"("a@b")"), wrong("", 29));
  EXPECT_EQ(with("(NIL)"), wrong("", 30));
  EXPECT_EQ(with("(NIL)", tolerate::nil_addresses), rest);
  EXPECT_EQ(with(R"((("e" NIL "f" "g") NIL))", tolerate::nil_addresses), "from: e NIL f g\n" + rest);
  EXPECT_EQ(with(R"((NIL NIL ("e" NIL "f" "g")))", tolerate::nil_addresses), "from: e NIL f g\n" + rest);
  EXPECT_EQ(with("(())", tolerate::nil_addresses | tolerate::empty_lists), rest);
  EXPECT_EQ(with("(())", tolerate::nil_addresses), wrong("", 30));
  EXPECT_EQ(with("(())", tolerate::empty_lists), wrong("", 30));
}

// RFC 3501 6.4.5: the example, in its order, and messages and multiparts in other places.
TEST(ImapSections, AreThoseOfTheRfc) {
  const std::string text = R"(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1))";
  const std::string other = R"(("A" "B" NIL NIL NIL "7BIT" 1))";
  const auto message = [](const std::string& body) {
    return R"(("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 1 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) )" + body +
           " 1)";
  };
  const auto sections = [](const std::string& value) {
    const std::string stream = "* 1 FETCH (BODY " + value + ")\r\n";
    ResponseParser parser(roomy_limits());
    parser.feed(stream);
    const Response* const response = parser.next();
    std::vector<BodyPart> room;
    EXPECT_TRUE(read_body_structure(*(&response->data[2] + 2), room)) << value;
    std::string all;
    for (const BodyPart& part : room) {
      append_section(room, part, all);
      all += ' ';
      EXPECT_EQ(part.is_outermost(), &part == room.data());
      const BodyPart* const parent = parent_of(room, part);
      EXPECT_EQ(parent == nullptr, part.is_outermost());
      if (parent != nullptr) {
        EXPECT_EQ(parent, &room[part.parent]);
      }
    }
    return all;
  };
  const std::string example =
      "(" + text + other + message("(" + text + other + R"( "MIXED"))") + "(" + other +
      message("(" + text + "(" + text + text + R"( "ALTERNATIVE") "MIXED"))") + R"( "MIXED") "MIXED"))";
  EXPECT_EQ(sections(example), "TEXT 1 2 3 3.TEXT 3.1 3.2 4 4.1 4.2 4.2.TEXT 4.2.1 4.2.2 4.2.2.1 4.2.2.2 ");
  EXPECT_EQ(sections(text), "1 ");
  EXPECT_EQ(sections(message(text)), "1 1.1 ");
  EXPECT_EQ(sections(message(message(text))), "1 1.1 1.1.1 ");
  EXPECT_EQ(sections(message("(" + text + R"( "MIXED"))")), "1 1.TEXT 1.1 ");
  EXPECT_EQ(sections("((" + text + R"( "ALTERNATIVE") "MIXED"))"), "TEXT 1 1.1 ");
  std::string many = "(";
  std::string numbers = "TEXT ";
  for (int i = 1; i <= 105; ++i) {
    many += other;
    numbers += std::to_string(i) + ' ';
  }
  EXPECT_EQ(sections(many + R"( "MIXED"))"), numbers);
}

}  // namespace
}  // namespace backtalk::imap
