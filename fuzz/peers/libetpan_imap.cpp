// SPDX-License-Identifier: Apache-2.0 OR MIT
// libetpan reads the responses of an IMAP server.
#include "peers/libetpan.hpp"

namespace {

using backtalk::fuzz::Report;

class EtpanImap final : public backtalk::fuzz::EtpanPeer {
  void converse(mailstream* stream, Report& report) override {
    mailimap* session = mailimap_new(0, nullptr);
    if (variant() == 0) {
      session->imap_stream = stream;
    } else {
      report.event("greeting").number(static_cast<unsigned>(mailimap_connect(session, stream)));
    }
    while (!all_read(session->imap_stream)) {
      if (mailimap_read_line(session) == nullptr) break;
      mailimap_response* response = nullptr;
      // Reading continues even if the tag is not the one that was sent.
      const int result = mailimap_parse_response(session, &response);
      report.event("response").number(static_cast<unsigned>(result));
      if (response != nullptr) mailimap_response_free(response);
    }
    mailstream_close(session->imap_stream);
    session->imap_stream = nullptr;
    mailimap_free(session);
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(EtpanImap, .name = "libetpan_imap", .protocol = "imap", .variants = 4)
