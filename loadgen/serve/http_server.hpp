// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The server's side of HTTP/1.0 and HTTP/1.1 (RFC 9110, RFC 9112): bodies of a given size.
///
/// The target says what comes back: "/" a body of 1024 octets, "/N" one of N octets, "/chunked/N"
/// the same in chunks, "/close/N" the same, ended by the end of the connection, "/status/N" an
/// empty answer with this status. A query is passed over. Requests with a body are answered like
/// others once it is there.
///
/// A request that has the field X-Backtalk-Verify (session/checksum_request.hpp) is answered with
/// the field X-Backtalk-Checksum, which has that of the body (session/message_checksum.hpp), and
/// X-Backtalk-Target, which has that of the target that the answer is about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/http/request_parser.hpp"
#include "serve/bodies.hpp"
#include "serve/faults.hpp"
#include "serve/replies.hpp"
#include "serve/service_time.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

/// What the servers of one thread have answered.
struct HttpCounts {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;         ///< answered, whatever the status
  std::uint64_t octets_received = 0;  ///< of the bodies of the requests that were answered
  std::uint64_t octets_sent = 0;      ///< of the answers' bodies
  std::uint64_t protocol_errors = 0;
};

class HttpServer final : public session::ServerSession {
 public:
  static constexpr std::uint64_t kBodyDefault = 1024;
  static constexpr std::uint64_t kBodyMax = std::uint64_t{1} << 40;

  /// `faults` and `counts` must outlive it; `counts` belongs to the thread that drives it.
  HttpServer(const Faults& faults, HttpCounts& counts);

  void restart() override;
  [[nodiscard]] std::size_t consume(std::string_view bytes) override;
  void finish_work() override;
  [[nodiscard]] bool has_more() const override {
    return work_ns_ == 0 && (left_ > 0 || next_answer_ < answers_.size());
  }
  [[nodiscard]] session::Closing closing() const override;

  /// Sent to a client above the connection limit.
  static constexpr std::string_view kTooMany =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

 private:
  enum class Body : std::uint8_t { length, chunks, until_close };

  // What is to be answered to a request.
  struct Answer {
    std::uint64_t octets = 0;
    std::uint64_t received = 0;  // of the request's body
    std::uint32_t target = 0;    // the CRC-32 of what is asked for, if it is to be told
    bool verifiable = false;     // it is
    std::uint16_t status = 200;  // 100: the client may go on
    Body body = Body::length;
    bool head_only = false;
    bool closes = false;
    bool is_broken = false;  // what was to be a request is none
    bool http_1_0 = false;   // the connection is kept because the client asked for it
  };

  void on_head(const http::RequestHead& head);
  void refuse(bool is_broken);
  void answer();
  void begin_answer(const Answer& answer);
  [[nodiscard]] std::string head_of(const Answer& answer);
  [[nodiscard]] static std::uint64_t body_of(const Answer& answer);
  void send_body();
  void add_verification(std::string& head, const Answer& answer);
  void finish_answer();

  const Faults& faults_;
  HttpCounts& counts_;
  Replies replies_;
  Bodies bodies_;
  ServiceTimes service_times_;
  http::RequestParser parser_;
  session::Closing closing_ = session::Closing::not_yet;
  // The requests of one piece of the stream: those from `next_answer_` on are not answered.
  std::vector<Answer> answers_;
  std::size_t next_answer_ = 0;
  Answer request_;          // the one that is being read
  Answer current_;          // the one that is being answered
  std::uint64_t left_ = 0;  // octets of its body
  bool refused_ = false;    // nothing more is read
  // Of the last body whose checksum was calculated.
  std::uint64_t checked_octets_ = 0;
  std::uint32_t checksum_ = 0;
};

}  // namespace backtalk::serve
