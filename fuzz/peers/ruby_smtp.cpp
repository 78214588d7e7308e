// SPDX-License-Identifier: Apache-2.0 OR MIT
// Ruby's net-smtp reads the replies of an SMTP server.
#include "peers/process_peer.hpp"

namespace {

class RubySmtp final : public backtalk::fuzz::ProcessPeer {
 public:
  RubySmtp() : ProcessPeer({"/usr/bin/ruby", BACKTALK_CLIENTS "/ruby_mail.rb", "smtp"}) {}
};

}  // namespace

BACKTALK_FUZZ_TARGET(RubySmtp, .name = "ruby_smtp", .protocol = "smtp")
