// SPDX-License-Identifier: Apache-2.0 OR MIT
// Python's imaplib reads the responses of an IMAP server.
#include "peers/process_peer.hpp"

namespace {

class PythonImap final : public backtalk::fuzz::ProcessPeer {
 public:
  PythonImap() : ProcessPeer({"/usr/bin/python3", BACKTALK_CLIENTS "/python_mail.py", "imap"}) {}
};

}  // namespace

BACKTALK_FUZZ_TARGET(PythonImap, .name = "python_imap", .protocol = "imap")
