// SPDX-License-Identifier: Apache-2.0 OR MIT
// The notation whatever the protocol: lines, sections, repetitions. The rules are those of
// docs/scripts.md, each with an example and with what is refused.
#include "script/notation.hpp"

#include <gtest/gtest.h>

#include "script/limits.hpp"
#include "script_testing.hpp"

namespace backtalk::script {
namespace {

using testing::lines;
using Kind = Line::Kind;
using Part = Section::Part;
using std::string_view_literals::operator""sv;

Sections sections_of(std::string_view text) {
  auto read = read_notation(text);
  if (const auto* error = std::get_if<Error>(&read)) {
    ADD_FAILURE() << show("test", *error);
    return {};
  }
  return std::get<Sections>(std::move(read));
}

// "line:column: sentence", or nothing.
std::string error_of(std::string_view text) {
  const auto read = read_notation(text);
  const auto* const error = std::get_if<Error>(&read);
  return error == nullptr ? "" : show("", *error).substr(1);
}

TEST(Notation, LinesSayWhoSpeaks) {
  const std::string text = lines({"# a comment", "C: STAT", "", "  S: +OK  ", "C:NOOP", "C:", "C:  two"});
  const Sections sections = sections_of(text);
  ASSERT_EQ(sections.size(), 1U);
  EXPECT_EQ(sections[0].part, Part::whole);
  ASSERT_EQ(sections[0].lines.size(), 5U);
  EXPECT_EQ(sections[0].lines[0].text, "STAT");
  EXPECT_EQ(sections[0].lines[0].kind, Kind::client);
  EXPECT_EQ(sections[0].lines[0].number, 2U);
  EXPECT_EQ(sections[0].lines[0].column, 4U);
  EXPECT_EQ(sections[0].lines[1].text, "+OK  ") << "what is said is kept as it is";
  EXPECT_EQ(sections[0].lines[1].kind, Kind::server);
  EXPECT_EQ(sections[0].lines[1].column, 6U);
  EXPECT_EQ(sections[0].lines[2].text, "NOOP") << "the space is for the eye";
  EXPECT_EQ(sections[0].lines[3].text, "");
  EXPECT_EQ(sections[0].lines[4].text, " two") << "and only one is";
}

TEST(Notation, LinesEndWithLfOrCrLf) {
  const Sections sections = sections_of("C: A\r\nC: B\nC: C");
  ASSERT_EQ(sections.size(), 1U);
  ASSERT_EQ(sections[0].lines.size(), 3U);
  EXPECT_EQ(sections[0].lines[0].text, "A");
  EXPECT_EQ(sections[0].lines[2].text, "C");
  EXPECT_EQ(error_of("C: A\rB\n"), "1:5: a CR or NUL cannot be in a line");
  EXPECT_EQ(error_of("C: A\0\n"sv), "1:5: a CR or NUL cannot be in a line");
  EXPECT_EQ(error_of("C: A\r\r\n"), "1:5: a CR or NUL cannot be in a line");
}

TEST(Notation, AnythingElseIsAnError) {
  EXPECT_EQ(error_of("C: A\nSTAT\n"),
            "2:1: expected `C:`, `S:`, `==`, `repeat`, `end`, `wait`, `sizes` or `#`, not `STAT`");
  EXPECT_EQ(error_of("  c: A\n"), "1:3: `C:` and `S:` are capital letters");
  EXPECT_EQ(error_of("\xEF\xBB\xBF== pass\n"),
            "1:1: the file begins with a byte order mark (UTF-8): remove it");
  EXPECT_EQ(error_of(""), "1:1: the script is empty: expected a line such as `C: NOOP`");
  EXPECT_EQ(error_of("# nothing\n\n"), "1:1: the script is empty: expected a line such as `C: NOOP`");
  EXPECT_EQ(error_of("\x1b[2J\x07 and very long, longer than anybody would quote it\n"),
            "1:1: expected `C:`, `S:`, `==`, `repeat`, `end`, `wait`, `sizes` or `#`, not "
            "`?[2J? and very long, longer than anybody...`")
      << "nothing of a script can act on a terminal";
}

TEST(Notation, SectionsAreOncePassesAndEnd) {
  const std::string text = lines({"== once", "C: A", "== pass x3 to read", "C: B", "== pass", "C: C",
                                  "== pass xylo ==", "C: D", "== end ==", "C: E"});
  const Sections sections = sections_of(text);
  ASSERT_EQ(sections.size(), 5U);
  EXPECT_EQ(sections[0].part, Part::once);
  EXPECT_EQ(sections[1].part, Part::pass);
  EXPECT_EQ(sections[1].weight, 3U);
  EXPECT_EQ(sections[1].name, "to read");
  EXPECT_EQ(sections[1].number, 3U);
  EXPECT_EQ(sections[2].weight, 1U);
  EXPECT_EQ(sections[2].name, "");
  EXPECT_EQ(sections[3].name, "xylo") << "only x and digits are a weight";
  EXPECT_EQ(sections[4].part, Part::end);
  EXPECT_EQ(sections[4].lines.at(0).text, "E");
}

TEST(Notation, AWeightThatIsNotWrittenAsOneIsNoName) {
  EXPECT_EQ(error_of("== pass x 3\n"), "1:9: expected a weight or a name, not `x 3`: did you mean `x3`?");
  EXPECT_EQ(error_of("  == pass 3\n"), "1:11: expected a weight or a name, not `3`: did you mean `x3`?");
  EXPECT_EQ(error_of("== pass 3x reading ==\n"),
            "1:9: expected a weight or a name, not `3x reading`: did you mean `x3`?");
  EXPECT_EQ(error_of("== pass X3\n"), "1:9: expected a weight or a name, not `X3`: did you mean `x3`?");
  for (const std::string_view name : {"3rd", "x", "x y", "xylo 3", "x3 3", "x3 x 3", "x3rd", "a3"})
    EXPECT_EQ(error_of("== pass " + std::string(name) + "\n"), "") << name;
}

TEST(Notation, PassesOfOneNameAreErrors) {
  EXPECT_EQ(error_of("== pass x3 reading\nC: A\n== pass reading\nC: B\n"),
            "3:9: the pass in line 1 is named `reading` too: choose another name");
  EXPECT_EQ(error_of("== pass x2\nC: A\n== pass\nC: B\n== pass x\nC: C\n"), "") << "names are optional";
}

TEST(Notation, SectionsOutOfPlaceAreErrors) {
  EXPECT_EQ(error_of("== SMTP\n"),
            "1:1: expected `== once`, `== pass`, `== end`, or `== NAME ==`, which begins a conversation");
  EXPECT_EQ(error_of("== ==\n"),
            "1:1: expected `== once`, `== pass`, `== end`, or `== NAME ==`, which begins a conversation");
  EXPECT_EQ(error_of("== once now\n"), "1:1: nothing follows `== once`");
  EXPECT_EQ(error_of("C: A\n== pass\n"),
            "2:1: lines before the first section belong to none: a script has sections or it has none");
  EXPECT_EQ(error_of("== pass\n== once\n"), "2:1: `== once` is the first section, and there is only one");
  EXPECT_EQ(error_of("== once\n== once\n"), "2:1: `== once` is the first section, and there is only one");
  EXPECT_EQ(error_of("== pass\n== end\n== pass\n"), "3:1: `== end` is the last section");
  EXPECT_EQ(error_of("== once\nC: A\n"), "1:1: there is no section `== pass`, which is what a run repeats");
  EXPECT_EQ(error_of("== pass x0\n"), "1:1: a weight is a whole number from 1 to 10000, as `== pass x3`");
  EXPECT_EQ(error_of("== pass x10001\n"), "1:1: a weight is a whole number from 1 to 10000, as `== pass x3`");
  EXPECT_EQ(error_of("== pass " + std::string(65, 'a') + "\n"), "1:1: a name has at most 64 octets");
}

TEST(Notation, ConversationsHaveATitle) {
  const std::string text =
      lines({"== POP3 (over TLS) ==", "S: +OK", "C: QUIT", "== HTTP/1.0 ==", "C: GET / HTTP/1.0"});
  const Sections sections = sections_of(text);
  ASSERT_EQ(sections.size(), 2U);
  EXPECT_EQ(sections[0].part, Part::conversation);
  EXPECT_EQ(sections[0].name, "POP3 (over TLS)");
  EXPECT_EQ(sections[0].lines.size(), 2U);
  EXPECT_TRUE(sections[0].is_connection());
  EXPECT_EQ(sections[1].name, "HTTP/1.0");
  EXPECT_EQ(sections[1].number, 4U);
}

TEST(Notation, AScriptHasSectionsOrConversations) {
  const std::string both = "1: a script has sections or conversations, and not both";
  EXPECT_EQ(error_of("== SMTP ==\nC: A\n== pass\n"), "3:" + both);
  EXPECT_EQ(error_of("== SMTP ==\nC: A\n== end ==\n"), "3:" + both);
  EXPECT_EQ(error_of("== pass\nC: A\n== SMTP ==\n"), "3:" + both);
  EXPECT_EQ(error_of("C: A\n== SMTP ==\n"),
            "2:1: lines before the first section belong to none: a script has sections or it has none");
  EXPECT_EQ(error_of("== " + std::string(65, 'a') + " ==\n"), "1:1: a name has at most 64 octets");
  EXPECT_EQ(error_of("== SMTP ==\nrepeat 2\nC: A\n== POP3 ==\n"), "2:1: this `repeat` has no line `end`");
}

TEST(Notation, RepetitionsAreWrittenOut) {
  const std::string text = lines({"repeat 2", "  C: A", "  repeat 3", "    C: B", "  end", "end", "C: C"});
  const Sections sections = sections_of(text);
  std::string said;
  for (const Line& line : sections.at(0).lines) said += line.text;
  EXPECT_EQ(said, "ABBBABBBC");
  EXPECT_EQ(sections[0].lines[5].number, 4U) << "errors point to the line of the script";
  EXPECT_EQ(sections_of("repeat 5\nend\nC: A\n").at(0).lines.size(), 1U);
}

TEST(Notation, RepetitionsOutOfPlaceAreErrors) {
  EXPECT_EQ(error_of("repeat 2\nC: A\n"), "1:1: this `repeat` has no line `end`");
  EXPECT_EQ(error_of("== pass\nrepeat 2\nC: A\n== end\nend\n"), "2:1: this `repeat` has no line `end`");
  EXPECT_EQ(error_of("C: A\nend\n"), "2:1: there is no `repeat` that this ends");
  for (const std::string_view count : {"", " 0", " -1", " 10001", " 2 3", " x"}) {
    EXPECT_EQ(error_of("repeat" + std::string(count) + "\nend\n"),
              "1:1: expected a number from 1 to 10000, as `repeat 10`")
        << count;
  }
}

TEST(Notation, WaitsAreTimes) {
  const Sections sections = sections_of("C: A\nwait 500ms\nwait 2s\n");
  ASSERT_EQ(sections.at(0).lines.size(), 3U);
  EXPECT_EQ(sections[0].lines[1].kind, Kind::wait);
  EXPECT_EQ(sections[0].lines[1].wait, session::ThinkTime::constant(500'000'000));
  EXPECT_EQ(sections[0].lines[2].wait, session::ThinkTime::constant(2'000'000'000));
  EXPECT_EQ(sections[0].lines[2].wait_ns, 2'000'000'000U);
  EXPECT_EQ(sections_of("C: A\nwait 2s..4s\n").at(0).lines.at(1).wait_ns, 3'000'000'000U) << "the mean";
  EXPECT_EQ(error_of("C: A\n wait 10\n"), "2:7: a wait needs a unit: `wait 10s` or `wait 10ms`");
  EXPECT_EQ(error_of("wait 2..8s\n"), "1:6: a wait needs a unit: `wait 2s` or `wait 2ms`");
  EXPECT_EQ(error_of("wait 2s..8\n"), "1:10: a wait needs a unit: `wait 8s` or `wait 8ms`");
  EXPECT_EQ(error_of("wait exp 5\n"), "1:10: a wait needs a unit: `wait 5s` or `wait 5ms`");
  EXPECT_EQ(error_of("wait normal 10s 0.5\n"), "1:17: a wait needs a unit: `wait 0.5s` or `wait 0.5ms`");
  EXPECT_EQ(error_of("wait 1h 0.5.5\n"), "1:1: expected a time such as `wait 500ms`");
  EXPECT_EQ(error_of("wait\n"), "1:1: expected a time such as `wait 500ms`");
  EXPECT_EQ(error_of("wait for it\n"), "1:1: expected a time such as `wait 500ms`");
}

// --- What is too much

TEST(Notation, RepetitionsMultiplyOnlyToABound) {
  EXPECT_EQ(error_of("repeat 10000\nC: A\nC: B\nend\n"), "");
  EXPECT_EQ(error_of("repeat 10000\nC: A\nC: B\nC: C\nend\n"),
            "5:1: a script says at most 20000 lines, each as often as it is repeated");
  std::string bomb;
  for (std::size_t i = 0; i < kRepeatDepthMax; ++i) bomb += "repeat 10000\n";
  bomb += "C: A\n";
  for (std::size_t i = 0; i < kRepeatDepthMax; ++i) bomb += "end\n";
  EXPECT_EQ(error_of(bomb), "11:1: a script says at most 20000 lines, each as often as it is repeated");
  EXPECT_EQ(error_of("repeat 1\n" + bomb), "9:1: at most 8 `repeat` within each other");
}

TEST(Notation, AScriptIsBounded) {
  EXPECT_EQ(error_of("C: " + std::string(kLineOctetsMax, 'x')), "1:65537: a line has at most 65536 octets");
  EXPECT_EQ(error_of(std::string(kScriptOctetsMax + 1, '\n')), "1:1: a script has at most 1048576 octets");
  std::string passes;
  for (std::size_t i = 0; i <= kPassesMax; ++i) passes += "== pass\n";
  EXPECT_EQ(error_of(passes), "65:1: a script has at most 64 sections `== pass`");
}

}  // namespace
}  // namespace backtalk::script
