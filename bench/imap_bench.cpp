// IMAP: responses as servers send them, read whole, typed where that is what a client does with them.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/capability.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/response_parser.hpp"

namespace backtalk::imap {
namespace {

std::string capability_input() {
  return "* CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES "
         "THREAD=REFS "
         "THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS "
         "LIST-EXTENDED "
         "I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY "
         "MOVE "
         "SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY SPECIAL-USE\r\n"
         "a1 OK Capability completed (0.001 + 0.000 secs).\r\n";
}

std::string list_input() {
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    all += "* LIST (\\HasNoChildren) \"/\" \"INBOX/folder " + std::to_string(i) + "\"\r\n";
  }
  return all;
}

std::string flags_input() {
  std::string all;
  for (int i = 1; i <= 10000; ++i) {
    all += "* " + std::to_string(i) + " FETCH (UID " + std::to_string(3 * i + 1000) +
           " FLAGS (\\Seen \\Answered))\r\n";
  }
  return all;
}

std::string envelope_input() {
  std::string all;
  for (int i = 1; i <= 1000; ++i) {
    all +=
        "* " + std::to_string(i) +
        " FETCH (ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary and "
        "minutes\" "
        "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" "
        "\"cac.washington.edu\")) "
        "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((NIL NIL \"imap\" \"cac.washington.edu\")) "
        "((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL "
        "\"<B27397-0100000@cac.washington.edu>\"))\r\n";
  }
  return all;
}

std::string body_structure_input() {
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
  return "* 1 FETCH (BODYSTRUCTURE (" + mixed + text + " \"MIXED\" (\"BOUNDARY\" \"b0\") NIL NIL NIL))\r\n";
}

std::string body_input() {
  std::string body;
  while (body.size() < 102400)
    body += "The quick brown fox jumps over the lazy dog, again and again and again.\r\n";
  body.resize(102400);
  return "* 1 FETCH (UID 7 BODY[] {102400}\r\n" + body + ")\r\na1 OK Fetch completed.\r\n";
}

// Feeds the input, whole or in pieces, and gives each response to `use`; reports the time of one message.
template <class Use>
void run(benchmark::State& state, const std::string& input, std::size_t messages, Use use) {
  ResponseParser parser;
  const auto piece = state.range(0) == 0 ? input.size() : static_cast<std::size_t>(state.range(0));
  const std::string_view stream = input;
  for (auto _ : state) {
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser.feed(stream.substr(at, piece));
      while (const Response* response = parser.next()) use(*response);
    }
  }
  if (parser.error()) state.SkipWithError("the input is wrong");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
  state.counters["message"] =
      benchmark::Counter(static_cast<double>(messages),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void imap_capability(benchmark::State& state) {
  run(state, capability_input(), 1, [](const Response& response) {
    if (response.is_data("CAPABILITY")) benchmark::DoNotOptimize(read_capabilities(response.arguments()));
  });
}
BENCHMARK(imap_capability)->Arg(0)->Arg(16)->ArgName("piece");

void imap_list(benchmark::State& state) {
  MailboxListing listing;
  run(state, list_input(), 1000,
      [&](const Response& response) { benchmark::DoNotOptimize(read_listing(response, listing)); });
}
BENCHMARK(imap_list)->Arg(0)->Arg(1448)->ArgName("piece");

void imap_fetch_flags(benchmark::State& state) {
  run(state, flags_input(), 10000, [](const Response& response) {
    FetchItems items{response};
    for (FetchItem item; items.next(item);) benchmark::DoNotOptimize(item.value);
  });
}
BENCHMARK(imap_fetch_flags)->Arg(0)->Arg(1448)->ArgName("piece");

void imap_envelope(benchmark::State& state) {
  Envelope envelope;
  run(state, envelope_input(), 1000, [&](const Response& response) {
    FetchItems items{response};
    for (FetchItem item; items.next(item);) benchmark::DoNotOptimize(read_envelope(*item.value, envelope));
  });
}
BENCHMARK(imap_envelope)->Arg(0)->Arg(1448)->ArgName("piece");

void imap_body_structure(benchmark::State& state) {
  std::vector<BodyPart> parts;
  run(state, body_structure_input(), 1, [&](const Response& response) {
    FetchItems items{response};
    for (FetchItem item; items.next(item);) benchmark::DoNotOptimize(read_body_structure(*item.value, parts));
  });
}
BENCHMARK(imap_body_structure)->Arg(0)->Arg(64)->ArgName("piece");

void imap_body(benchmark::State& state) {
  run(state, body_input(), 1, [](const Response& response) { benchmark::DoNotOptimize(response.literal); });
}
BENCHMARK(imap_body)->Arg(0)->Arg(16384)->ArgName("piece");

}  // namespace
}  // namespace backtalk::imap
