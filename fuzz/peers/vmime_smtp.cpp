// SPDX-License-Identifier: Apache-2.0 OR MIT
// vmime reads the replies of an SMTP server.
#include <vmime/net/smtp/SMTPResponse.hpp>

#include "peers/vmime.hpp"

namespace {

using backtalk::fuzz::Report;
using vmime::net::smtp::SMTPResponse;

class VmimeSmtp final : public backtalk::fuzz::VmimePeer {
  void finish(Report& report) override {
    const auto socket = connect();
    SMTPResponse::state rest;
    try {
      while (!server().at_end() || !rest.responseBuffer.empty()) {
        const auto reply = SMTPResponse::readResponse(nullptr, socket, nullptr, rest);
        report.event("message").number(static_cast<unsigned>(reply->getCode())).text(reply->getText());
        rest = reply->getCurrentState();
      }
      report.ended(false);
    } catch (const vmime::exceptions::socket_exception&) {
      report.ended(true);
    } catch (const vmime::exception& error) {
      report.refuse(error.name());
    }
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(VmimeSmtp, .name = "vmime_smtp", .protocol = "smtp")
