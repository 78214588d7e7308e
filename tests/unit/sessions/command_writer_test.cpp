// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/command_writer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

namespace backtalk::session {
namespace {

using Field = CommandTemplate::Field;

const CommandTemplate kLogin("LOGIN {user} {password}", {Field::user, Field::password});

// What is written of one command; nothing if it is taken back.
std::string written(const CommandTemplate& text, const CommandValues& values, std::size_t room = 4096) {
  std::string out(room, '?');
  CommandWriter writer(out);
  const bool whole = writer.add(text, values).end_line();
  EXPECT_EQ(whole, writer.size() > 0);
  out.resize(writer.size());
  return out;
}

// Room for the longest value of each.
TEST(CommandTemplate, TheMostOctetsOfAPlaceholder) {
  for (const auto& [field, octets] : {std::pair{Field::number, 20U},
                                      {Field::user, 255U},
                                      {Field::password, 255U},
                                      {Field::random, 16U},
                                      {Field::message_number, 10U},
                                      {Field::uid, 10U}}) {
    CommandTemplate text("ab", {});
    text.append(field);
    text.append("c");
    EXPECT_EQ(text.octets_max(), 3 + octets);
    EXPECT_TRUE(text.uses(field));
    EXPECT_FALSE(text.uses(Field::captured));
  }
  CommandTemplate captured;
  EXPECT_TRUE(captured.empty());
  captured.append_captured(0);
  EXPECT_FALSE(captured.empty());
  EXPECT_EQ(captured.octets_max(), 128U);
}

TEST(CommandTemplate, FillsInItsPlaceholders) {
  EXPECT_EQ(written({"a{n}b{n}", {Field::number}}, {.number = 42}), "a42b42\r\n");
  EXPECT_EQ(written({"{n}", {Field::number}}, {.number = std::numeric_limits<std::uint64_t>::max()}),
            "18446744073709551615\r\n");
  EXPECT_EQ(written(kLogin, {.user = "u", .password = "p w"}), "LOGIN u p w\r\n");
  EXPECT_EQ(written(kLogin, {}), "LOGIN  \r\n");
  EXPECT_EQ(written({"no placeholder", {Field::number}}, {}), "no placeholder\r\n");
  EXPECT_EQ(written({}, {}), "\r\n");
}

TEST(CommandTemplate, LeavesEverythingElseAlone) {
  for (const std::string_view text : {"{user}{", "{", "}{n", "{N}", "{n }", "{ n}", "{}"}) {
    EXPECT_EQ(written({text, {Field::number}}, {.number = 1, .user = "x"}), std::string(text) + "\r\n");
  }
  EXPECT_EQ(written({"{{n}}", {Field::number}}, {.number = 1}), "{1}\r\n");
  EXPECT_EQ(written({"{{{n}{n", {Field::number}}, {.number = 1}), "{{1{n\r\n");
}

TEST(CommandTemplate, ValuesAreNotExpandedAgain) {
  EXPECT_EQ(written(kLogin, {.user = "{password}", .password = "{user}{n}"}),
            "LOGIN {password} {user}{n}\r\n");
}

TEST(CommandTemplate, CanBeBuiltFromParts) {
  CommandTemplate text;
  text.append("{n}=");
  text.append(Field::number);
  text.append(";");
  EXPECT_EQ(written(text, {.number = 5}), "{n}=5;\r\n");
}

TEST(CommandTemplate, RandomNumbersComeFromTheGenerator) {
  const CommandTemplate text("{random}.{random}", {Field::random});
  SplitMix64 random(7);
  const std::string first = written(text, {.random = &random});
  const std::string second = written(text, {.random = &random});
  EXPECT_EQ(first.size(), 2 * CommandWriter::kRandomOctets + 3);
  EXPECT_EQ(first.find_first_not_of("0123456789abcdef.\r\n"), std::string::npos);
  EXPECT_NE(first, second);
  SplitMix64 again(7);
  EXPECT_EQ(written(text, {.random = &again}), first);
}

TEST(CommandTemplate, NamesAMessageOfTheMailbox) {
  const CommandTemplate text("FETCH {number} UID {uid}", {Field::message_number, Field::uid});
  EXPECT_TRUE(text.uses(Field::message_number));
  EXPECT_TRUE(text.uses(Field::uid));
  EXPECT_FALSE(text.uses(Field::number));
  EXPECT_EQ(written(text, {.message_number = 3, .uid = 4'294'967'295}), "FETCH 3 UID 4294967295\r\n");
  EXPECT_EQ(written(text, {.uid = 7}), "") << "the mailbox is empty";
  EXPECT_EQ(written(text, {.message_number = 3}), "");
}

TEST(CommandTemplate, KnowsHowLongItWillBe) {
  const CommandTemplate text(
      "{n} {user} {password} {random} {number} {uid}",
      {Field::number, Field::user, Field::password, Field::random, Field::message_number, Field::uid});
  SplitMix64 random(1);
  const CommandValues values{.number = 1000,
                             .user = "someone",
                             .password = "secret",
                             .random = &random,
                             .message_number = 10,
                             .uid = 9};
  EXPECT_EQ(text.octets(values), written(text, values).size() - 2);
  EXPECT_EQ(text.octets({.number = 1, .user = "a\nb", .message_number = 1, .uid = 1}), std::nullopt);
  EXPECT_EQ(text.octets({.message_number = 1}), std::nullopt);
  EXPECT_EQ(CommandTemplate().octets({}), 0U);
}

TEST(CommandTemplate, PlaceholdersAreReplacedByOtherTemplates) {
  CommandTemplate text("<{from}> {n} <{from}>{to}", {Field::number, Field::from, Field::to});
  text.append_captured(0);
  text.fill_in(Field::from, CommandTemplate("a{n}@example.org", {Field::number}));
  EXPECT_FALSE(text.uses(Field::from));
  EXPECT_TRUE(text.uses(Field::to) && text.uses(Field::captured));
  text.fill_in(Field::captured, CommandTemplate("c", {}));
  text.fill_in(Field::to, {});
  EXPECT_EQ(written(text, {.number = 7}), "<a7@example.org> 7 <a7@example.org>c\r\n");
  text.fill_in(Field::number, CommandTemplate("8", {}));
  EXPECT_FALSE(text.has_fields());
  text.fill_in(Field::user, CommandTemplate("nobody", {}));
  EXPECT_EQ(written(text, {}), "<a8@example.org> 8 <a8@example.org>c\r\n");
}

TEST(CommandTemplate, TheContentOfALiteralMayHaveLines) {
  CommandTemplate text;
  text.append_lines("Subject: x\r\n\r\n");
  text.append(Field::number);
  EXPECT_EQ(text.octets({.number = 12}), 16U);
  EXPECT_EQ(written(text, {.number = 12}), "Subject: x\r\n\r\n12\r\n");
}

// All 64 bits, in the order in which they are read: the first numbers of SplitMix64 from seed 0, as
// its authors give them.
TEST(CommandTemplate, RandomNumbersAreWrittenWhole) {
  SplitMix64 random(0);
  EXPECT_EQ(written({"{random},{random},{random}", {Field::random}}, {.random = &random}),
            "e220a8397b1dcdaf,6e789e6aa1b965f4,06c45d188009454f\r\n");
}

TEST(CommandTemplate, KnowsItsMaximumLength) {
  const CommandTemplate text("a{n}{user}{password}{random}z",
                             {Field::number, Field::user, Field::password, Field::random});
  const std::string longest(CommandTemplate::kValueOctetsMax, 'x');
  SplitMix64 random(1);
  const std::string out = written(text, {.number = std::numeric_limits<std::uint64_t>::max(),
                                         .user = longest,
                                         .password = longest,
                                         .random = &random});
  EXPECT_EQ(out.size(), text.octets_max() + 2);
}

// --- What may not go out

TEST(CommandWriter, AValueCannotEndTheCommand) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view evil : {"u\r\nRCPT TO:<x>"sv, "u\n"sv, "\r"sv, "a\0b"sv}) {
    EXPECT_EQ(written(kLogin, {.user = evil, .password = "p"}), "");
    EXPECT_EQ(written(kLogin, {.user = "u", .password = evil}), "");
  }
  EXPECT_EQ(written(kLogin, {.user = std::string(CommandTemplate::kValueOctetsMax + 1, 'x')}), "");
}

TEST(CommandWriter, RevertingACommandLeavesTheOthers) {
  std::array<char, 4096> out{};
  CommandWriter writer(out);
  EXPECT_TRUE(writer.add("NOOP").end_line());
  EXPECT_FALSE(writer.add(kLogin, {.user = "\n"}).end_line());
  EXPECT_FALSE(writer.add("X ").add_value("\r").add(" Y").end_line());
  EXPECT_TRUE(writer.add("TOP ").add_number(3).add(" 0").end_line());
  EXPECT_EQ(std::string_view(out.data(), writer.size()), "NOOP\r\nTOP 3 0\r\n");
}

// Every room, from none to enough: nothing is written behind its end, and no command is cut.
TEST(CommandWriter, ACommandIsWrittenWholeOrNotAtAll) {
  const CommandTemplate text("A {n} {user} {random}", {Field::number, Field::user, Field::random});
  SplitMix64 random(1);
  const CommandValues values{.number = 12345, .user = "someone", .random = &random};
  const std::size_t octets = written(text, values).size();
  for (std::size_t room = 0; room <= octets; ++room) {
    std::string out(octets + 8, '?');
    CommandWriter writer(std::span<char>(out).first(room));
    EXPECT_EQ(writer.add(text, values).end_line(), room == octets);
    EXPECT_EQ(out.substr(room), std::string(octets + 8 - room, '?')) << room;
    EXPECT_EQ(writer.size(), room == octets ? octets : 0);
  }
}

TEST(CommandWriter, ContentUsesTheRoomBetweenCommands) {
  const WireMessage message = make_wire_message("Subject: x\r\n\r\n.Hello\r\n");
  const std::string stuffed = "Subject: x\r\n\r\n..Hello\r\n.\r\n";
  std::string out(20, '?');
  CommandWriter writer(out);
  writer.add("DATA").end_plain_line();
  const std::size_t count = writer.add_content(message, WireMessage::Form::stuffed, 0);
  EXPECT_EQ(count, 14U);
  EXPECT_EQ(out, "DATA\r\n" + stuffed.substr(0, 14));
  EXPECT_EQ(writer.size(), 20U);
  EXPECT_FALSE(writer.has_room_for_command());
  EXPECT_FALSE(writer.add("").end_line()) << "not even CRLF fits";
}

#ifdef BACKTALK_CHECK_PRECONDITIONS

TEST(CommandWriter, MisuseEndsTheProgram) {
  constexpr const char* kBroken = "broken precondition of backtalk";
  CommandTemplate text;
  EXPECT_DEATH(text.append("a\r\nb"), kBroken);
  EXPECT_DEATH(text.append_lines(std::string_view("\0", 1)), kBroken);
  EXPECT_DEATH(text.append(Field::captured), kBroken);
  std::array<char, 8> out{};
  CommandWriter writer(out);
  EXPECT_DEATH(writer.add("longer than there is room").end_plain_line(), kBroken);
  EXPECT_DEATH(writer.add(CommandTemplate("{random}", {Field::random}), {}), kBroken);
  writer.add("A");
  EXPECT_DEATH(writer.add_content(make_wire_message("x"), WireMessage::Form::chunk, 0), kBroken);
}

#endif

}  // namespace
}  // namespace backtalk::session
