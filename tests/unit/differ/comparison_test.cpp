// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/comparison.hpp"

#include <gtest/gtest.h>

#include "differ/table.hpp"

namespace backtalk::differ {
namespace {

Outcome outcome(std::initializer_list<Answer> answers, End end = End::closed, std::string flaw = {}) {
  return {.answers = answers, .messages = 1, .end = end, .flaw = std::move(flaw)};
}

const Answer kOk{"250", "2xx", "ok"};
const Answer kAlso{"200", "2xx", "well"};
const Answer kBad{"500", "5xx", "what?"};
const Answer kBye{"221", "221", "bye"};

Corpus corpus() {
  Corpus out;
  out.meanings = {{{"2xx", "2xx"}, true, "accepted"}, {{"2xx", "221"}, false, "not accepted"}};
  out.cases = {{"lf-dot-lf", "LF \".\" LF", "RFC 5321, 4.1.1.4", {{"first"}, {"\n.\n"}}}};
  return out;
}

TEST(DifferOutcome, IsWhatTheCorpusSaysThatTheClassesMean) {
  const Corpus of = corpus();
  EXPECT_EQ(framing_of(outcome({kOk, kBye}), of.meanings), "not accepted");
  EXPECT_EQ(framing_of(outcome({kOk, kOk}), of.meanings), "accepted");
  EXPECT_EQ(framing_of(outcome({kOk, kAlso, kBad, kBye}), of.meanings), "accepted");
}

TEST(DifferOutcome, IsOtherwiseTheClassesThemselves) {
  const Corpus of = corpus();
  EXPECT_EQ(framing_of(outcome({kBad, kBye}), of.meanings), "5xx 221");
  EXPECT_EQ(framing_of(outcome({kOk, kBye, kBye}), of.meanings), "2xx 221 221");
  EXPECT_EQ(framing_of(outcome({kOk}), of.meanings), "2xx");
  EXPECT_EQ(framing_of(outcome({}), of.meanings), "no answer");
}

TEST(DifferOutcome, SaysHowTheConnectionWasLeftUnlessItWasClosed) {
  const Corpus of = corpus();
  EXPECT_EQ(framing_of(outcome({kOk, kBye}, End::silent), of.meanings), "not accepted, then silent");
  EXPECT_EQ(framing_of(outcome({kBad}, End::unreadable, "bare-lf"), of.meanings), "5xx, then bare-lf");
}

TEST(DifferComparison, ServersAgreeWhateverTheirCodesAre) {
  const Compared compared = compare(corpus(), {outcome({kOk, kOk, kBye}), outcome({kAlso, kAlso, kBad})});
  EXPECT_TRUE(compared.agree());
  ASSERT_EQ(compared.groups.size(), 1U);
  EXPECT_EQ(compared.groups[0].servers, (std::vector<std::size_t>{0, 1}));
}

TEST(DifferComparison, AGroupHasThoseOfOneFraming) {
  const Compared compared =
      compare(corpus(), {outcome({kOk, kOk}), outcome({kOk, kBye}), outcome({kOk, kOk, kBad})});
  EXPECT_FALSE(compared.agree());
  ASSERT_EQ(compared.groups.size(), 2U);
  EXPECT_EQ(compared.groups[0].framing, "accepted");
  EXPECT_EQ(compared.groups[0].servers, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(compared.groups[1].framing, "not accepted");
  EXPECT_EQ(compared.framing_of(1), "not accepted");
}

std::string table(std::vector<Outcome> outcomes) {
  const Corpus of = corpus();
  return table_of(of, {"eod", {"smtp://a", "smtp://b"}, {compare(of, std::move(outcomes))}});
}

TEST(DifferTable, HasARowForEachCaseAndExpandsThoseThatDiffer) {
  EXPECT_EQ(table({outcome({kOk, kOk, kBad, kBye}), outcome({kOk, kBye})}),
            "eod: 1 case, 2 servers\n"
            "A  smtp://a\n"
            "B  smtp://b\n"
            "\n"
            "case       A         B\n"
            "lf-dot-lf  accepted  not accepted  differ\n"
            "\n"
            "they differ in 1 case\n"
            "\n"
            "lf-dot-lf: LF \".\" LF (RFC 5321, 4.1.1.4)\n"
            "  | first\n"
            "  | \\n.\\n\n"
            "  A: accepted: 250 250 ...; 1 message, closed\n"
            "  B: not accepted: 250 221; 1 message, closed\n");
}

TEST(DifferTable, SaysThatTheyAgree) {
  EXPECT_EQ(table({outcome({kOk, kBye}), outcome({kOk, kBye})}),
            "eod: 1 case, 2 servers\n"
            "A  smtp://a\n"
            "B  smtp://b\n"
            "\n"
            "case       A             B\n"
            "lf-dot-lf  not accepted  not accepted\n"
            "\n"
            "they agree\n");
}

}  // namespace
}  // namespace backtalk::differ
