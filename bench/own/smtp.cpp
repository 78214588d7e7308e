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

  template <class Ear>
  std::size_t read(std::string_view stream, std::size_t piece, Ear& ear) {
    parser_.reset();
    std::size_t replies = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const smtp::Reply* reply = parser_.next()) {
        ++replies;
        take(*reply, ear);
      }
    }
    return replies;
  }

 private:
  template <class Ear>
  void take(const smtp::Reply& reply, Ear& ear) {
    benchmark::DoNotOptimize(reply.enhanced);
    if (ehlo_) {
      const smtp::Capabilities found = smtp::read_capabilities(reply);
      benchmark::DoNotOptimize(found);
      if constexpr (Ear::kListens) tell_keywords(found, ear);
    }
    if constexpr (Ear::kListens) tell(reply, ear);
  }

  static void tell(const smtp::Reply& reply, Account& account) {
    account.add("code", std::to_string(reply.code));
    account.add("enhanced", reply.enhanced ? to_string(*reply.enhanced) : "");
    // As sent: not every contender takes the enhanced code off.
    const std::string prefix = reply.enhanced ? to_string(*reply.enhanced) + " " : "";
    for (const std::string_view line : reply.lines) account.add("text", prefix + std::string(line));
  }

  static void tell_keywords(const smtp::Capabilities& found, Account& account) {
    const auto tell_one = [&account](std::string_view keyword, bool offered) {
      account.add(keyword, offered ? "offered" : "not offered");
    };
    tell_one("PIPELINING", found.pipelining);
    tell_one("STARTTLS", found.starttls);
    tell_one("8BITMIME", found.eightbitmime);
    tell_one("DSN", found.dsn);
    tell_one("CHUNKING", found.chunking);
    tell_one("BINARYMIME", found.binarymime);
    tell_one("ENHANCEDSTATUSCODES", found.enhancedstatuscodes);
    tell_one("SMTPUTF8", found.smtputf8);
    account.add("SIZE", std::to_string(found.size_octets_max));
    account.add("AUTH", found.auth_mechanisms);
  }

  smtp::ReplyParser parser_;
  bool ehlo_;
};

class Commands {
 public:
  explicit Commands(const Input&) {}

  template <class Ear>
  std::size_t read(std::string_view stream, std::size_t piece, Ear& ear) {
    parser_.reset();
    std::size_t units = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const smtp::Input* input = parser_.next()) units += take(*input, ear);
    }
    return units;
  }

 private:
  // Counts commands, but a message in place of the DATA that announces it.
  template <class Ear>
  std::size_t take(const smtp::Input& input, Ear& ear) {
    switch (input.kind) {
      case smtp::Input::Kind::command:
        benchmark::DoNotOptimize(input.command.arguments.data());
        if constexpr (Ear::kListens) {
          std::string name(input.command.name);
          if (!input.command.arguments.empty()) name.append(" ").append(input.command.arguments);
          ear.add("command", name);
        }
        if (input.command.verb != smtp::Verb::data) return 1;
        parser_.expect_data();
        return 0;
      case smtp::Input::Kind::octets:
        benchmark::DoNotOptimize(input.octets.data());
        if constexpr (Ear::kListens) ear.octets("body", input.octets);
        return 0;
      case smtp::Input::Kind::end_of_data: break;
    }
    if constexpr (Ear::kListens) ear.add("end", "");
    return 1;
  }

  smtp::CommandParser parser_;
};

}  // namespace

void add_own_smtp() {
  add_rows<Replies>(own_maker("backtalk"), inputs_of("smtp", Side::server));
  add_rows<Replies>(own_maker("backtalk"), worst_of("smtp", Side::server));
  add_rows<Commands>(own_maker("backtalk"), inputs_of("smtp", Side::client));
  add_rows<Commands>(own_maker("backtalk"), worst_of("smtp", Side::client));
}

}  // namespace backtalk::bench
