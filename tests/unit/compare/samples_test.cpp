// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/samples.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>

namespace backtalk::compare {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

// Ten rounds of a row in which B takes that much longer, give or take a per cent.
std::string row(const std::string& name, double ratio, int rounds = 10) {
  std::string a;
  std::string b;
  for (int i = 0; i < rounds; ++i) {
    a += fmt::format("{}{}", i > 0 ? "," : "", 100 + i % 3);
    b += fmt::format("{}{}", i > 0 ? "," : "", ratio * (100 + (i + 1) % 3));
  }
  return fmt::format(R"({{"name":"{}","unit":"ns","a":[{}],"b":[{}]}})", name, a, b);
}

std::string file(const std::string& rows) {
  return R"({"schema":"backtalk.samples/1","a":"old","b":"new","rows":[)" + rows + "]}";
}

Samples judged(const std::string& rows) {
  auto read = read_samples(file(rows));
  if (const auto* problem = std::get_if<std::string>(&read)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  auto samples = std::get<Samples>(std::move(read));
  judge(samples);
  return samples;
}

TEST(Samples, ARowThatIsSlowerIsFoundAmongEqualOnes) {
  const Samples samples = judged(row("same", 1) + "," + row("slow", 1.1) + "," + row("fast", 0.8));
  ASSERT_THAT(samples.rows, SizeIs(3));
  EXPECT_EQ(samples.rows[0].finding.word, Word::no_difference_shown);
  EXPECT_EQ(samples.rows[1].finding.word, Word::b_higher);
  EXPECT_NEAR(samples.rows[1].finding.ratio, 1.1, 0.02);
  EXPECT_EQ(samples.rows[2].finding.word, Word::b_lower);
  EXPECT_THAT(tabulate(samples), AllOf(StartsWith("median"), HasSubstr("new/old"), HasSubstr("new is higher"),
                                       HasSubstr("no difference shown (")));
  EXPECT_THAT(
      to_json(samples),
      AllOf(StartsWith(R"({"schema":"backtalk.samples-judged/1","a":"old","b":"new")"),
            HasSubstr(R"("name":"slow","unit":"ns","rounds":10)"), HasSubstr(R"("verdict":"b-higher")")));
}

// The smallest p of ten pairs is 2/1024; a hundred rows take it a hundred times.
TEST(Samples, ManyRowsShareTheLevel) {
  std::string rows = row("slow", 1.2);
  for (int i = 0; i < 99; ++i) rows += "," + row(fmt::format("same-{}", i), 1);
  const Samples many = judged(rows);
  EXPECT_EQ(many.rows[0].finding.word, Word::no_difference_shown);
  EXPECT_FALSE(many.rows[0].finding.resolution);
  EXPECT_THAT(tabulate(many), HasSubstr("too few rounds for so many metrics"));
}

TEST(Samples, OfFewRoundsHaveARatioAlone) {
  const Samples few = judged(row("slow", 2, 3));
  EXPECT_NEAR(few.rows[0].finding.ratio, 2, 0.05);
  EXPECT_EQ(few.rows[0].finding.word, Word::no_difference_shown);
  EXPECT_THAT(to_json(few), HasSubstr(R"("low":null,"high":null)"));
}

TEST(Samples, AnythingElseIsRefused) {
  for (const auto& [text, said] :
       {std::pair<std::string, std::string>{"", "not JSON"},
        {"[]", "`schema` is `backtalk.samples/1`"},
        {R"({"schema":"backtalk.load/1"})", "`schema` is `backtalk.samples/1`"},
        {R"({"schema":"backtalk.samples/1"})", "names of the sides"},
        {file(""), "1 to 1024 rows"},
        {file("7"), "row 1 has no `name`"},
        {file(R"({"name":"x","a":[1],"b":[1,2]})"), "row `x`: `a` and `b` have as many values"},
        {file(R"({"name":"x","a":[],"b":[]})"), "from 1 to 200"},
        {file(R"({"name":"x","a":[0],"b":[1]})"), "row `x`: `a` and `b` are lists of numbers above 0"},
        {file(R"({"name":"x","a":["1"],"b":[1]})"), "numbers above 0"},
        {file(R"({"name":"x","a":[1e999],"b":[1]})"), ""},
        {file(R"({"name":"x","a":[1]})"), "numbers above 0"}}) {
    const auto read = read_samples(text);
    ASSERT_TRUE(std::holds_alternative<std::string>(read)) << text;
    EXPECT_THAT(std::get<std::string>(read), HasSubstr(said)) << text;
  }
}

}  // namespace
}  // namespace backtalk::compare
