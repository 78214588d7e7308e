// SPDX-License-Identifier: Apache-2.0 OR MIT
// Python's smtplib reads the replies of an SMTP server.
#include "peers/process_peer.hpp"

namespace {

class PythonSmtp final : public backtalk::fuzz::ProcessPeer {
 public:
  PythonSmtp() : ProcessPeer({"/usr/bin/python3", BACKTALK_CLIENTS "/python_mail.py", "smtp"}) {}
};

}  // namespace

BACKTALK_FUZZ_TARGET(PythonSmtp, .name = "python_smtp", .protocol = "smtp")
