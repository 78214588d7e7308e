// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of HTTP/1.0 and HTTP/1.1 (RFC 9110, RFC 9112): persistent connections, with
/// pipelining.
///
/// A response completes its transaction once it is there to its last octet. The connection is used
/// again unless the response, or the way its body is framed, rules that out (RFC 9112 9.3). A
/// server that closes a connection with requests in flight leaves these unanswered, and they fail
/// as "connection-close". If that happens twice after the same number of answers, the session sends
/// no more than that many requests on the connections after it. A server may close an idle
/// connection at any time: that is no failure.
///
/// Interim responses are passed over. Redirects are answers like others; they are not followed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "backtalk/http/response_parser.hpp"
#include "session/exchange.hpp"
#include "session/http_plan.hpp"
#include "session/server_stream.hpp"
#include "session/session.hpp"
#include "session/session_context.hpp"

namespace backtalk::session {

class HttpSession final : public Session {
 public:
  using Plan = HttpPlan;

  /// `plan` and the context's observer outlive the session.
  HttpSession(const HttpPlan& plan, const SessionContext& context);

  void restart(Nanoseconds now) override;
  void consume(std::string_view bytes, Nanoseconds now) override;
  std::size_t produce(std::span<char> out, Nanoseconds now) override;
  [[nodiscard]] unsigned room() const override;
  void begin(const Ticket& ticket) override;
  void finish() override { finishing_ = true; }
  void end(Ending ending, std::string_view reason, Nanoseconds now) override;
  void wake(Nanoseconds now) override;
  [[nodiscard]] bool ready() const override { return exchange_.ready(); }
  [[nodiscard]] bool over() const override { return exchange_.over(); }
  [[nodiscard]] Nanoseconds waiting_since() const override { return exchange_.waiting_since(); }
  [[nodiscard]] Nanoseconds asked_since() const override { return exchange_.asked_since(); }

 private:
  // What is handed out next of the request that is being sent.
  enum class Step : std::uint8_t {
    none,    // no request is being sent
    fields,  // the request line is sent
    await_continue,
    body
  };

  // The response that is being read.
  struct Response {
    std::uint16_t status = 0;
    bool keeps_connection = true;
  };

  [[nodiscard]] bool send_step(std::span<char> out, std::size_t& used, Nanoseconds now);
  [[nodiscard]] bool send_line(std::span<char> out, std::size_t& used, Nanoseconds now);
  [[nodiscard]] bool send_stretch(std::string_view text, std::span<char> out, std::size_t& used);
  void fields_sent(Nanoseconds now);
  void request_sent(Nanoseconds now);

  void on_event(const http::ResponseEvent& event, Nanoseconds now);
  void on_head(const http::ResponseHead& head, Nanoseconds now);
  void on_unasked(const http::ResponseHead& head, Nanoseconds now);
  void on_end(Nanoseconds now);
  void stop_sending(Nanoseconds now);
  void on_close(bool ok, Nanoseconds now);
  void read_events(Nanoseconds now);
  [[nodiscard]] ServerWords words_of(const http::ResponseHead& head, std::string_view name, unsigned command);

  const HttpPlan& plan_;
  Observer& observer_;
  Exchange exchange_;
  ServerStream<http::ResponseParser> stream_;
  const HttpRequest* request_ = nullptr;  // the one that is being sent
  std::size_t sent_octets_ = 0;           // of its fields or body
  Step step_ = Step::none;
  bool finishing_ = false;
  Response response_;
  std::uint64_t answered_ = 0;      // on this connection
  std::uint64_t begun_ = 0;         // on this connection
  std::uint64_t closed_after_ = 0;  // answers, the last time that requests were left
  std::uint64_t requests_max_ = 0;  // that the server takes on a connection; 0: not known
};

}  // namespace backtalk::session
