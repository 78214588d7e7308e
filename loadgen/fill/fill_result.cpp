// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/fill_result.hpp"

namespace backtalk::fill {
namespace {

void add(Ended& to, const Ended& from) {
  to.asked += from.asked;
  to.done += from.done;
  to.failed += from.failed;
  to.unfinished += from.unfinished;
}

}  // namespace

void FillResult::add(const FillResult& other) {
  fill::add(mailboxes, other.mailboxes);
  fill::add(messages, other.messages);
  in_doubt += other.in_doubt;
  octets += other.octets;
  removed += other.removed;
  connections += other.connections;
  interrupted = interrupted || other.interrupted;
  for (const auto& [name, count] : other.errors) errors[name] += count;
  for (const auto& [name, said] : other.examples) examples.try_emplace(name, said);
}

}  // namespace backtalk::fill
