// SPDX-License-Identifier: Apache-2.0 OR MIT
// Python's poplib reads the responses of a POP3 server.
#include "peers/process_peer.hpp"

namespace {

class PythonPop3 final : public backtalk::fuzz::ProcessPeer {
 public:
  PythonPop3() : ProcessPeer({"/usr/bin/python3", BACKTALK_CLIENTS "/python_mail.py", "pop3"}) {}
};

}  // namespace

BACKTALK_FUZZ_TARGET(PythonPop3, .name = "python_pop3", .protocol = "pop3")
