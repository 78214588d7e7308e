// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/corpus.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "differ/shipped_corpora.hpp"
#include "text/escaped.hpp"

namespace backtalk::differ {
namespace {

constexpr std::string_view kHead = "protocol: smtp\nS: 2xx\nC: DATA\nS: 3xx\n";

std::string problem_of(const std::string& text) {
  const auto read = read_corpus(text);
  const auto* problem = std::get_if<std::string>(&read);
  return problem == nullptr ? "none" : *problem;
}

Corpus corpus_of(const std::string& text) {
  auto read = read_corpus(text);
  EXPECT_TRUE(std::holds_alternative<Corpus>(read)) << problem_of(text);
  return std::get<Corpus>(std::move(read));
}

TEST(DifferCorpus, HasAPreambleAndCasesBetweenBeginAndEnd) {
  const Corpus corpus = corpus_of(std::string(kHead) +
                                  "begin: Subject: x\\r\\n\n"
                                  "end: QUIT\\r\\n\n"
                                  "outcome: 2xx 221: not accepted\n"
                                  "outcome: 2xx 2xx *: accepted\n"
                                  "# a comment\n"
                                  "== one: the first\n"
                                  "clause: RFC 5321, 4.1.1.4\n"
                                  "| \\n.\n"
                                  "| \\n\n");
  ASSERT_EQ(corpus.preamble.size(), 2U);
  EXPECT_EQ(corpus.preamble[0].command, "");
  EXPECT_EQ(corpus.preamble[1].command, "DATA\r\n");
  EXPECT_EQ(corpus.preamble[1].wanted, "3xx");
  ASSERT_EQ(corpus.meanings.size(), 2U);
  EXPECT_FALSE(corpus.meanings[0].open);
  EXPECT_TRUE(corpus.meanings[1].open);
  EXPECT_EQ(corpus.meanings[1].words, "accepted");
  ASSERT_EQ(corpus.cases.size(), 1U);
  EXPECT_EQ(corpus.cases[0].name, "one");
  EXPECT_EQ(corpus.cases[0].about, "the first");
  EXPECT_EQ(corpus.cases[0].clause, "RFC 5321, 4.1.1.4");
  EXPECT_EQ(corpus.cases[0].pieces, (std::vector<Piece>{{"Subject: x\r\n\n.\n", false}, {"QUIT\r\n", true}}));
}

TEST(DifferCorpus, ACutEndsAPiece) {
  const Corpus corpus =
      corpus_of(std::string(kHead) + "== a: b\nclause: c\n| one\n--\n| two\n-- answer\n| three\n");
  EXPECT_EQ(corpus.cases[0].pieces, (std::vector<Piece>{{"one", false}, {"two", false}, {"three", true}}));
}

TEST(DifferCorpus, AMistakeIsNamedWithItsLine) {
  const std::string head(kHead);
  EXPECT_EQ(problem_of("protocol: gopher\n"), "line 1: unknown protocol `gopher`: smtp is known");
  EXPECT_EQ(problem_of("C: DATA\n"), "line 1: the greeting comes first: `S: 2xx`");
  EXPECT_EQ(problem_of("S: 2xx\nS: 2xx\n"), "line 2: a `C:` is missing before this `S:`");
  EXPECT_EQ(problem_of("S: 2xx\nC: a\nC: b\n"), "line 3: an `S:` is missing before this `C:`");
  EXPECT_EQ(problem_of(head + "hello\n"),
            "line 5: this is neither `KEY: VALUE`, `== NAME: TITLE`, `| OCTETS`, `--` nor `-- answer`");
  EXPECT_EQ(problem_of(head + "start: x\n"),
            "line 5: unknown key `start`: protocol, S, C, begin, end or outcome is meant");
  EXPECT_EQ(problem_of(head + "outcome: 2xx\n"), "line 5: an outcome is `CLASSES: WORDS`");
  EXPECT_EQ(problem_of(head + "begin: \\q\n"), "line 5: a backslash begins \\r, \\n, \\t, \\\\ or \\xHH");
  EXPECT_EQ(problem_of(head + "== a: b\n| \\x0\n"),
            "line 6: a backslash begins \\r, \\n, \\t, \\\\ or \\xHH");
  EXPECT_EQ(problem_of(head + "| x\n"), "line 5: octets stand in a case: `== NAME: TITLE` comes first");
  EXPECT_EQ(problem_of(head + "== a\n"), "line 5: a case begins with `== NAME: TITLE`");
  EXPECT_EQ(problem_of(head + "== a: b\n--\n"), "line 6: there are no octets before this cut");
  EXPECT_EQ(problem_of(head + "== a: b\nsection: c\n"), "line 6: a case has no `section:`, but `clause:`");
  EXPECT_EQ(problem_of(head + "== a: b\nclause: c\n| x\n== a: b\n"), "line 8: there is a case `a` already");
  EXPECT_EQ(problem_of(head + "== a: b\nclause: c\n== d: e\n"), "line 7: the case `a` has no octets");
}

TEST(DifferCorpus, WhatIsMissingIsNamed) {
  const std::string one = "== a: b\nclause: c\n| x\n";
  EXPECT_EQ(problem_of("S: 2xx\n" + one), "the protocol is missing: `protocol: smtp`");
  EXPECT_EQ(problem_of("protocol: smtp\n" + one), "the greeting is missing: `S: 2xx`");
  EXPECT_EQ(problem_of("protocol: smtp\nS: 2xx\nC: DATA\n" + one), "an `S:` is missing behind the last `C:`");
  EXPECT_EQ(problem_of(std::string(kHead)), "it has no case: `== NAME: TITLE`");
  EXPECT_EQ(problem_of(std::string(kHead) + "== a: b\n| x\n"), "the case `a` has no clause");
  EXPECT_EQ(problem_of(std::string(kCorpusOctetsMax + 1, '\n')), "it has more than 1048576 octets");
}

TEST(DifferCorpus, OctetsSurviveBeingWritten) {
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
  EXPECT_EQ(text::unescape(text::escape(all)), all);
  EXPECT_EQ(text::escape("\r\n.\\\t"), "\\r\\n.\\\\\\t");
  EXPECT_EQ(text::escape(std::string_view("\0\xff", 2)), "\\x00\\xff");
  EXPECT_EQ(text::unescape("\\"), std::nullopt);
  EXPECT_EQ(text::quote("\"\\\x7f"), "\"\\\"\\\\\\x7f\"");
}

TEST(DifferCorpus, EachThatIsShippedCanBeRead) {
  EXPECT_EQ(shipped_corpora(), (std::vector<std::string>{"bare", "eod"}));
  for (const std::string& name : shipped_corpora()) {
    EXPECT_EQ(problem_of(std::string(*find_corpus(name))), "none") << name;
  }
  EXPECT_FALSE(find_corpus("none"));
}

TEST(DifferCorpus, EodHasEachPairOfLineEndsAroundTheDot) {
  const Corpus corpus = corpus_of(std::string(*find_corpus("eod")));
  const auto cut_as = [&](const std::string& sequence) {
    const Piece first{"Subject: differ\r\n\r\nfirst" + sequence, false};
    std::size_t count = 0;
    for (const Case& one : corpus.cases) {
      if (one.pieces.size() == 4 && one.pieces[0] == first) ++count;
    }
    return count;
  };
  for (const std::string before : {"\r\n", "\n", "\r"}) {
    for (const std::string after : {"\r\n", "\n", "\r"}) EXPECT_EQ(cut_as(before + "." + after), 1U);
  }
}

}  // namespace
}  // namespace backtalk::differ
