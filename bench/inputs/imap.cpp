// SPDX-License-Identifier: Apache-2.0 OR MIT
// IMAP: responses as servers send them to a client that opens a mailbox, and commands. Every stream
// ends with a tagged response, because some clients read up to it. Tags are numbers, because
// libetpan knows no others.
#include <random>
#include <string>
#include <string_view>

#include "input.hpp"

namespace backtalk::bench {
namespace {

constexpr std::string_view kDone = "1 OK Completed (0.001 + 0.000 secs).\r\n";

std::string capability() {
  return "* CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES "
         "THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE "
         "UIDPLUS "
         "LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH "
         "LIST-STATUS "
         "BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY "
         "SPECIAL-USE\r\n" +
         std::string(kDone);
}

std::string list() {
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    all += "* LIST (\\HasNoChildren) \"/\" \"INBOX/folder " + std::to_string(i) + "\"\r\n";
  }
  return all + std::string(kDone);
}

std::string flags() {
  std::string all;
  for (int i = 1; i <= 10000; ++i) {
    all += "* " + std::to_string(i) + " FETCH (UID " + std::to_string(3 * i + 1000) +
           " FLAGS (\\Seen \\Answered))\r\n";
  }
  return all + std::string(kDone);
}

// The envelope of RFC 3501's example.
constexpr std::string_view kEnvelope =
    "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary and minutes\" "
    "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" "
    "\"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((NIL NIL \"imap\" "
    "\"cac.washington.edu\")) ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" "
    "\"MIT.EDU\")) NIL NIL \"<B27397-0100000@cac.washington.edu>\")";

std::string envelope() {
  std::string all;
  for (int i = 1; i <= 1000; ++i) {
    all += "* " + std::to_string(i) + " FETCH (ENVELOPE " + std::string(kEnvelope) + ")\r\n";
  }
  return all + std::string(kDone);
}

// multipart/mixed in four levels: two texts as alternatives, with a picture, with a document, with
// a text.
std::string body_structure() {
  const std::string text =
      "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\" \"FORMAT\" \"flowed\") NIL NIL \"quoted-printable\" 2279 "
      "48 NIL NIL NIL NIL)";
  const std::string html =
      "(\"TEXT\" \"HTML\" (\"CHARSET\" \"utf-8\") NIL NIL \"quoted-printable\" 9812 201 NIL NIL NIL NIL)";
  const std::string image =
      "(\"IMAGE\" \"PNG\" (\"NAME\" \"logo.png\") \"<part1.06090408.01060107@example.org>\" NIL \"base64\" "
      "24554 NIL "
      "(\"inline\" (\"FILENAME\" \"logo.png\")) NIL NIL)";
  const std::string pdf =
      "(\"APPLICATION\" \"PDF\" (\"NAME\" \"report.pdf\") NIL NIL \"base64\" 204554 NIL (\"attachment\" "
      "(\"FILENAME\" "
      "\"report.pdf\")) NIL NIL)";
  const std::string alternative = "(" + text + html + " \"ALTERNATIVE\" (\"BOUNDARY\" \"b3\") NIL NIL NIL)";
  const std::string related = "(" + alternative + image + " \"RELATED\" (\"BOUNDARY\" \"b2\") NIL NIL NIL)";
  const std::string mixed = "(" + related + pdf + " \"MIXED\" (\"BOUNDARY\" \"b1\") NIL NIL NIL)";
  return "* 1 FETCH (BODYSTRUCTURE (" + mixed + text + " \"MIXED\" (\"BOUNDARY\" \"b0\") NIL NIL NIL))\r\n" +
         std::string(kDone);
}

std::string body() {
  std::string octets;
  while (octets.size() < 102400) {
    octets += "The quick brown fox jumps over the lazy dog, again and again and again.\r\n";
  }
  octets.resize(102400);
  return "* 1 FETCH (UID 7 BODY[] {102400}\r\n" + octets + ")\r\n" + std::string(kDone);
}

// The listing of a mailbox: numbers, dates, names and flags differ from message to message.
class Messages {
 public:
  std::string next() {
    std::string response = "* ";
    response += number(100000) + " FETCH (";
    if (one_in(2)) response += "UID " + number(1000000) + " ";
    response += "FLAGS (";
    for (std::size_t flag = random_() % 4; flag > 0; --flag) {
      response += flag % 2 == 0 ? "\\Seen" : word();
      if (flag > 1) response += " ";
    }
    response += ")";
    if (one_in(2)) response += " RFC822.SIZE " + number(10000000);
    if (!one_in(3)) append_envelope(response);
    return response.append(")\r\n").append(kDone);
  }

 private:
  bool one_in(unsigned n) { return random_() % n == 0; }
  std::string number(unsigned below) { return std::to_string(1 + random_() % below); }
  std::string word() {
    const std::size_t octets = 2 + random_() % 10;
    return std::string(octets, static_cast<char>('a' + random_() % 26));
  }
  void append_envelope(std::string& response) {
    response += " ENVELOPE (\"Mon, 7 Feb 1994 21:52:25 -0800 (PST)\" \"";
    response += word();
    response += " ";
    response += word();
    response += "\"";
    for (int list = 0; list < 4; ++list) append_address(response);
    response += " NIL NIL NIL \"<";
    response += word();
    response += "@example.org>\")";
  }
  void append_address(std::string& response) {
    response += " ((\"";
    response += word();
    response += "\" NIL \"";
    response += word();
    response += "\" \"";
    response += word();
    response += ".example\"))";
  }

  std::mt19937 random_{23};
};

std::vector<std::string> different() {
  Messages messages;
  std::vector<std::string> all;
  all.reserve(1024);
  for (int i = 0; i < 1024; ++i) all.push_back(messages.next());
  return all;
}

std::string commands() {
  std::string all;
  for (int i = 0; i < 25; ++i) {
    const std::string n = std::to_string(i);
    all += "a" + n + " UID FETCH " + n +
           ":* (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM TO)])\r\n";
    all += "b" + n + " STATUS \"folder " + n + "\" (MESSAGES UIDNEXT UNSEEN)\r\n";
    all += "c" + n + " STORE " + n + " +FLAGS.SILENT (\\Deleted)\r\n";
    all += "d" + n + " NOOP\r\n";
  }
  return all;
}

}  // namespace

std::vector<Input> imap_inputs() {
  const std::vector<std::size_t> cuts{kWhole, kHalf, 1448, 64, 16, 1};
  return {
      {.protocol = "imap",
       .name = "capability",
       .what = "CAPABILITY and a tagged OK, names decoded",
       .streams = {capability()},
       .pieces = cuts},
      {.protocol = "imap",
       .name = "list",
       .what = "1,000 LIST responses",
       .unit = "response",
       .units = 1000,
       .streams = {list()},
       .pieces = cuts},
      {.protocol = "imap",
       .name = "flags",
       .what = "10,000 FETCH responses with UID and FLAGS",
       .unit = "response",
       .units = 10000,
       .streams = {flags()},
       .pieces = {kWhole, kHalf, 1448, 64, 16}},
      {.protocol = "imap",
       .name = "envelope",
       .what = "1,000 FETCH responses with ENVELOPE, decoded",
       .unit = "response",
       .units = 1000,
       .streams = {envelope()},
       .pieces = {kWhole, kHalf, 1448, 64, 16}},
      {.protocol = "imap",
       .name = "bodystructure",
       .what = "a BODYSTRUCTURE, four levels deep, decoded",
       .unit = "response",
       .streams = {body_structure()},
       .pieces = cuts},
      {.protocol = "imap",
       .name = "body",
       .what = "BODY[] with a literal of 100 KB",
       .unit = "body",
       .streams = {body()},
       .pieces = {kWhole, 16384, 1448}},
      {.protocol = "imap",
       .name = "different",
       .what = "1,024 different FETCH responses in turn, decoded",
       .unit = "response",
       .streams = different(),
       .pieces = {kWhole, kHalf, 64, 16, 1},
       .subject = "imap-response"},
      {.protocol = "imap",
       .name = "commands",
       .what = "100 pipelined commands, as a server reads them",
       .unit = "command",
       .units = 100,
       .streams = {commands()},
       .pieces = {kWhole, kHalf, 64, 16, 1},
       .side = Side::client,
       .subject = "imap-command"},
  };
}

}  // namespace backtalk::bench
