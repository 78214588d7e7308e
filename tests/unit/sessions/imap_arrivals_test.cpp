// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_arrivals.hpp"

#include <gtest/gtest.h>

namespace backtalk::session {
namespace {

using D = ImapData;
constexpr ImapDataSet kFetch = set_of(D::fetch);
constexpr ImapDataSet kBoth = set_of(D::fetch) | set_of(D::exists);

TEST(ImapArrivals, AreTakenOnce) {
  ImapArrivals arrivals;
  EXPECT_TRUE(arrivals.take(0, 0)) << "nothing is needed";
  EXPECT_FALSE(arrivals.take(kFetch, 0));
  arrivals.add(D::fetch);
  EXPECT_EQ(arrivals.count(), 1U);
  EXPECT_TRUE(arrivals.take(kFetch, 0));
  EXPECT_FALSE(arrivals.take(kFetch, 0));
}

TEST(ImapArrivals, CountFromWhenTheCommandWasSent) {
  ImapArrivals arrivals;
  arrivals.add(D::fetch);
  EXPECT_FALSE(arrivals.take(kFetch, arrivals.count()));
  arrivals.add(D::fetch);
  EXPECT_TRUE(arrivals.take(kFetch, 1));
}

TEST(ImapArrivals, OfSeveralKindsAreTakenTogetherOrNotAtAll) {
  ImapArrivals arrivals;
  arrivals.add(D::fetch);
  EXPECT_FALSE(arrivals.take(kBoth, 0));
  arrivals.add(D::exists);
  EXPECT_TRUE(arrivals.take(kBoth, 0)) << "the first attempt took nothing";
  arrivals.add(D::exists);
  EXPECT_FALSE(arrivals.take(kBoth, 0));
  EXPECT_FALSE(arrivals.take(kFetch, 0));
}

TEST(ImapArrivals, OfWhichNoneWasTakenAreForgotten) {
  ImapArrivals arrivals;
  arrivals.add(D::fetch);
  arrivals.forget();
  EXPECT_FALSE(arrivals.take(kFetch, 0));
  EXPECT_EQ(arrivals.count(), 1U) << "commands that are sent later count from there";
  arrivals.reset();
  EXPECT_EQ(arrivals.count(), 0U);
}

TEST(ImapArrivals, AreAskedForUntilTheLastCommandThatDoesIsAnswered) {
  ImapArrivals arrivals;
  EXPECT_FALSE(arrivals.is_asked_for(D::fetch));
  arrivals.ask(kBoth);
  arrivals.ask(kFetch);
  arrivals.stop_asking(kFetch);
  EXPECT_TRUE(arrivals.is_asked_for(D::fetch));
  EXPECT_TRUE(arrivals.is_asked_for(D::exists));
  EXPECT_FALSE(arrivals.is_asked_for(D::recent));
  arrivals.stop_asking(kBoth);
  EXPECT_FALSE(arrivals.is_asked_for(D::fetch));
  EXPECT_FALSE(arrivals.is_asked_for(D::exists));
}

}  // namespace
}  // namespace backtalk::session
