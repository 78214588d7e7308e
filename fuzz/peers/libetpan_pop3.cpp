// SPDX-License-Identifier: Apache-2.0 OR MIT
// libetpan reads the responses of a POP3 server.
#include "peers/libetpan.hpp"

namespace {

using backtalk::fuzz::Report;

class EtpanPop3 final : public backtalk::fuzz::EtpanPeer {
  void converse(mailstream* stream, Report& report) override {
    mailpop3* session = mailpop3_new(0, nullptr);
    if (greeted(session, stream, report)) {
      while (!all_read(session->pop3_stream)) command(session, report);
    }
    if (session->pop3_stream != nullptr) {
      mailpop3_quit(session);
    }
    mailpop3_free(session);
  }

  bool greeted(mailpop3* session, mailstream* stream, Report& report) {
    turn_ = variant();
    const bool ready = tell("greeting", mailpop3_connect(session, stream), report);
    if (ready) session->pop3_state = kTransaction;
    return ready;
  }

  void command(mailpop3* session, Report& report) {
    switch (turn_++ % kCommands) {
      case 0: {
        clist* capabilities = nullptr;
        if (!tell("CAPA", mailpop3_capa(session, &capabilities), report)) return;
        report.number(static_cast<unsigned>(clist_count(capabilities)));
        mailpop3_capa_resp_free(capabilities);
        return;
      }
      case 1: {
        mailpop3_stat_response* found = nullptr;
        if (!tell("STAT", mailpop3_stat(session, &found), report)) return;
        report.number(found->msgs_count).number(found->msgs_size);
        mailpop3_stat_resp_free(found);
        return;
      }
      case 2: {
        carray* messages = nullptr;
        if (tell("LIST", mailpop3_list(session, &messages), report)) report.number(carray_count(messages));
        return;
      }
      case 3:
      case 4: {
        char* body = nullptr;
        std::size_t size = 0;
        const bool retr = turn_ % 2 == 0;
        if (!tell(retr ? "RETR" : "TOP",
                  retr ? mailpop3_retr(session, 1, &body, &size) : mailpop3_top(session, 1, 2, &body, &size),
                  report)) {
          return;
        }
        report.octets({body, size});
        mailpop3_retr_free(body);
        return;
      }
      case 5: tell("DELE", mailpop3_dele(session, 1), report); return;
      default: tell("NOOP", mailpop3_noop(session), report); return;
    }
  }

  static bool tell(const char* step, int result, Report& report) {
    report.event(step).number(static_cast<unsigned>(result));
    return result == MAILPOP3_NO_ERROR;
  }

  static constexpr unsigned kCommands = 7;
  // The state that a successful PASS leads to. The public headers do not name it.
  static constexpr int kTransaction = 2;
  unsigned turn_ = 0;
};

}  // namespace

BACKTALK_FUZZ_TARGET(EtpanPop3, .name = "libetpan_pop3", .protocol = "pop3", .variants = 14)
