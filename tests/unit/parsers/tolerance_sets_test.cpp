// SPDX-License-Identifier: Apache-2.0 OR MIT
// The named sets of tolerances: what docs/quirks.md says of each switch, and that they move no
// frame of what the corpora have.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/response_parser.hpp"
#include "backtalk/pop3/response_parser.hpp"
#include "backtalk/smtp/reply_parser.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk {
namespace {

std::string octets_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Whether a switch is in a set, by the table below "## The set `NAME`": rows "| `switch` | yes |".
std::map<std::string, bool> documented(std::string_view set) {
  const std::string text = octets_of(BACKTALK_CORPORA "/../docs/quirks.md");
  const std::size_t begin = text.find("## The set `" + std::string(set) + "`");
  if (begin == std::string::npos) return {};
  const std::string section = text.substr(begin, text.find("\n## ", begin) - begin);
  std::map<std::string, bool> found;
  for (std::size_t at = section.find("\n| `"); at != std::string::npos; at = section.find("\n| `", at + 1)) {
    const std::size_t name = at + 4;
    const std::size_t end = section.find('`', name);
    found[section.substr(name, end - name)] = section.substr(end).starts_with("` | yes |");
  }
  return found;
}

TEST(ToleranceSets, HoldWhatTheDocumentSays) {
  std::map<std::string, bool> judged;
  for (const tolerate::Named& set : tolerate::sets()) {
    const auto table = documented(set.name);
    EXPECT_FALSE(table.empty()) << set.name;
    Tolerances all;
    for (const auto& [name, is_in] : table) {
      judged[name] = true;
      const auto tolerance = tolerate::by_name(name);
      if (!tolerance) continue;  // the switch is missing from the last check below
      EXPECT_EQ(set.set.has(*tolerance), is_in) << name << " in " << set.name;
      if (is_in) all = all | *tolerance;
    }
    EXPECT_EQ(all, set.set) << set.name;
  }
  for (const tolerate::Named& one : tolerate::all()) {
    EXPECT_TRUE(judged.contains(std::string(one.name))) << "no set's table judges " << one.name;
  }
}

// Where the messages of a stream begin, up to its first error.
template <class Parser>
std::vector<std::uint64_t> frames(std::string_view stream, Tolerances tolerances, bool& failed) {
  Parser parser({}, tolerances);
  if constexpr (requires { parser.expect_otherwise(pop3::Expect::sasl); }) {
    parser.expect_otherwise(pop3::Expect::sasl);
  }
  parser.feed(stream);
  std::vector<std::uint64_t> begins;
  while (const auto* message = parser.next()) {
    std::uint64_t offset = 0;
    if constexpr (requires { message->status.offset; }) {
      offset = message->status.offset;
    } else {
      offset = message->offset;
    }
    if (begins.empty() || begins.back() != offset) begins.push_back(offset);
  }
  failed = static_cast<bool>(parser.error());
  return begins;
}

template <class Parser>
void expect_no_frame_moves(std::string_view protocol) {
  std::size_t streams = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::filesystem::path(BACKTALK_CORPORA) / protocol)) {
    if (entry.path().extension() != ".txt" || entry.path().parent_path().filename() == "commands") continue;
    const std::string stream = octets_of(entry.path());
    bool failed = false;
    bool fails_too = false;
    const auto strict = frames<Parser>(stream, {}, failed);
    const auto tolerant = frames<Parser>(stream, tolerate::mail_servers, fails_too);
    ASSERT_GE(tolerant.size(), strict.size()) << entry.path();
    EXPECT_TRUE(std::equal(strict.begin(), strict.end(), tolerant.begin())) << entry.path();
    if (!failed) {
      EXPECT_TRUE(!fails_too && strict.size() == tolerant.size()) << entry.path();
    }
    ++streams;
  }
  EXPECT_GT(streams, 30U);
}

TEST(MailServers, MoveNoFrameOfTheCorpora) {
  expect_no_frame_moves<smtp::ReplyParser>("smtp");
  expect_no_frame_moves<pop3::ResponseParser>("pop3");
  expect_no_frame_moves<imap::ResponseParser>("imap");
}

}  // namespace
}  // namespace backtalk
