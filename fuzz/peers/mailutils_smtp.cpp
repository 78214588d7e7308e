// SPDX-License-Identifier: Apache-2.0 OR MIT
// GNU mailutils reads the replies of an SMTP server.
extern "C" {
#include <mailutils/smtp.h>
}

#include "peers/mailutils.hpp"

namespace {

using backtalk::fuzz::Report;

class MailutilsSmtp final : public backtalk::fuzz::MailutilsPeer {
  void converse(mu_stream_t carrier, Report& report) override {
    mu_smtp_t client = nullptr;
    mu_smtp_create(&client);
    mu_smtp_set_carrier(client, carrier);
    mu_smtp_set_param(client, MU_SMTP_PARAM_DOMAIN, "localhost");
    if (tell("greeting", mu_smtp_open(client), report) && tell("EHLO", mu_smtp_ehlo(client), report)) {
      for (unsigned turn = 0; turn < kTurnsMax && !server().at_end(); ++turn) {
        tell("MAIL", mu_smtp_mail_basic(client, "a@example.org", nullptr), report);
        tell("RCPT", mu_smtp_rcpt_basic(client, "b@example.org", nullptr), report);
        tell("RSET", mu_smtp_rset(client), report);
      }
    }
    char code[4] = "";
    mu_smtp_replcode(client, code);
    report.event("code").text({code, 3});
    mu_smtp_destroy(&client);
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(MailutilsSmtp, .name = "mailutils_smtp", .protocol = "smtp")
