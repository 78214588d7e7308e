// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/error_counts.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stats/interval_series.hpp"

namespace {

using backtalk::stats::ErrorCounts;
using backtalk::stats::Interval;
using backtalk::stats::IntervalMarks;
using backtalk::stats::IntervalRecorder;
using backtalk::stats::NamedCount;
using backtalk::stats::NamedCounts;

using Named = std::vector<std::pair<std::string, std::uint64_t>>;

Named named(const ErrorCounts& counts) {
  Named all;
  for (const NamedCount& one : counts.all()) all.emplace_back(one.name, one.count);
  return all;
}

TEST(ErrorCounts, AreInTheOrderInWhichTheNamesCame) {
  ErrorCounts counts;
  counts.add("timeout", 2);
  counts.add("reply-550", 1);
  counts.add("timeout", 3);
  EXPECT_EQ(named(counts), (Named{{"timeout", 5}, {"reply-550", 1}}));
  EXPECT_EQ(counts.others(), 0U);
}

TEST(ErrorCounts, CountNamesBeyondTheLastPlaceTogether) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < ErrorCounts::kNamesMax + 2; ++i) names.push_back("error-" + std::to_string(i));
  ErrorCounts counts;
  for (const std::string& name : names) counts.add(name, 1);
  counts.add(names.front(), 10);
  EXPECT_EQ(counts.all().size(), ErrorCounts::kNamesMax);
  EXPECT_EQ(counts.all().front().count, 11U);
  EXPECT_EQ(counts.others(), 2U);
}

TEST(ErrorCounts, MergeByName) {
  ErrorCounts one;
  one.add("timeout", 1);
  one.add_others(1);
  ErrorCounts other;
  other.add("closed", 2);
  other.add("timeout", 4);
  other.add_others(2);
  one.merge(other);
  EXPECT_EQ(named(one), (Named{{"timeout", 5}, {"closed", 2}}));
  EXPECT_EQ(one.others(), 3U);
  one.reset();
  EXPECT_TRUE(one.all().empty());
  EXPECT_EQ(one.others(), 0U);
}

TEST(ErrorCounts, AnIntervalHasThoseThatCameInIt) {
  IntervalRecorder recorder;
  NamedCounts errors;
  errors.add("timeout", 2);
  recorder.count({}, errors.all());
  ASSERT_TRUE(recorder.roll(0));
  Interval taken;
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(named(taken.errors), (Named{{"timeout", 2}}));

  errors.add("closed");
  errors.add("timeout");
  recorder.count({}, errors.all());
  ASSERT_TRUE(recorder.roll(1));
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(named(taken.errors), (Named{{"timeout", 1}, {"closed", 1}}));

  recorder.count({}, errors.all());
  ASSERT_TRUE(recorder.roll(2));
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_TRUE(taken.errors.all().empty());
}

TEST(ErrorCounts, AnIntervalAddsUpThoseWithoutAPlace) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < ErrorCounts::kNamesMax + 3; ++i) names.push_back("error-" + std::to_string(i));
  NamedCounts errors;
  for (const std::string& name : names) errors.add(name);
  IntervalRecorder recorder;
  recorder.count({}, errors.all());
  errors.add(names.back(), 4);
  recorder.count({}, errors.all());
  ASSERT_TRUE(recorder.roll(0));
  Interval taken;
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.errors.all().size(), ErrorCounts::kNamesMax);
  EXPECT_EQ(taken.errors.others(), 7U);
}

}  // namespace
