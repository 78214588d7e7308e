// SPDX-License-Identifier: Apache-2.0 OR MIT
// Backtalk's parsers through adapters, so that both rows of a comparison include the cost of the
// report.
#include "adapter/adapter_rows.hpp"
#include "backtalk/fuzz/references.hpp"
#include "backtalk/http/response_parser.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "backtalk/pop3/response_parser.hpp"
#include "backtalk/smtp/reply_parser.hpp"
#include "own/own.hpp"

namespace backtalk::bench {
namespace {

using fuzz::Report;

template <class Parser>
class Own : public fuzz::Adapter {
 public:
  void begin(const fuzz::Settings&) override { reset(); }
  bool reset() override {
    parser_.reset();
    prepare();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override {
    if (parser_.error()) return;
    parser_.feed(bytes);
    while (const auto* given = parser_.next()) take(*given, report);
  }
  void finish(Report& report) override {
    if (parser_.error()) {
      report.refuse(word(parser_.error().code), parser_.error().offset);
    } else {
      report.ended(parser_.in_message(), parser_.message_offset());
    }
  }

 protected:
  virtual void prepare() {}
  Parser parser_;

 private:
  using Given = std::remove_cvref_t<decltype(*std::declval<Parser&>().next())>;
  virtual void take(const Given& given, Report& report) = 0;
};

class SmtpReplies final : public Own<smtp::ReplyParser> {
  void take(const smtp::Reply& reply, Report& report) override {
    report.event("reply", reply.offset).number(reply.code);
    report.text(reply.enhanced ? to_string(*reply.enhanced) : "");
    for (const std::string_view line : reply.lines) report.text(line);
  }
};

class HttpResponses final : public Own<http::ResponseParser> {
  void take(const http::ResponseEvent& event, Report& report) override {
    using Kind = http::ResponseEvent::Kind;
    const http::ResponseHead& head = event.head;
    switch (event.kind) {
      case Kind::head:
        report.event("response", head.offset).number(head.minor).number(head.status);
        report.number(static_cast<unsigned>(head.framing)).number(head.content_length);
        report.number(head.tunnel ? 1 : 0).text(head.reason);
        for (const http::Field& field : head.fields) report.text(field.name).text(field.value);
        report.event("body", head.offset + head.octets);
        break;
      case Kind::octets:
      case Kind::opaque: report.octets(event.octets); break;
      case Kind::end:
        report.event("end");
        for (const http::Field& field : event.trailers) report.text(field.name).text(field.value);
        break;
    }
  }
};

class Pop3Responses final : public Own<pop3::ResponseParser> {
  void prepare() override {
    parser_.expect_otherwise(pop3::Expect::automatic);
    parser_.feed("+OK\r\n");
    static_cast<void>(parser_.next());
    static_cast<void>(parser_.next());
  }
  void take(const pop3::Event& event, Report& report) override {
    using Kind = pop3::Event::Kind;
    switch (event.kind) {
      case Kind::status: report.event("response").text(event.status.text).text(event.status.code); break;
      case Kind::octets: report.octets(event.data); break;
      case Kind::line: report.event("line").text(event.data); break;
      case Kind::end: report.event("end"); break;
    }
  }
};

class ImapResponses final : public Own<imap::ResponseParser> {
  void take(const imap::Response& response, Report& report) override {
    if (response.kind == imap::Response::Kind::literal) {
      report.octets(response.literal);
      return;
    }
    report.event("response", response.offset).number(response.octets);
    for (const imap::Token& token : response.data) report.text(token.text);
  }
};

template <class Adapter>
void add(const fuzz::Target& target) {
  add_adapter_rows(own_info("backtalk-adapter", {}, "Backtalk's parser through an adapter"), target,
                   [] { return std::make_unique<Adapter>(); });
}

}  // namespace

void add_own_adapter_rows(std::string_view protocol) {
  static const fuzz::Target smtp_target{.name = "smtp", .protocol = "smtp", .reference = fuzz::smtp_replies};
  static const fuzz::Target http_target{
      .name = "http", .protocol = "http", .reference = fuzz::http_responses};
  static const fuzz::Target pop3_target{.name = "pop3", .protocol = "pop3"};
  static const fuzz::Target imap_target{.name = "imap", .protocol = "imap"};
  if (protocol == "smtp") add<SmtpReplies>(smtp_target);
  if (protocol == "http") add<HttpResponses>(http_target);
  if (protocol == "pop3") add<Pop3Responses>(pop3_target);
  if (protocol == "imap") add<ImapResponses>(imap_target);
}

}  // namespace backtalk::bench
