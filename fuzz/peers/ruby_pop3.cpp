// SPDX-License-Identifier: Apache-2.0 OR MIT
// Ruby's net-pop reads the responses of a POP3 server.
#include "peers/process_peer.hpp"

namespace {

class RubyPop3 final : public backtalk::fuzz::ProcessPeer {
 public:
  RubyPop3() : ProcessPeer({"/usr/bin/ruby", BACKTALK_CLIENTS "/ruby_mail.rb", "pop3"}) {}
};

}  // namespace

BACKTALK_FUZZ_TARGET(RubyPop3, .name = "ruby_pop3", .protocol = "pop3")
