// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/reply_faults.hpp"

#include <array>

#include "serve/faults.hpp"

namespace backtalk::serve {
namespace {

// The value of all of them is the number of good replies before the fault.
template <ReplyFault kFault>
bool read(std::string_view value, Faults& faults) {
  if (!read_count(value, faults.replies.after_replies)) return false;
  faults.replies.fault = kFault;
  return true;
}

template <ReplyFault kFault>
constexpr FaultSpec spec(std::string_view name, std::string_view help) {
  return {name, "N", help, &read<kFault>};
}

constexpr std::array kSpecs{
    spec<ReplyFault::close>("close", "after N replies on a connection, close it instead of replying"),
    spec<ReplyFault::reset>("reset", "after N replies, reset the connection"),
    spec<ReplyFault::mute>("mute", "after N replies, never reply again"),
    spec<ReplyFault::half>("half", "after N replies, send half a reply and close"),
    spec<ReplyFault::bare_lf>("bare-lf", "after N replies, end each with LF alone"),
    spec<ReplyFault::bare_cr>("bare-cr", "after N replies, end each with CR alone"),
    spec<ReplyFault::nul>("nul", "after N replies, put a NUL into each"),
    spec<ReplyFault::garbage>("garbage", "after N replies, send binary noise"),
    spec<ReplyFault::endless>("endless", "after N replies, send a line that does not end"),
    spec<ReplyFault::unasked>("unasked", "after N replies, send each twice"),
    spec<ReplyFault::early>("early", "after N replies, answer before it is asked, once"),
};

}  // namespace

std::span<const FaultSpec> reply_faults() {
  return kSpecs;
}

}  // namespace backtalk::serve
