// SPDX-License-Identifier: Apache-2.0 OR MIT
// Backtalk's POP3 parsers.
#include <benchmark/benchmark.h>

#include "backtalk/pop3/command_parser.hpp"
#include "backtalk/pop3/listing.hpp"
#include "backtalk/pop3/response_parser.hpp"
#include "own/own.hpp"

namespace backtalk::bench {
namespace {

class Responses {
 public:
  explicit Responses(const Input& input) {
    if (input.name == "list" || input.subject == "pop3-listing") reads_ = Reads::list;
    if (input.name == "uidl") reads_ = Reads::uidl;
    if (input.name == "retr" || input.subject == "pop3-body") reads_ = Reads::body;
    if (input.name == "status") answers_ = input.units;
    if (input.subject == "pop3-status") parser_.expect_otherwise(pop3::Expect::single_line);
    begin();
  }

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    std::size_t units = 0;
    // Streams of the search may end anywhere.
    if (parser_.error() || parser_.in_message() || parser_.expected() > 0) begin();
    const auto expected = reads_ == Reads::status ? pop3::Expect::single_line
                          : reads_ == Reads::body ? pop3::Expect::multi_line
                                                  : pop3::Expect::listing;
    for (std::size_t i = 0; i < answers_; ++i) benchmark::DoNotOptimize(parser_.expect(expected));
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const pop3::Event* event = parser_.next()) units += take(*event, log);
    }
    return units;
  }

 private:
  enum class Reads : unsigned char { status, list, uidl, body };

  void begin() {
    parser_.reset();
    parser_.feed("+OK ready\r\n");
    benchmark::DoNotOptimize(parser_.next());
    benchmark::DoNotOptimize(parser_.next());
  }

  template <class Log>
  std::size_t take(const pop3::Event& event, Log& log) {
    using Kind = pop3::Event::Kind;
    switch (event.kind) {
      case Kind::status: return take_status(event.status, log);
      case Kind::octets:
        benchmark::DoNotOptimize(event.data.data());
        if constexpr (Log::kRecords) log.octets("body", event.data);
        return 0;
      case Kind::line: return take_line(event.data, log);
      case Kind::end: break;
    }
    if constexpr (Log::kRecords) log.add("end", "");
    return reads_ == Reads::body ? 1 : 0;
  }

  template <class Log>
  std::size_t take_status(const pop3::Status& status, Log& log) {
    if (reads_ == Reads::status && answers_ > 1) {
      const auto drop = pop3::read_drop_listing(status.text);
      benchmark::DoNotOptimize(drop);
      if constexpr (Log::kRecords) {
        if (drop) log.add("numbers", std::to_string(drop->messages) + " " + std::to_string(drop->octets));
      }
    }
    benchmark::DoNotOptimize(status.code.data());
    if constexpr (Log::kRecords) {
      log.add("status", status.ok() ? "+OK" : "-ERR");
      log.add("text", status.text);
    }
    return reads_ == Reads::status ? 1 : 0;
  }

  template <class Log>
  std::size_t take_line(std::string_view line, Log& log) {
    if (reads_ == Reads::list) {
      const auto scan = pop3::read_scan_listing(line);
      if (!scan) return 0;
      benchmark::DoNotOptimize(scan->octets);
      if constexpr (Log::kRecords) {
        log.add("line", std::to_string(scan->message) + " " + std::to_string(scan->octets));
      }
    } else {
      const auto found = pop3::read_unique_id_listing(line);
      if (!found) return 0;
      benchmark::DoNotOptimize(found->id.data());
      if constexpr (Log::kRecords)
        log.add("line", std::to_string(found->message) + " " + std::string(found->id));
    }
    return 1;
  }

  pop3::ResponseParser parser_;
  Reads reads_ = Reads::status;
  std::size_t answers_ = 1;
};

class Commands {
 public:
  explicit Commands(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    parser_.reset();
    std::size_t commands = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const pop3::Input* input = parser_.next()) {
        ++commands;
        benchmark::DoNotOptimize(input->command.arguments.data());
        if constexpr (Log::kRecords) {
          log.add("command",
                  std::string(input->command.keyword) + " " + std::string(input->command.arguments));
        }
      }
    }
    return commands;
  }

 private:
  pop3::CommandParser parser_;
};

}  // namespace

void add_own_pop3() {
  add_rows<Responses>(own_info("backtalk"), inputs_of("pop3", Side::server));
  add_rows<Responses>(own_info("backtalk"), worst_of("pop3", Side::server));
  add_rows<Commands>(own_info("backtalk"), inputs_of("pop3", Side::client));
  add_rows<Commands>(own_info("backtalk"), worst_of("pop3", Side::client));
}

}  // namespace backtalk::bench
