// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a server said, against what a script expects.
#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/comparison.hpp"
#include "script_testing.hpp"

namespace backtalk::script {
namespace {

using testing::lines;
using Lines = std::initializer_list<std::string_view>;

// The first answer that the script expects, and what came in its place.
class Compared {
 public:
  Compared(Protocol protocol, Lines script, Lines said)
      : protocol_(protocol), text_(lines(script)), said_(said.begin(), said.end()) {
    auto notation = read_notation(text_);
    sections_ = std::get<Sections>(std::move(notation));
    const auto turns = read_turns(protocol, sections_.front());
    for (const Turn& turn : std::get<std::vector<Turn>>(turns)) {
      if (turn.kind == Turn::Kind::answer) {
        turn_ = turn;
        break;
      }
    }
  }

  // "2: `250 ok` but `550 no`", with the line of the turn; empty if all is as expected.
  [[nodiscard]] std::string result(bool exact = false) const {
    return shown(compare({protocol_, exact}, turn_.answer, turn_.lines_of(sections_.front()), said_));
  }
  [[nodiscard]] std::string exactly() const { return result(true); }
  [[nodiscard]] std::string kept() const {
    std::string all;
    const auto keep = [&all](std::string_view name, std::string_view word) {
      all.append(name).append("=").append(word).append(";");
    };
    const auto mismatch = keep_words(protocol_, turn_.lines_of(sections_.front()), said_, keep);
    return mismatch ? shown(mismatch) : all;
  }

 private:
  static std::string shown(const std::optional<Mismatch>& one) {
    if (!one) return "";
    return std::to_string(one->line) + ": `" + one->expected + "` but `" + one->said + "`";
  }

  Protocol protocol_;
  std::string text_;
  std::vector<std::string> said_;
  Sections sections_;
  Turn turn_;
};

TEST(Comparison, OfSmtpTheCode) {
  EXPECT_EQ(Compared(Protocol::smtp, {"S: 250 ok"}, {"250-me", "250 2.0.0 fine"}).result(), "");
  EXPECT_EQ(Compared(Protocol::smtp, {"S: 250 ok"}, {"550 5.7.1 no"}).result(),
            "0: `250` but `550 5.7.1 no`");
  EXPECT_EQ(Compared(Protocol::smtp, {"S: *"}, {"550 5.7.1 no"}).result(), "");
}

TEST(Comparison, OfSmtpExactlyEachLine) {
  EXPECT_EQ(Compared(Protocol::smtp, {"S: 250-me", "S: 250 X"}, {"250-me", "250 X"}).exactly(), "");
  EXPECT_EQ(Compared(Protocol::smtp, {"S: 250 ok"}, {"250 Ok"}).exactly(), "0: `250 ok` but `250 Ok`");
  EXPECT_EQ(Compared(Protocol::smtp, {"S: 250 ok"}, {"250 ok", "250 more"}).exactly(),
            "0: `no line after 250 ok` but `250 more`");
  EXPECT_EQ(Compared(Protocol::smtp, {"S: 250-me", "S: 250 X"}, {"250 me"}).exactly(),
            "0: `250-me` but `250 me`");
  EXPECT_EQ(Compared(Protocol::smtp, {"S: 250-me", "S: 250 X"}, {"250-me"}).exactly(), "1: `250 X` but ``");
}

TEST(Comparison, OfPop3TheIndicatorAndThatLinesFollow) {
  EXPECT_EQ(Compared(Protocol::pop3, {"C: LIST", "S: +OK 2", "S: 1 1", "S: ."}, {"+OK", "1 2", "2 2", "."})
                .result(),
            "");
  EXPECT_EQ(Compared(Protocol::pop3, {"C: LIST", "S: +OK 2", "S: 1 1", "S: ."}, {"-ERR no"}).result(),
            "0: `+OK` but `-ERR no`");
  EXPECT_EQ(Compared(Protocol::pop3, {"C: LIST", "S: +OK 2", "S: 1 1", "S: ."}, {"+OK"}).result(),
            "0: `+OK and more lines` but `+OK`");
  EXPECT_EQ(Compared(Protocol::pop3, {"C: LIST", "S: +OK"}, {"+OK", "1 2", "."}).result(true), "")
      << "its lines are left out";
  EXPECT_EQ(Compared(Protocol::pop3, {"C: LIST", "S: +OK", "S: ."}, {"+OK", "1 2", "."}).exactly(),
            "1: `.` but `1 2`");
}

TEST(Comparison, OfImapStatusAndKind) {
  EXPECT_EQ(Compared(Protocol::imap, {"C: a NOOP", "S: a OK"}, {"a ok done"}).result(), "");
  EXPECT_EQ(Compared(Protocol::imap, {"C: a NOOP", "S: a OK x"}, {"a NO done"}).result(),
            "0: `a OK x` but `a NO done`");
  EXPECT_EQ(Compared(Protocol::imap, {"C: a NOOP", "S: * 3 EXISTS", "S: a OK"}, {"* 7 EXISTS"}).result(), "");
  EXPECT_EQ(Compared(Protocol::imap, {"C: a NOOP", "S: * 3 EXISTS", "S: a OK"}, {"* 7 EXISTS"}).exactly(),
            "0: `* 3 EXISTS` but `* 7 EXISTS`");
}

TEST(Comparison, OfHttpTheStatus) {
  EXPECT_EQ(
      Compared(Protocol::http, {"S: HTTP/1.1 200 OK"}, {"HTTP/1.0 200 Fine", "A: b", "", "body"}).result(),
      "");
  EXPECT_EQ(Compared(Protocol::http, {"S: HTTP/1.1 200 OK"}, {"HTTP/1.1 404 No"}).result(),
            "0: `200` but `HTTP/1.1 404 No`");
}

TEST(Comparison, OfHttpExactlyTheFieldsOfTheScriptInAnyOrder) {
  const Lines said{"HTTP/1.1 200 OK", "Date: now", "b:  2", "A: 1", "", "body"};
  EXPECT_EQ(Compared(Protocol::http, {"S: HTTP/1.1 200 OK", "S: A: 1", "S: B: 2", "S: ", "S: body"}, said)
                .exactly(),
            "");
  EXPECT_EQ(Compared(Protocol::http, {"S: HTTP/1.1 200 OK", "S: A: 1"}, said).exactly(), "")
      << "the body is left out";
  EXPECT_EQ(Compared(Protocol::http, {"S: HTTP/1.1 200 OK", "S: A: 2"}, said).exactly(),
            "1: `A: 2` but `A: 1`");
  EXPECT_EQ(Compared(Protocol::http, {"S: HTTP/1.1 200 OK", "S: C: 2"}, said).exactly(), "1: `C: 2` but ``");
  EXPECT_EQ(Compared(Protocol::http, {"S: HTTP/1.1 200 OK", "S: ", "S: other"}, said).exactly(),
            "2: `other` but `body`");
}

TEST(Comparison, AWordThatIsKeptMayBeAnything) {
  EXPECT_EQ(Compared(Protocol::pop3, {"C: STAT", "S: +OK {count:=2} 320"}, {"+OK 2 320"}).exactly(), "");
  EXPECT_EQ(Compared(Protocol::pop3, {"C: STAT", "S: +OK {count:=2} 320"}, {"+OK 2 321"}).exactly(),
            "0: `+OK {count:=2} 320` but `+OK 2 321`");
  EXPECT_EQ(Compared(Protocol::pop3, {"C: STAT", "S: +OK {count:=2}"}, {"+OK"}).exactly(),
            "0: `+OK {count:=2}` but `+OK`");
}

TEST(KeptWords, AreTheWordsOfTheLine) {
  EXPECT_EQ(Compared(Protocol::pop3, {"C: STAT", "S: +OK {count:=2} {size:=3}"}, {"+OK 2 320"}).kept(),
            "count=2;size=320;");
  EXPECT_EQ(Compared(Protocol::smtp, {"S: 250-x", "S: 250 {max:=3}"}, {"250-me", "250 SIZE 99"}).kept(),
            "max=99;");
  EXPECT_EQ(Compared(Protocol::imap, {"C: a X", "S: a OK [APPENDUID {v:=4} {u:=5}]"},
                     {"a OK [APPENDUID 38 3955] done"})
                .kept(),
            "v=38;u=3955;");
  EXPECT_EQ(Compared(Protocol::http, {"S: HTTP/1.1 200", "S: Set-Cookie: {c:=2}"},
                     {"HTTP/1.1 200 OK", "A: b", "set-cookie: x=1"})
                .kept(),
            "c=x=1;");
}

TEST(KeptWords, AMissingOneIsAMismatch) {
  EXPECT_EQ(Compared(Protocol::pop3, {"C: STAT", "S: +OK {count:=2}"}, {"+OK"}).kept(),
            "0: `+OK {count:=2}` but `+OK`");
  EXPECT_EQ(
      Compared(Protocol::http, {"S: HTTP/1.1 200", "S: Set-Cookie: {c:=2}"}, {"HTTP/1.1 200 OK"}).kept(),
      "1: `Set-Cookie: {c:=2}` but ``");
}

}  // namespace
}  // namespace backtalk::script
