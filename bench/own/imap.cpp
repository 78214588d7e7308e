// SPDX-License-Identifier: Apache-2.0 OR MIT
// Backtalk's IMAP parsers, with the typed decoders that a client would apply to each response.
#include <benchmark/benchmark.h>

#include <vector>

#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/capability.hpp"
#include "backtalk/imap/command_parser.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "events/imap.hpp"
#include "own/own.hpp"

namespace backtalk::bench {
namespace {

std::string_view text_of(const imap::NString& string) {
  return string.is_nil() ? kNil : string.raw();
}

void record_addresses(EventLog& log, std::string_view field, const imap::AddressList& list) {
  for (const imap::Address& address : list) {
    record_address(log, field, text_of(address.name), text_of(address.route), text_of(address.mailbox),
                   text_of(address.host));
  }
}

void record_envelope(EventLog& log, const imap::Envelope& envelope) {
  log.add("date", text_of(envelope.date));
  log.add("subject", text_of(envelope.subject));
  record_addresses(log, "from", envelope.from);
  record_addresses(log, "sender", envelope.sender);
  record_addresses(log, "reply-to", envelope.reply_to);
  record_addresses(log, "to", envelope.to);
  record_addresses(log, "cc", envelope.cc);
  record_addresses(log, "bcc", envelope.bcc);
  log.add("in-reply-to", text_of(envelope.in_reply_to));
  log.add("message-id", text_of(envelope.message_id));
}

void record_structure(EventLog& log, const std::vector<imap::BodyPart>& parts) {
  for (const imap::BodyPart& part : parts) {
    if (part.is_multipart()) continue;
    record_part(log, part.type.raw(), part.subtype.raw(), part.encoding.raw(), part.octets);
    std::string_view name;
    bool is_name = true;
    for (const imap::Token& token : part.parameters) {
      if (!is_name) log.add("parameter", std::string(name) + "=" + std::string(token.text));
      name = token.text;
      is_name = !is_name;
    }
    if (!part.disposition.is_nil()) log.add("disposition", part.disposition.raw());
  }
}

class Responses {
 public:
  explicit Responses(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    parser_.reset();
    std::size_t units = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const imap::Response* response = parser_.next()) units += take(*response, log);
    }
    return units;
  }

 private:
  // Counts untagged responses.
  template <class Log>
  std::size_t take(const imap::Response& response, Log& log) {
    if (response.kind == imap::Response::Kind::literal) {
      benchmark::DoNotOptimize(response.literal.data());
      if constexpr (Log::kRecords) body_ += response.literal;
      return 0;
    }
    if (response.tagged()) {
      benchmark::DoNotOptimize(response.text.data());
      if constexpr (Log::kRecords) log.add("tagged", std::string(word(response.status)));
      return 0;
    }
    if (response.is_data("FETCH")) {
      take_fetch(response, log);
    } else if (response.is_data("LIST")) {
      take_listing(response, log);
    } else if (response.is_data("CAPABILITY")) {
      benchmark::DoNotOptimize(imap::read_capabilities(response.arguments()));
      if constexpr (Log::kRecords) {
        for (const imap::Token& name : response.arguments()) log.add("capability", name.text);
      }
    }
    return response.error ? 0 : 1;
  }

  template <class Log>
  void take_listing(const imap::Response& response, Log& log) {
    const auto listing = imap::read_listing(response);
    benchmark::DoNotOptimize(listing.partial().name);
    if constexpr (Log::kRecords) {
      for (const imap::Token& attribute : listing.partial().attributes) log.add("attribute", attribute.text);
      log.add("delimiter", std::string(1, listing.partial().delimiter));
      log.add("mailbox", listing.partial().name.raw());
    }
  }

  template <class Log>
  void take_fetch(const imap::Response& response, Log& log) {
    if constexpr (Log::kRecords) log.add("fetch", std::to_string(response.number()));
    imap::FetchItems items{response};
    for (imap::FetchItem item; items.next(item);) take_item(item, log);
  }

  template <class Log>
  void take_envelope(const imap::Token& value, Log& log) {
    const auto envelope = imap::read_envelope(value);
    benchmark::DoNotOptimize(envelope.partial().message_id);
    if constexpr (Log::kRecords) record_envelope(log, envelope.partial());
  }

  template <class Log>
  void take_item(const imap::FetchItem& item, Log& log) {
    using Attribute = imap::FetchAttribute;
    switch (item.attribute) {
      case Attribute::flags:
        for (const imap::Token& flag : children(*item.value)) {
          benchmark::DoNotOptimize(flag.text.data());
          if constexpr (Log::kRecords) log.add("flag", flag.text);
        }
        break;
      case Attribute::uid:
        benchmark::DoNotOptimize(item.number());
        if constexpr (Log::kRecords) log.add("uid", std::to_string(item.number()));
        break;
      case Attribute::rfc822_size:
        benchmark::DoNotOptimize(item.number());
        if constexpr (Log::kRecords) log.add("size", std::to_string(item.number()));
        break;
      case Attribute::envelope: take_envelope(*item.value, log); break;
      case Attribute::bodystructure:
        benchmark::DoNotOptimize(imap::read_body_structure(*item.value, parts_).partial().data());
        if constexpr (Log::kRecords) record_structure(log, parts_);
        break;
      case Attribute::body_section:
        benchmark::DoNotOptimize(item.value);
        if constexpr (Log::kRecords)
          log.octets("body", body_.empty() ? item.value->text : std::string_view(body_));
        body_.clear();
        break;
      default: benchmark::DoNotOptimize(item.value); break;
    }
  }

  imap::ResponseParser parser_;
  std::vector<imap::BodyPart> parts_;
  std::string body_;  // for the log: the octets of a literal come before their response
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
      while (const imap::Input* input = parser_.next()) {
        if (input->kind == imap::Input::Kind::command && !input->error) ++commands;
        benchmark::DoNotOptimize(input->name.data());
        if constexpr (Log::kRecords) {
          record(*input, log);
        }
      }
    }
    return commands;
  }

 private:
  static void record(const imap::Input& input, EventLog& log) {
    log.add("command", std::string(input.tag) + " " + std::string(input.name));
    for (const imap::Token& argument : input.arguments) {
      log.add("argument", argument.is_list() ? "(" + std::to_string(children(argument).count()) + ")"
                                             : std::string(argument.text));
    }
  }

  imap::CommandParser parser_;
};

}  // namespace

void add_own_imap() {
  add_rows<Responses>(own_info("backtalk"), inputs_of("imap", Side::server));
  add_rows<Responses>(own_info("backtalk"), worst_of("imap", Side::server));
  add_rows<Commands>(own_info("backtalk"), inputs_of("imap", Side::client));
  add_rows<Commands>(own_info("backtalk"), worst_of("imap", Side::client));
}

}  // namespace backtalk::bench
