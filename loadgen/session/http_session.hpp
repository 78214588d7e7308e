// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of HTTP/1.0 and HTTP/1.1 (RFC 9110, RFC 9112): persistent connections, with
/// pipelining. What it says is data: the plan's requests, one pass of which is one transaction.
///
/// A response answers its request once it is there to its last octet. One that is not the expected
/// one fails its transaction, and of a pass that has failed no further request goes out. The
/// connection is used again unless the response, or the way its body is framed, rules that out (RFC
/// 9112 9.3). A server that closes a connection with requests in flight leaves these unanswered,
/// and they fail as "connection-close"; so does a pass that is not at its end. If that happens
/// twice after the same number of answers, the session sends no more than that many requests on the
/// connections after it. A server may close an idle connection at any time: that is no failure.
///
/// Interim responses are passed over. Redirects are answers like others; they are not followed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "backtalk/http/response_parser.hpp"
#include "session/auth_exchange.hpp"
#include "session/captured_words.hpp"
#include "session/exchange.hpp"
#include "session/http_credentials.hpp"
#include "session/http_plan.hpp"
#include "session/message_checksum.hpp"
#include "session/pass_order.hpp"
#include "session/pause.hpp"
#include "session/server_stream.hpp"
#include "session/session.hpp"
#include "session/session_context.hpp"
#include "session/split_mix64.hpp"

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
  // Which of the plan's requests are said.
  enum class At : std::uint8_t { once, passes, end };

  // What is handed out next of the request that is being sent.
  enum class Step : std::uint8_t {
    none,  // no request is being sent
    octets,
    await_continue,
    body
  };

  // The response that is being read.
  struct Response {
    std::uint16_t status = kNoStatus;
    bool keeps_connection = true;
    std::string_view failure;  // under which it is counted; empty: it lets the pass go on
    BodyMatch body = {};
    MessageChecksum checksum = {};
    bool has_content = false;  // and is verified
    std::uint64_t offset = 0;  // of its head
  };

  // What is sent: http_requests.cpp
  [[nodiscard]] bool send_step(std::span<char> out, std::size_t& used, Nanoseconds now);
  [[nodiscard]] const HttpRequest* next_request() const;
  [[nodiscard]] bool send_request(std::span<char> out, std::size_t& used, Nanoseconds now);
  [[nodiscard]] bool fill_in(const HttpRequest& request, std::span<char> out, std::size_t& used,
                             Nanoseconds now);
  [[nodiscard]] bool send_stretch(std::string_view text, std::span<char> out, std::size_t& used);
  void head_sent(Nanoseconds now);
  void request_sent(Nanoseconds now);
  void skip_rest_of_pass(Nanoseconds now);
  [[nodiscard]] bool holds(Nanoseconds now);
  void rest_after_pass(Nanoseconds now);
  [[nodiscard]] bool takes_no_more() const;
  [[nodiscard]] std::uint64_t pass_requests_max() const;
  [[nodiscard]] bool leave();
  [[nodiscard]] const std::vector<HttpRequest>& of_connection() const {
    return at_ == At::once ? plan_.once : plan_.end;
  }
  [[nodiscard]] const std::vector<HttpRequest>& of_pass(std::uint32_t transaction) const {
    return passes_[exchange_.slot(transaction)]->requests;
  }

  // What is answered: http_session.cpp
  void begin_passes();
  void on_event(const http::ResponseEvent& event, Nanoseconds now);
  void on_head(const http::ResponseHead& head, Nanoseconds now);
  void on_unasked(const http::ResponseHead& head, Nanoseconds now);
  [[nodiscard]] std::string_view judge(const http::ResponseHead& head, const HttpRequest& request);
  [[nodiscard]] std::string_view capture(const http::ResponseHead& head, const HttpRequest& request);
  [[nodiscard]] std::optional<TextDifference> text_difference(const http::ResponseHead& head,
                                                              const ExactAnswer& exact);
  void on_octets(std::string_view octets);
  void on_other_text(const TextDifference& difference);
  void begin_verification(const http::ResponseHead& head, const HttpRequest& request);
  void end_verification();
  void fail_verification(std::string_view name, std::string_view text);
  [[nodiscard]] std::uint32_t& target(std::uint32_t tag) { return targets_[tag & (targets_.size() - 1)]; }
  void on_end(Nanoseconds now);
  void on_answer_of_connection(bool sent_whole, Nanoseconds now);
  void stop_sending(Nanoseconds now);
  void on_close(Nanoseconds now);
  void read_events(Nanoseconds now);
  [[nodiscard]] ServerWords words_of(const http::ResponseHead& head, std::string_view name, unsigned command);
  [[nodiscard]] const HttpRequest*& asked(std::uint32_t tag) { return asked_[tag & (asked_.size() - 1)]; }

  const HttpPlan& plan_;
  Observer& observer_;
  Exchange exchange_;
  ServerStream<http::ResponseParser> stream_;
  AuthExchange auth_;
  SplitMix64 random_;
  std::vector<const HttpRequest*> asked_;  // by the exchange's numbers
  std::vector<const HttpPass*> passes_;    // by the exchange's slots
  std::vector<std::uint32_t> targets_;     // CRC-32s by the exchange's numbers; or empty
  CapturedWords captured_;
  HttpSecrets secrets_;
  PassOrder order_{1};               // of all passes
  std::uint64_t pass_requests_ = 1;  // of the longest pass

  At at_ = At::passes;
  std::size_t next_ = 0;                  // of what is being said: the index of the next request
  const HttpRequest* request_ = nullptr;  // the one that is being sent, or was sent last
  std::uint32_t request_tag_ = 0;         // its number
  std::size_t sent_octets_ = 0;           // of its octets or body
  Step step_ = Step::none;
  Pause pause_;
  const ThinkTime* last_wait_ = nullptr;  // of the pass in flight, behind its last answer
  bool finishing_ = false;
  bool last_begun_ = false;  // no pass follows those that have begun on this connection
  Response response_;
  std::uint64_t waiting_ = 0;       // requests that wait for their answers
  std::uint64_t owed_ = 0;          // requests of transactions, sent or not, and not answered
  std::uint64_t answered_ = 0;      // on this connection
  std::uint64_t begun_ = 0;         // requests of transactions, on this connection
  std::uint64_t closed_after_ = 0;  // answers, the last time that requests were left
  std::uint64_t requests_max_ = 0;  // that the server takes on a connection; 0: not known
};

}  // namespace backtalk::session
