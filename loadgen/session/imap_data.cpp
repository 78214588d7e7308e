// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_data.hpp"

#include <algorithm>
#include <array>

namespace backtalk::session {
namespace {

constexpr std::array<std::string_view, kImapDataKinds> kNames{
    "OK",      "NO",     "BAD",    "BYE",    "CAPABILITY", "ENABLED",  "ID",       "NAMESPACE", "LIST",
    "LSUB",    "STATUS", "FLAGS",  "EXISTS", "RECENT",     "EXPUNGE",  "VANISHED", "FETCH",     "SEARCH",
    "ESEARCH", "SORT",   "THREAD", "QUOTA",  "QUOTAROOT",  "MYRIGHTS", ""};

constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool is_same(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, [](char a, char b) { return upper(a) == upper(b); });
}

constexpr ImapDataSet kExpunged = set_of(ImapData::expunge) | set_of(ImapData::vanished);
constexpr ImapDataSet kOfMailbox = set_of(ImapData::flags) | set_of(ImapData::exists) |
                                   set_of(ImapData::recent) | set_of(ImapData::ok) | set_of(ImapData::list);
constexpr ImapDataSet kOfIdle = kOfMailbox | kExpunged | set_of(ImapData::fetch);

}  // namespace

ImapData imap_data(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (is_same(kNames[i], name) && !name.empty()) return static_cast<ImapData>(i);
  }
  return ImapData::other;
}

ImapData imap_data(const imap::Response& response) noexcept {
  switch (response.status) {
    case imap::Status::none: break;
    case imap::Status::ok:
    case imap::Status::preauth: return ImapData::ok;
    case imap::Status::no: return ImapData::no;
    case imap::Status::bad: return ImapData::bad;
    case imap::Status::bye: return ImapData::bye;
  }
  const imap::Siblings data(response.data);
  const imap::Token& first = data.front();
  const imap::Token& name = first.is_number() ? data.rest().front() : first;
  return name.kind == imap::Token::Kind::atom ? imap_data(name.text) : ImapData::other;
}

ImapDataSet asked_for(ImapCommand command) noexcept {
  switch (command) {
    case ImapCommand::capability:
    case ImapCommand::login:
    case ImapCommand::authenticate: return set_of(ImapData::capability);
    case ImapCommand::id: return set_of(ImapData::id);
    case ImapCommand::enable: return set_of(ImapData::enabled) | set_of(ImapData::capability);
    case ImapCommand::name_space: return set_of(ImapData::name_space);
    case ImapCommand::list: return set_of(ImapData::list) | set_of(ImapData::status);
    case ImapCommand::lsub: return set_of(ImapData::lsub);
    case ImapCommand::status: return set_of(ImapData::status);
    case ImapCommand::select:
    case ImapCommand::examine: return kOfMailbox | set_of(ImapData::vanished) | set_of(ImapData::fetch);
    case ImapCommand::fetch:
    case ImapCommand::uid_fetch: return set_of(ImapData::fetch) | set_of(ImapData::vanished);
    case ImapCommand::store:
    case ImapCommand::uid_store: return set_of(ImapData::fetch);
    case ImapCommand::search:
    case ImapCommand::uid_search: return set_of(ImapData::search) | set_of(ImapData::esearch);
    case ImapCommand::sort:
    case ImapCommand::uid_sort: return set_of(ImapData::sort) | set_of(ImapData::esearch);
    case ImapCommand::thread:
    case ImapCommand::uid_thread: return set_of(ImapData::thread);
    case ImapCommand::move:
    case ImapCommand::uid_move: return kExpunged | set_of(ImapData::ok);
    case ImapCommand::expunge:
    case ImapCommand::uid_expunge: return kExpunged;
    case ImapCommand::idle: return kOfIdle;
    case ImapCommand::getquota: return set_of(ImapData::quota);
    case ImapCommand::getquotaroot: return set_of(ImapData::quota) | set_of(ImapData::quotaroot);
    case ImapCommand::myrights: return set_of(ImapData::myrights);
    case ImapCommand::logout: return set_of(ImapData::bye);
    default: return 0;
  }
}

}  // namespace backtalk::session
