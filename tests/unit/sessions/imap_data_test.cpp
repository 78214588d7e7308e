// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_data.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "backtalk/imap/response_parser.hpp"

namespace backtalk::session {
namespace {

using C = ImapCommand;
using D = ImapData;

// What each kind is called, beside `other`.
const std::map<std::string, ImapData> kKinds{{"OK", D::ok},
                                             {"NO", D::no},
                                             {"BAD", D::bad},
                                             {"BYE", D::bye},
                                             {"CAPABILITY", D::capability},
                                             {"ENABLED", D::enabled},
                                             {"ID", D::id},
                                             {"NAMESPACE", D::name_space},
                                             {"LIST", D::list},
                                             {"LSUB", D::lsub},
                                             {"STATUS", D::status},
                                             {"FLAGS", D::flags},
                                             {"EXISTS", D::exists},
                                             {"RECENT", D::recent},
                                             {"EXPUNGE", D::expunge},
                                             {"VANISHED", D::vanished},
                                             {"FETCH", D::fetch},
                                             {"SEARCH", D::search},
                                             {"ESEARCH", D::esearch},
                                             {"SORT", D::sort},
                                             {"THREAD", D::thread},
                                             {"QUOTA", D::quota},
                                             {"QUOTAROOT", D::quotaroot},
                                             {"MYRIGHTS", D::myrights}};

TEST(ImapData, KindsHaveTheNamesOfTheirResponses) {
  EXPECT_EQ(kKinds.size() + 1, kImapDataKinds);
  for (const auto& [name, kind] : kKinds) EXPECT_EQ(imap_data(name), kind) << name;
  EXPECT_EQ(imap_data("fetch"), D::fetch);
  EXPECT_EQ(imap_data("sEaRcH"), D::search);
  for (const char* const other : {"", "FETC", "FETCHES", "XFETCH", "FETC@", "`ETCH", "FET\x03H", " FETCH"})
    EXPECT_EQ(imap_data(other), D::other) << other;
}

ImapData kind_of(const std::string& line) {
  imap::ResponseParser parser;
  parser.feed(line);
  const imap::Response* const response = parser.next();
  return response != nullptr ? imap_data(*response) : ImapData::other;
}

TEST(ImapData, AResponseIsOfTheKindThatItNames) {
  EXPECT_EQ(kind_of("* 23 EXISTS\r\n"), D::exists);
  EXPECT_EQ(kind_of("* 1 FETCH (UID 1)\r\n"), D::fetch);
  EXPECT_EQ(kind_of("* SEARCH 2 84\r\n"), D::search);
  EXPECT_EQ(kind_of("* OK [UNSEEN 3] x\r\n"), D::ok);
  EXPECT_EQ(kind_of("* PREAUTH x\r\n"), D::ok);
  EXPECT_EQ(kind_of("* NO x\r\n"), D::no);
  EXPECT_EQ(kind_of("* BAD x\r\n"), D::bad);
  EXPECT_EQ(kind_of("* BYE x\r\n"), D::bye);
  EXPECT_EQ(kind_of("* FINE x\r\n"), D::other);
  EXPECT_EQ(kind_of("* 23\r\n"), D::other);
  EXPECT_EQ(kind_of("* \"EXISTS\" 1\r\n"), D::other);
}

// What a command asks for, by the sections of RFC 9051 6 and of the extensions. Not in the table:
// what nobody is told because of it.
const std::map<ImapCommand, std::set<std::string>> kAsked{
    {C::capability, {"CAPABILITY"}},
    {C::login, {"CAPABILITY"}},
    {C::authenticate, {"CAPABILITY"}},
    {C::id, {"ID"}},
    {C::enable, {"ENABLED", "CAPABILITY"}},
    {C::name_space, {"NAMESPACE"}},
    {C::list, {"LIST", "STATUS"}},
    {C::lsub, {"LSUB"}},
    {C::status, {"STATUS"}},
    {C::select, {"FLAGS", "EXISTS", "RECENT", "OK", "LIST", "VANISHED", "FETCH"}},
    {C::examine, {"FLAGS", "EXISTS", "RECENT", "OK", "LIST", "VANISHED", "FETCH"}},
    {C::fetch, {"FETCH", "VANISHED"}},
    {C::uid_fetch, {"FETCH", "VANISHED"}},
    {C::store, {"FETCH"}},
    {C::uid_store, {"FETCH"}},
    {C::search, {"SEARCH", "ESEARCH"}},
    {C::uid_search, {"SEARCH", "ESEARCH"}},
    {C::sort, {"SORT", "ESEARCH"}},
    {C::uid_sort, {"SORT", "ESEARCH"}},
    {C::thread, {"THREAD"}},
    {C::uid_thread, {"THREAD"}},
    {C::move, {"EXPUNGE", "VANISHED", "OK"}},
    {C::uid_move, {"EXPUNGE", "VANISHED", "OK"}},
    {C::expunge, {"EXPUNGE", "VANISHED"}},
    {C::uid_expunge, {"EXPUNGE", "VANISHED"}},
    {C::idle, {"FLAGS", "EXISTS", "RECENT", "OK", "LIST", "EXPUNGE", "VANISHED", "FETCH"}},
    {C::getquota, {"QUOTA"}},
    {C::getquotaroot, {"QUOTA", "QUOTAROOT"}},
    {C::myrights, {"MYRIGHTS"}},
    {C::logout, {"BYE"}}};

TEST(ImapData, EachCommandAsksForItsOwn) {
  for (std::size_t i = 0; i < kImapCommandNames.size(); ++i) {
    const auto command = static_cast<ImapCommand>(i);
    const auto asked = kAsked.find(command);
    std::set<std::string> names;
    for (const auto& [name, kind] : kKinds) {
      if ((asked_for(command) & set_of(kind)) != 0) names.insert(name);
    }
    EXPECT_EQ(names, asked != kAsked.end() ? asked->second : std::set<std::string>{}) << kImapCommandNames[i];
  }
}

}  // namespace
}  // namespace backtalk::session
