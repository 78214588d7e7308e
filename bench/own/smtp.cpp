// SPDX-License-Identifier: Apache-2.0 OR MIT
// Backtalk's SMTP parsers.
#include <benchmark/benchmark.h>

#include "backtalk/smtp/command_parser.hpp"
#include "backtalk/smtp/ehlo.hpp"
#include "backtalk/smtp/reply_parser.hpp"
#include "own/own.hpp"

namespace backtalk::bench {
namespace {

class Replies {
 public:
  explicit Replies(const Input& input) : ehlo_(input.name == "ehlo") {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    parser_.reset();
    std::size_t replies = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const smtp::Reply* reply = parser_.next()) {
        ++replies;
        take(*reply, log);
      }
    }
    return replies;
  }

 private:
  template <class Log>
  void take(const smtp::Reply& reply, Log& log) {
    benchmark::DoNotOptimize(reply.enhanced);
    if (ehlo_) {
      const smtp::Capabilities found = smtp::read_capabilities(reply);
      benchmark::DoNotOptimize(found);
      if constexpr (Log::kRecords) record_keywords(found, log);
    }
    if constexpr (Log::kRecords) record(reply, log);
  }

  static void record(const smtp::Reply& reply, EventLog& log) {
    log.add("code", std::to_string(reply.code));
    log.add("enhanced", reply.enhanced ? to_string(*reply.enhanced) : "");
    // As sent: not every contender strips the enhanced code.
    const std::string prefix = reply.enhanced ? to_string(*reply.enhanced) + " " : "";
    for (const std::string_view line : reply.lines) log.add("text", prefix + std::string(line));
  }

  static void record_keywords(const smtp::Capabilities& found, EventLog& log) {
    const auto record_one = [&log](std::string_view keyword, bool offered) {
      log.add(keyword, offered ? "offered" : "not offered");
    };
    record_one("PIPELINING", found.pipelining);
    record_one("STARTTLS", found.starttls);
    record_one("8BITMIME", found.eightbitmime);
    record_one("DSN", found.dsn);
    record_one("CHUNKING", found.chunking);
    record_one("BINARYMIME", found.binarymime);
    record_one("ENHANCEDSTATUSCODES", found.enhancedstatuscodes);
    record_one("SMTPUTF8", found.smtputf8);
    log.add("SIZE", std::to_string(found.size_octets_max));
    log.add("AUTH", found.auth_mechanisms);
  }

  smtp::ReplyParser parser_;
  bool ehlo_;
};

class Commands {
 public:
  explicit Commands(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    parser_.reset();
    std::size_t units = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const smtp::Input* input = parser_.next()) units += take(*input, log);
    }
    return units;
  }

 private:
  // Counts commands; a message counts in place of its DATA command.
  template <class Log>
  std::size_t take(const smtp::Input& input, Log& log) {
    switch (input.kind) {
      case smtp::Input::Kind::command:
        benchmark::DoNotOptimize(input.command.arguments.data());
        if constexpr (Log::kRecords) {
          std::string name(input.command.name);
          if (!input.command.arguments.empty()) name.append(" ").append(input.command.arguments);
          log.add("command", name);
        }
        if (input.command.verb != smtp::Verb::data) return 1;
        parser_.expect_data();
        return 0;
      case smtp::Input::Kind::octets:
        benchmark::DoNotOptimize(input.octets.data());
        if constexpr (Log::kRecords) log.octets("body", input.octets);
        return 0;
      case smtp::Input::Kind::end_of_data: break;
    }
    if constexpr (Log::kRecords) log.add("end", "");
    return 1;
  }

  smtp::CommandParser parser_;
};

}  // namespace

void add_own_smtp() {
  add_rows<Replies>(own_info("backtalk"), inputs_of("smtp", Side::server));
  add_rows<Replies>(own_info("backtalk"), worst_of("smtp", Side::server));
  add_rows<Commands>(own_info("backtalk"), inputs_of("smtp", Side::client));
  add_rows<Commands>(own_info("backtalk"), worst_of("smtp", Side::client));
}

}  // namespace backtalk::bench
