// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_ambiguity.hpp"

#include <algorithm>
#include <array>

namespace backtalk::session {
namespace {

bool is_sequence_set(std::string_view word) {
  return word.find_first_not_of("0123456789*:,") == std::string_view::npos && !word.empty();
}

// Search keys whose argument is a number or a set of UIDs.
bool takes_number(std::string_view key) {
  constexpr std::array<std::string_view, 6> kKeys{"UID", "LARGER", "SMALLER", "MODSEQ", "OLDER", "YOUNGER"};
  return std::ranges::find(kKeys, key) != kKeys.end();
}

bool is_alone(ImapCommand command) {
  switch (command) {
    case ImapCommand::starttls:
    case ImapCommand::login:
    case ImapCommand::authenticate:
    case ImapCommand::enable:
    case ImapCommand::select:
    case ImapCommand::examine:
    case ImapCommand::close:
    case ImapCommand::unselect:
    case ImapCommand::idle:
    case ImapCommand::done:
    case ImapCommand::logout: return true;
    default: return false;
  }
}

bool uses_numbers(ImapCommand command, std::string_view line) {
  switch (command) {
    case ImapCommand::fetch:
    case ImapCommand::store:
    case ImapCommand::copy:
    case ImapCommand::move:
    case ImapCommand::search:
    case ImapCommand::sort:
    case ImapCommand::thread: return true;
    case ImapCommand::uid_search:
    case ImapCommand::uid_sort:
    case ImapCommand::uid_thread: return has_message_numbers(line);
    default: return false;
  }
}

}  // namespace

bool has_message_numbers(std::string_view line) noexcept {
  constexpr std::string_view kBetween = " ()";
  std::string_view before;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kBetween), line.size()));
    if (line.empty()) return false;
    const std::string_view word = line.substr(0, line.find_first_of(kBetween));
    if (is_sequence_set(word) && !takes_number(before)) return true;
    before = word;
    line.remove_prefix(word.size());
  }
}

ImapOrder order_of(ImapCommand command, std::string_view line) noexcept {
  return {.alone = is_alone(command),
          .uses_numbers = uses_numbers(command, line),
          .permits_expunge = command != ImapCommand::fetch && command != ImapCommand::store &&
                             command != ImapCommand::search};
}

}  // namespace backtalk::session
