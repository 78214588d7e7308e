// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/replies.hpp"

namespace backtalk::serve {

void Replies::send_fault(std::string& output, std::string_view reply) {
  if (muted_) return;
  const std::string_view line = reply.substr(0, reply.size() - 2);  // without its last CRLF
  switch (faults_.fault) {
    case ReplyFault::none: output.append(reply); return;
    case ReplyFault::bare_lf: output.append(line).append("\n"); return;
    case ReplyFault::bare_cr: output.append(line).append("\r"); return;
    case ReplyFault::unasked: send_twice(output, reply); return;
    case ReplyFault::early:
      if (std::exchange(ahead_, true)) {
        output.append(reply);
      } else {
        send_twice(output, reply);
      }
      return;
    case ReplyFault::nul: output.append(line).append("\0\r\n", 3); return;
    case ReplyFault::garbage: output.append("\x80\xFF\x01\x02 no reply \x7F\r\n"); return;
    case ReplyFault::close: closes_ = true; break;
    case ReplyFault::reset: resets_ = closes_ = true; break;
    case ReplyFault::mute: break;
    case ReplyFault::half:
      output.append(reply.substr(0, reply.size() / 2));
      closes_ = true;
      break;
    case ReplyFault::last:
      output.append(reply);
      closes_ = true;
      break;
    case ReplyFault::endless: output.append(line).append(std::size_t{1} << 20, 'x'); break;
  }
  muted_ = true;
}

void Replies::send_twice(std::string& output, std::string_view reply) {
  output.append(reply);
  if (has_body_) {
    again_ = true;
  } else {
    output.append(reply);
  }
}

}  // namespace backtalk::serve
