// POP3 responses: listings with their lines decoded, and a message of 100 KB as views. One iteration reads
// one response; `ns_per_line` is the figure to compare where there are lines.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>

#include "backtalk/pop3/listing.hpp"
#include "backtalk/pop3/response_parser.hpp"

namespace backtalk::pop3 {
namespace {

constexpr int kLines = 10000;
constexpr std::size_t kBodyOctets = 100'000;

// Message sizes as mailboxes have them: from some hundred octets to some megabytes.
std::string make_list() {
  std::mt19937 random(7);
  std::lognormal_distribution<double> octets(8.5, 1.5);
  std::string listing = "+OK 10000 messages\r\n";
  for (int i = 1; i <= kLines; ++i) {
    const auto size = static_cast<std::uint64_t>(octets(random)) + 300;
    listing += std::to_string(i) + ' ' + std::to_string(size) + "\r\n";
  }
  return listing + ".\r\n";
}

std::string make_uidl() {
  std::mt19937_64 random(7);
  std::string listing = "+OK\r\n";
  for (int i = 1; i <= kLines; ++i) {
    std::string id = std::to_string(random());
    id.resize(20, '0');
    listing += std::to_string(i) + " GmailId" + id.substr(0, 16) + "\r\n";
  }
  return listing + ".\r\n";
}

// Lines of up to 76 octets, one in a hundred of which begins with a stuffed dot.
std::string make_message() {
  std::mt19937 random(7);
  std::string body = "+OK 100000 octets\r\n";
  for (int line = 0; body.size() < kBodyOctets; ++line) {
    if (line % 100 == 50) body += "..";
    body.append(20 + random() % 57, static_cast<char>('a' + random() % 26));
    body += "\r\n";
  }
  return body + ".\r\n";
}

// A parser that has had its greeting.
ResponseParser greeted() {
  ResponseParser parser;
  parser.feed("+OK ready\r\n");
  benchmark::DoNotOptimize(parser.next());
  return parser;
}

void set_per_line(benchmark::State& state, std::size_t octets) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(octets));
  state.counters["ns_per_line"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kLines / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Feeds `response` in pieces of state.range(0) octets (0: whole) and gives every event to `visit`.
template <class Visit>
void read_response(benchmark::State& state, ResponseParser& parser, std::string_view response, Visit visit) {
  const std::size_t piece = state.range(0) == 0 ? response.size() : static_cast<std::size_t>(state.range(0));
  for (std::size_t at = 0; at < response.size(); at += piece) {
    parser.feed(response.substr(at, piece));
    while (const Event* event = parser.next()) visit(*event);
  }
  if (parser.error() || parser.in_message()) state.SkipWithError("the response was not read");
}

void BM_List(benchmark::State& state) {
  const std::string response = make_list();
  ResponseParser parser = greeted();
  for (auto _ : state) {
    std::uint64_t octets = 0;
    int lines = 0;
    if (!parser.expect(Expect::listing)) state.SkipWithError("queue full");
    read_response(state, parser, response, [&](const Event& event) {
      if (event.kind != Event::Kind::line) return;
      if (const auto scan = read_scan_listing(event.data)) {
        octets += scan->octets;
        ++lines;
      }
    });
    if (lines != kLines) state.SkipWithError("lines lost");
    benchmark::DoNotOptimize(octets);
  }
  set_per_line(state, response.size());
}
BENCHMARK(BM_List)->ArgName("piece")->Arg(0)->Arg(16384)->Arg(1460)->Arg(16)->Arg(1);

// What finding the line ends alone costs with memchr: the yardstick of the day, as machines drift.
void BM_ListMemchr(benchmark::State& state) {
  const std::string response = make_list();
  for (auto _ : state) {
    std::size_t lines = 0;
    const char* at = response.data();
    const char* const end = at + response.size();
    while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
      at = static_cast<const char*>(found) + 1;
      ++lines;
    }
    benchmark::DoNotOptimize(lines);
  }
  set_per_line(state, response.size());
}
BENCHMARK(BM_ListMemchr);

void BM_Uidl(benchmark::State& state) {
  const std::string response = make_uidl();
  ResponseParser parser = greeted();
  for (auto _ : state) {
    int lines = 0;
    if (!parser.expect(Expect::listing)) state.SkipWithError("queue full");
    read_response(state, parser, response, [&](const Event& event) {
      if (event.kind != Event::Kind::line) return;
      const auto found = read_unique_id_listing(event.data);
      lines += found ? 1 : 0;
      benchmark::DoNotOptimize(found);
    });
    if (lines != kLines) state.SkipWithError("lines lost");
  }
  set_per_line(state, response.size());
}
BENCHMARK(BM_Uidl)->ArgName("piece")->Arg(0)->Arg(16384)->Arg(1460)->Arg(16)->Arg(1);

void BM_Retr100K(benchmark::State& state) {
  const std::string response = make_message();
  ResponseParser parser = greeted();
  for (auto _ : state) {
    std::size_t octets = 0;
    if (!parser.expect(Expect::multi_line)) state.SkipWithError("queue full");
    read_response(state, parser, response, [&](const Event& event) { octets += event.data.size(); });
    benchmark::DoNotOptimize(octets);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(response.size()));
}
BENCHMARK(BM_Retr100K)->ArgName("piece")->Arg(0)->Arg(16384)->Arg(1460)->Arg(1);

// 100 answers to pipelined commands of one line each.
void BM_StatPipelined(benchmark::State& state) {
  constexpr int kAnswers = 100;
  std::string answers;
  for (int i = 0; i < kAnswers; ++i) answers += "+OK 10 16286\r\n";
  ResponseParser parser = greeted();
  for (auto _ : state) {
    for (int i = 0; i < kAnswers; ++i) benchmark::DoNotOptimize(parser.expect(Expect::single_line));
    std::uint64_t messages = 0;
    parser.feed(answers);
    while (const Event* event = parser.next()) {
      if (const auto drop = read_drop_listing(event->status.text)) messages += drop->messages;
    }
    if (messages != std::uint64_t{10} * kAnswers) state.SkipWithError("answers lost");
  }
  state.counters["ns_per_reply"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kAnswers / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_StatPipelined);

}  // namespace
}  // namespace backtalk::pop3
