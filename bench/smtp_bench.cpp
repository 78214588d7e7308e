// SMTP replies: the answer to EHLO with its keywords typed, and the short replies that a pipelined
// transaction gives.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/smtp/ehlo.hpp"
#include "backtalk/smtp/reply_parser.hpp"

namespace backtalk::smtp {
namespace {

constexpr std::string_view kEhlo =
    "250-mail.example.org\r\n"
    "250-PIPELINING\r\n"
    "250-SIZE 10240000\r\n"
    "250-VRFY\r\n"
    "250-ETRN\r\n"
    "250-STARTTLS\r\n"
    "250-AUTH PLAIN LOGIN CRAM-MD5\r\n"
    "250-ENHANCEDSTATUSCODES\r\n"
    "250-8BITMIME\r\n"
    "250-DSN\r\n"
    "250-SMTPUTF8\r\n"
    "250-BINARYMIME\r\n"
    "250 CHUNKING\r\n";

// Feeds `replies` in pieces of state.range(0) octets (0: whole) and gives every reply to `visit`.
template <class Visit>
void read_replies(benchmark::State& state, ReplyParser& parser, std::string_view replies, Visit visit) {
  const std::size_t piece = state.range(0) == 0 ? replies.size() : static_cast<std::size_t>(state.range(0));
  for (std::size_t at = 0; at < replies.size(); at += piece) {
    parser.feed(replies.substr(at, piece));
    while (const Reply* reply = parser.next()) visit(*reply);
  }
  if (parser.error() || parser.in_message()) state.SkipWithError("the replies were not read");
}

void BM_EhloTyped(benchmark::State& state) {
  ReplyParser parser;
  for (auto _ : state) {
    Capabilities found;
    read_replies(state, parser, kEhlo, [&](const Reply& reply) { found = read_capabilities(reply); });
    if (!found.chunking || found.size_octets_max != 10240000) state.SkipWithError("keywords lost");
    benchmark::DoNotOptimize(found);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(kEhlo.size()));
}
BENCHMARK(BM_EhloTyped)->ArgName("piece")->Arg(0)->Arg(120)->Arg(16)->Arg(1);

void BM_Ok100(benchmark::State& state) {
  constexpr int kReplies = 100;
  std::string replies;
  for (int i = 0; i < kReplies; ++i) replies += "250 2.1.5 Ok\r\n";
  ReplyParser parser;
  for (auto _ : state) {
    unsigned details = 0;
    read_replies(state, parser, replies, [&](const Reply& reply) { details += reply.enhanced->detail; });
    if (details != 5 * kReplies) state.SkipWithError("replies lost");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(replies.size()));
  state.counters["ns_per_reply"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kReplies / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_Ok100)->ArgName("piece")->Arg(0)->Arg(700)->Arg(16)->Arg(1);

}  // namespace
}  // namespace backtalk::smtp
