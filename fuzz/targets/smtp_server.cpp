// SPDX-License-Identifier: Apache-2.0 OR MIT
// The built-in sink for mail against a hostile client: serve::SmtpServer.
#include <optional>

#include "backtalk/fuzz/adapter.hpp"
#include "serve/anyone.hpp"
#include "serve/smtp_server.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
using namespace backtalk::serve;

class SmtpSink final : public backtalk::fuzz::Adapter {
 public:
  void begin(const Settings& settings) override {
    faults_ = {};
    if ((settings.variant & 2U) != 0) {
      faults_.smtp.refuse_sender_every = 3;
      faults_.smtp.refuse_recipient_every = 2;
      faults_.smtp.refuse_message_every = 2;
      faults_.smtp.messages_max = 2;
      faults_.service = {.kind = ServicePlan::Kind::constant, .ns = 1};
    }
    server_.emplace(SmtpOffer{.lmtp = (settings.variant & 1U) != 0, .starttls = (settings.variant & 4U) != 0},
                    faults_, counts_, nullptr, (settings.variant & 8U) != 0 ? make_anyone() : nullptr);
    open();
  }
  bool reset() override {
    open();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override {
    heard_ += bytes.size();
    do {
      bytes.remove_prefix(server_->consume(bytes));
      if (server_->work_ns() > 0) server_->finish_work();
      take_output(report);
      if (server_->wants_tls()) {  // what follows is as if it came over TLS
        server_->tls_established();
        report.event("secured");
      }
    } while (!bytes.empty() || server_->has_more());
  }
  void finish(Report& report) override {
    take_output(report);
    report.event("counts").number(counts_.messages).number(counts_.recipients).number(counts_.octets);
    report.number(counts_.messages_refused).number(counts_.recipients_refused);
    report.number(counts_.senders_refused).number(counts_.protocol_errors);
    report.number(counts_.logins).number(counts_.logins_refused);
    report.event(server_->over() ? "over" : "open");
    if (counts_.octets > heard_) report.broken("more message data was counted than was sent");
  }

 private:
  void open() {
    counts_ = {};
    heard_ = said_ = 0;
    server_->restart();
  }

  // The least that a client can send is an empty line; EHLO has the longest answer.
  void take_output(Report& report) {
    report.octets(server_->output());
    said_ += server_->output().size();
    server_->output().clear();
    if (said_ > 64 * (heard_ + 4)) report.broken("the answers are far longer than what was asked");
  }

  Faults faults_;
  SmtpCounts counts_;
  std::optional<SmtpServer> server_;
  std::uint64_t heard_ = 0;
  std::uint64_t said_ = 0;
};

}  // namespace

BACKTALK_FUZZ_TARGET(SmtpSink, .name = "smtp_server", .protocol = "smtp", .variants = 16, .simd = true)
