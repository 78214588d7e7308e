// SPDX-License-Identifier: Apache-2.0 OR MIT
// GNU mailutils reads the responses of an IMAP server.
// The header uses it before its declaration, which C allows.
enum mu_imap_response : unsigned {};
#include <mailutils/imap.h>

#include "peers/mailutils.hpp"

namespace {

using backtalk::fuzz::Report;

class MailutilsImap final : public backtalk::fuzz::MailutilsPeer {
  void converse(mu_stream_t carrier, Report& report) override {
    mu_imap_t client = nullptr;
    mu_imap_create(&client);
    mu_imap_set_carrier(client, carrier);
    mu_stream_unref(carrier);
    if (tell("greeting", mu_imap_connect(client), report)) {
      for (unsigned turn = 0; turn < kTurnsMax && !server().at_end(); ++turn) {
        command(client, variant() + turn, report);
      }
    }
    mu_imap_destroy(&client);
  }

  static void command(mu_imap_t client, unsigned turn, Report& report) {
    switch (turn % kCommands) {
      case 0: tell("CAPABILITY", mu_imap_capability(client, 1, nullptr), report); return;
      case 1: tell("LOGIN", mu_imap_login(client, "user", "secret"), report); return;
      case 2: {
        mu_imap_stat stat{};
        tell("SELECT", mu_imap_select(client, "INBOX", 1, &stat), report);
        return;
      }
      case 3: {
        mu_list_t found = nullptr;
        if (tell("LIST", mu_imap_list_new(client, "", "*", &found), report)) mu_list_destroy(&found);
        return;
      }
      case 4: {
        mu_imap_stat stat{};
        stat.flags = MU_IMAP_STAT_MESSAGE_COUNT;
        tell("STATUS", mu_imap_status(client, "INBOX", &stat), report);
        return;
      }
      case 5: {
        mu_msgset_t all = nullptr;
        mu_msgset_create(&all, nullptr, MU_MSGSET_NUM);
        mu_msgset_add_range(all, 1, 9, MU_MSGSET_NUM);
        tell("FETCH", mu_imap_fetch(client, 0, all, "BODYSTRUCTURE"), report);
        mu_msgset_free(all);
        return;
      }
      default: tell("NOOP", mu_imap_noop(client), report); return;
    }
  }

  static constexpr unsigned kCommands = 7;
};

}  // namespace

BACKTALK_FUZZ_TARGET(MailutilsImap, .name = "mailutils_imap", .protocol = "imap", .variants = 7)
