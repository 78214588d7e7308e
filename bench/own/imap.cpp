// SPDX-License-Identifier: Apache-2.0 OR MIT
// Backtalk's IMAP parsers, with the typed decoders that a client would use on each response.
#include <benchmark/benchmark.h>

#include <vector>

#include "events/imap.hpp"
#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/capability.hpp"
#include "backtalk/imap/command_parser.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "own/own.hpp"

namespace backtalk::bench {
namespace {

std::string_view text_of(const imap::NString& string) {
  return string.is_nil() ? kNil : string.raw();
}

void tell_addresses(Account& account, std::string_view field, const imap::AddressList& list) {
  for (const imap::Address& address : list) {
    tell_address(account, field, text_of(address.name), text_of(address.route), text_of(address.mailbox),
                 text_of(address.host));
  }
}

void tell_envelope(Account& account, const imap::Envelope& envelope) {
  account.add("date", text_of(envelope.date));
  account.add("subject", text_of(envelope.subject));
  tell_addresses(account, "from", envelope.from);
  tell_addresses(account, "sender", envelope.sender);
  tell_addresses(account, "reply-to", envelope.reply_to);
  tell_addresses(account, "to", envelope.to);
  tell_addresses(account, "cc", envelope.cc);
  tell_addresses(account, "bcc", envelope.bcc);
  account.add("in-reply-to", text_of(envelope.in_reply_to));
  account.add("message-id", text_of(envelope.message_id));
}

void tell_structure(Account& account, const std::vector<imap::BodyPart>& parts) {
  for (const imap::BodyPart& part : parts) {
    if (part.is_multipart()) continue;
    tell_part(account, part.type.raw(), part.subtype.raw(), part.encoding.raw(), part.octets);
    std::string_view name;
    bool is_name = true;
    for (const imap::Token& token : part.parameters) {
      if (!is_name) account.add("parameter", std::string(name) + "=" + std::string(token.text));
      name = token.text;
      is_name = !is_name;
    }
    if (!part.disposition.is_nil()) account.add("disposition", part.disposition.raw());
  }
}

class Responses {
 public:
  explicit Responses(const Input&) {}

  template <class Ear>
  std::size_t read(std::string_view stream, std::size_t piece, Ear& ear) {
    parser_.reset();
    std::size_t units = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const imap::Response* response = parser_.next()) units += take(*response, ear);
    }
    return units;
  }

 private:
  // Counts untagged responses.
  template <class Ear>
  std::size_t take(const imap::Response& response, Ear& ear) {
    if (response.kind == imap::Response::Kind::literal) {
      benchmark::DoNotOptimize(response.literal.data());
      if constexpr (Ear::kListens) body_ += response.literal;
      return 0;
    }
    if (response.tagged()) {
      benchmark::DoNotOptimize(response.text.data());
      if constexpr (Ear::kListens) ear.add("tagged", std::string(word(response.status)));
      return 0;
    }
    if (response.is_data("FETCH")) {
      take_fetch(response, ear);
    } else if (response.is_data("LIST")) {
      take_listing(response, ear);
    } else if (response.is_data("CAPABILITY")) {
      benchmark::DoNotOptimize(imap::read_capabilities(response.arguments()));
      if constexpr (Ear::kListens) {
        for (const imap::Token& name : response.arguments()) ear.add("capability", name.text);
      }
    }
    return response.error ? 0 : 1;
  }

  template <class Ear>
  void take_listing(const imap::Response& response, Ear& ear) {
    const auto listing = imap::read_listing(response);
    benchmark::DoNotOptimize(listing.partial().name);
    if constexpr (Ear::kListens) {
      for (const imap::Token& attribute : listing.partial().attributes) ear.add("attribute", attribute.text);
      ear.add("delimiter", std::string(1, listing.partial().delimiter));
      ear.add("mailbox", listing.partial().name.raw());
    }
  }

  template <class Ear>
  void take_fetch(const imap::Response& response, Ear& ear) {
    if constexpr (Ear::kListens) ear.add("fetch", std::to_string(response.number()));
    imap::FetchItems items{response};
    for (imap::FetchItem item; items.next(item);) take_item(item, ear);
  }

  template <class Ear>
  void take_envelope(const imap::Token& value, Ear& ear) {
    const auto envelope = imap::read_envelope(value);
    benchmark::DoNotOptimize(envelope.partial().message_id);
    if constexpr (Ear::kListens) tell_envelope(ear, envelope.partial());
  }

  template <class Ear>
  void take_item(const imap::FetchItem& item, Ear& ear) {
    using Attribute = imap::FetchAttribute;
    switch (item.attribute) {
      case Attribute::flags:
        for (const imap::Token& flag : children(*item.value)) {
          benchmark::DoNotOptimize(flag.text.data());
          if constexpr (Ear::kListens) ear.add("flag", flag.text);
        }
        break;
      case Attribute::uid:
        benchmark::DoNotOptimize(item.number());
        if constexpr (Ear::kListens) ear.add("uid", std::to_string(item.number()));
        break;
      case Attribute::rfc822_size:
        benchmark::DoNotOptimize(item.number());
        if constexpr (Ear::kListens) ear.add("size", std::to_string(item.number()));
        break;
      case Attribute::envelope: take_envelope(*item.value, ear); break;
      case Attribute::bodystructure:
        benchmark::DoNotOptimize(imap::read_body_structure(*item.value, parts_).partial().data());
        if constexpr (Ear::kListens) tell_structure(ear, parts_);
        break;
      case Attribute::body_section:
        benchmark::DoNotOptimize(item.value);
        if constexpr (Ear::kListens)
          ear.octets("body", body_.empty() ? item.value->text : std::string_view(body_));
        body_.clear();
        break;
      default: benchmark::DoNotOptimize(item.value); break;
    }
  }

  imap::ResponseParser parser_;
  std::vector<imap::BodyPart> parts_;
  std::string body_;  // for an account: its octets come before the response that they are part of
};

class Commands {
 public:
  explicit Commands(const Input&) {}

  template <class Ear>
  std::size_t read(std::string_view stream, std::size_t piece, Ear& ear) {
    parser_.reset();
    std::size_t commands = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const imap::Input* input = parser_.next()) {
        if (input->kind == imap::Input::Kind::command && !input->error) ++commands;
        benchmark::DoNotOptimize(input->name.data());
        if constexpr (Ear::kListens) {
          tell(*input, ear);
        }
      }
    }
    return commands;
  }

 private:
  static void tell(const imap::Input& input, Account& account) {
    account.add("command", std::string(input.tag) + " " + std::string(input.name));
    for (const imap::Token& argument : input.arguments) {
      account.add("argument", argument.is_list() ? "(" + std::to_string(children(argument).count()) + ")"
                                                 : std::string(argument.text));
    }
  }

  imap::CommandParser parser_;
};

}  // namespace

void add_own_imap() {
  add_rows<Responses>(own_maker("backtalk"), inputs_of("imap", Side::server));
  add_rows<Responses>(own_maker("backtalk"), worst_of("imap", Side::server));
  add_rows<Commands>(own_maker("backtalk"), inputs_of("imap", Side::client));
  add_rows<Commands>(own_maker("backtalk"), worst_of("imap", Side::client));
}

}  // namespace backtalk::bench
