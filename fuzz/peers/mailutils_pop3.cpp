// SPDX-License-Identifier: Apache-2.0 OR MIT
// GNU mailutils reads the responses of a POP3 server.
#include "peers/mailutils.hpp"

namespace {

using backtalk::fuzz::Report;

class MailutilsPop3 final : public backtalk::fuzz::MailutilsPeer {
  void converse(mu_stream_t carrier, Report& report) override {
    mu_pop3_t client = nullptr;
    mu_pop3_create(&client);
    mu_pop3_set_carrier(client, carrier);
    if (tell("greeting", mu_pop3_connect(client), report) &&
        tell("USER", mu_pop3_user(client, "user"), report) &&
        tell("PASS", mu_pop3_pass(client, "secret"), report)) {
      for (unsigned turn = 0; turn < kTurnsMax && !server().at_end(); ++turn) {
        command(client, variant() + turn, report);
      }
    }
    mu_pop3_destroy(&client);
  }

  static void command(mu_pop3_t client, unsigned turn, Report& report) {
    switch (turn % kCommands) {
      case 0: {
        std::size_t count = 0;
        mu_off_t octets = 0;
        if (tell("STAT", mu_pop3_stat(client, &count, &octets), report)) report.number(count);
        return;
      }
      case 1: {
        mu_iterator_t lines = nullptr;
        if (tell("LIST", mu_pop3_list_all(client, &lines), report)) mu_iterator_destroy(&lines);
        return;
      }
      case 2: {
        mu_iterator_t lines = nullptr;
        if (tell("UIDL", mu_pop3_uidl_all(client, &lines), report)) mu_iterator_destroy(&lines);
        return;
      }
      case 3: {
        mu_stream_t body = nullptr;
        if (!tell("RETR", mu_pop3_retr(client, 1, &body), report)) return;
        char block[512];
        std::size_t size = 0;
        while (mu_stream_read(body, block, sizeof block, &size) == 0 && size > 0)
          report.octets({block, size});
        mu_stream_destroy(&body);
        return;
      }
      case 4: {
        char* unique = nullptr;
        if (tell("UIDL 1", mu_pop3_uidl(client, 1, &unique), report)) {
          report.text(unique);
          std::free(unique);
        }
        return;
      }
      case 5: tell("CAPA", mu_pop3_capa(client, 1, nullptr), report); return;
      default: tell("NOOP", mu_pop3_noop(client), report); return;
    }
  }

  static constexpr unsigned kCommands = 7;
};

}  // namespace

BACKTALK_FUZZ_TARGET(MailutilsPop3, .name = "mailutils_pop3", .protocol = "pop3", .variants = 7)
