// SPDX-License-Identifier: Apache-2.0 OR MIT
// Ruby's net-imap reads the responses of an IMAP server.
#include "peers/process_peer.hpp"

namespace {

class RubyImap final : public backtalk::fuzz::ProcessPeer {
 public:
  RubyImap() : ProcessPeer({"/usr/bin/ruby", BACKTALK_CLIENTS "/ruby_mail.rb", "imap"}) {}
};

}  // namespace

BACKTALK_FUZZ_TARGET(RubyImap, .name = "ruby_imap", .protocol = "imap")
