// SPDX-License-Identifier: Apache-2.0 OR MIT
// libetpan reads the replies of an SMTP server.
#include "peers/libetpan.hpp"

namespace {

using backtalk::fuzz::Report;

class EtpanSmtp final : public backtalk::fuzz::EtpanPeer {
  void converse(mailstream* stream, Report& report) override {
    mailsmtp* session = mailsmtp_new(0, nullptr);
    if (variant() == 0) {
      session->stream = stream;
      read_replies(*session, report);
    } else {
      send_message(session, stream, report);
    }
    if (session->stream != nullptr) mailsmtp_quit(session);
    mailsmtp_free(session);
  }

  // Reads all replies, without regard to the commands that they answer.
  void read_replies(mailsmtp& session, Report& report) {
    while (!all_read(session.stream)) {
      mailsmtp_noop(&session);
      report.event("message").number(static_cast<unsigned>(session.response_code)).text(session.response);
    }
    report.ended(false);
  }

  // The steps of a client. Each reads one reply, and some examine it.
  void send_message(mailsmtp* session, mailstream* stream, Report& report) {
    const auto did = [&report](const char* step, int result) {
      report.event(step).number(static_cast<unsigned>(result));
      return result == MAILSMTP_NO_ERROR;
    };
    if (!did("greeting", mailsmtp_connect(session, stream))) return;
    if (!did("EHLO", mailesmtp_ehlo(session))) did("HELO", mailsmtp_helo(session));
    while (!all_read(session->stream)) {
      did("MAIL", mailesmtp_mail(session, "a@example.org", 1, "id"));
      did("RCPT", mailesmtp_rcpt(session, "b@example.org", MAILSMTP_DSN_NOTIFY_FAILURE, nullptr));
      if (did("DATA", mailsmtp_data(session))) did("dot", mailsmtp_data_message(session, "text\r\n", 6));
      did("RSET", mailsmtp_reset(session));
    }
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(EtpanSmtp, .name = "libetpan_smtp", .protocol = "smtp", .variants = 4)
