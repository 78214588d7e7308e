// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/hdr_v2.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "session/base64.hpp"
#include "stats/zlib_stream.hpp"

namespace {

using backtalk::session::from_base64;
using backtalk::session::to_base64;
using backtalk::stats::decode_v2_compressed;
using backtalk::stats::DecodedHistogram;
using backtalk::stats::encode_v2_compressed;
using backtalk::stats::Histogram;
using backtalk::stats::zlib_compress;

constexpr std::uint64_t kHighest = Histogram::kHighestTrackable;

// Golden texts: written by HdrHistogram 2.1.11 for Java (Debian's libhdrhistogram-java),
// encodeIntoCompressedByteBuffer, from the values that each test names. Another zlib compresses to
// other octets: only decoding is compared.
constexpr std::string_view kJavaEmpty = "HISTFAAAACF4nJNpmSzMwMDAyAABzFAayGd2M9ixgMH+A1QEAFKmBEw=";
constexpr std::string_view kJavaCubes =
    "HISTFAAAAmh4nIWTTWhTQRSFc8/LTx8hhBBDCTGUEIKIBC1SpIQSpKhIEREpIlJciIsiIiIi4sKFirgQKUGkSFHpQlyULERQ"
    "FLqQLroq4qq4EVy4cCMUcSGCd+blzc+bSezHOXfmtXPnzp3p7ru9cio1tisV/QSDSDw8euDt81T3Z/QhizyaOIYbeE34Q9gC"
    "+gGeptHL4EkWS1m8SGMnja0MHgfYDPA3wLs0vgPbwG9gJcB6IFbdA5aBNeCj/NUODzgb4QvhB+EXiT/oAavABuEZ4SWhT3hD"
    "WCdsEj4RtgnfCJ8JN3Ebdwj3CY8IS4RlwgphlfCKsCbXvCcs4AKziEu4jGu4zge4pZY9IDwk9Ig/zuEETuIUTmMeZ5hzvPC8"
    "XHqRFy/y4iu4ygkW0GFm0GUOM7M4wl0RzMkccRaRZx5nGZGpzezHpNRByZTkEKZZHXaRs8M5ZzhnV+adlblF9uOsNlrc/xaz"
    "R0qwd8A+qbaU2EfvNan20ztOyT2nmQZqqEtFTEjFNKQETaWmqqLl1KLrEdXEtCWVAeNSsY+jqrxqUZOKva68PvAJVbGuuZGo"
    "umFULbyGIkqSOArKRiwrt6koryg3T+SeS1O15J7SPGdECQX+XytI4mhTNKKtohE1JSuWlOxO2JQtH9WdZId8XQod8kbMW6NI"
    "tuvop2BF7XEH80N6mnd6as60mx0uWF12u+3veNzzHJORHmPPTELvLPS6Xz7XMTn231Dytlx3Nez2Rt9i8jbd+zRvVSjk7kUE"
    "auSfjyI3ZJazojnLJb6PVnJkuxtHv4rhhN6x/738/+3oN+O+of4H+rox9g+/oY77";
constexpr std::string_view kJavaTwoDigits =
    "HISTFAAAAHR4nJNpmSzMwMBUxQABTFCaEURYzzrFYP8BIvCZnekvI1M9UzWTI5M1ENoyKTLJMkkDMYwUZOKFQm4sLF4mTiZW"
    "DMiMRQy3KDMTA1GQSGUkKIQqJQ6wEKmOdJUs6IANQ4SmghwQwMXBgcEiXpBEPUwAMiwSqA==";
constexpr std::string_view kJavaFiveDigits =
    "HISTFAAAAHl4nJNpmSzMwMC9gwECWCEU8wsgdjPYsYDB/gNE5KAc034MhFVwVJw+4seFmObzg9BcDBKrIB6pUfVUUf+di+ks"
    "O9N5dhCJzCBPkIpGjZo/av4gMb+fnekpMxQ9Z0aw6S844A4Ydf8gdNWo+4eK4IA7YEi4HwCH81/1";
constexpr std::string_view kJavaLong = "HISTFAAAACF4nJNpmSzMwMDAygABjHCaBcKw/wCheZnOczMBAEobA2w=";

std::string be(std::uint64_t value, unsigned octets) {
  std::string out;
  for (unsigned i = octets; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

// A histogram that a test spells out, and the text around it.
struct Plain {
  std::uint64_t cookie = 0x1c849313;
  std::optional<std::uint64_t> payload_length = std::nullopt;
  std::uint64_t offset = 0;
  std::uint64_t digits = 3;
  std::uint64_t lowest = 1;
  std::uint64_t highest = kHighest;
  std::uint64_t ratio = 0x3FF0000000000000;
  std::string payload = {};

  [[nodiscard]] std::string octets() const {
    return be(cookie, 4) + be(payload_length.value_or(payload.size()), 4) + be(offset, 4) + be(digits, 4) +
           be(lowest, 8) + be(highest, 8) + be(ratio, 8) + payload;
  }
};

std::string wrap(std::string_view stream) {
  return to_base64(be(0x1c849314, 4) + be(stream.size(), 4) + std::string(stream));
}

DecodedHistogram decode(const Plain& plain) {
  return decode_v2_compressed(wrap(zlib_compress(plain.octets())));
}

std::vector<Histogram::Bucket> buckets(const Histogram& histogram) {
  std::vector<Histogram::Bucket> found;
  histogram.for_each_bucket([&](const Histogram::Bucket& bucket) { found.push_back(bucket); });
  return found;
}

Histogram spread(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Histogram histogram;
  for (std::size_t i = 0; i < count; ++i) histogram.record((random() >> 22) >> (random() % 42));
  return histogram;
}

TEST(HdrV2, WhatWasEncodedDecodesToTheSameBuckets) {
  for (const std::size_t count : {0U, 1U, 2U, 100U, 100'000U}) {
    const Histogram histogram = spread(count, count);
    const std::string text = encode_v2_compressed(histogram);
    EXPECT_TRUE(text.starts_with("HISTFAAA"));
    const DecodedHistogram decoded = decode_v2_compressed(text);
    ASSERT_TRUE(decoded) << decoded.error;
    EXPECT_EQ(buckets(*decoded.histogram), buckets(histogram));
    EXPECT_EQ(decoded.histogram->count(), histogram.count());
    EXPECT_EQ(encode_v2_compressed(*decoded.histogram), text);
  }
}

TEST(HdrV2, BoundsAreThoseOfTheOutermostBuckets) {
  Histogram histogram;
  histogram.record(5001);
  histogram.record(1'000'001);
  const DecodedHistogram decoded = decode_v2_compressed(encode_v2_compressed(histogram));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded.histogram->min(), Histogram::lowest_equivalent(5001));
  EXPECT_EQ(decoded.histogram->max(), Histogram::highest_equivalent(1'000'001));
}

TEST(HdrV2, BoundaryValuesAndTheLargestCountsRoundTrip) {
  Histogram histogram;
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2047}, std::uint64_t{2048}, kHighest}) {
    histogram.record(value);
  }
  histogram.record_n(3, (std::uint64_t{1} << 62) - 1);
  histogram.record_n(4, std::uint64_t{1} << 62);
  const DecodedHistogram decoded = decode_v2_compressed(encode_v2_compressed(histogram));
  ASSERT_TRUE(decoded) << decoded.error;
  EXPECT_EQ(*decoded.histogram, histogram);
}

TEST(HdrV2, AnEmptyJavaHistogramIsEmpty) {
  const DecodedHistogram decoded = decode_v2_compressed(kJavaEmpty);
  ASSERT_TRUE(decoded) << decoded.error;
  EXPECT_TRUE(decoded.histogram->empty());
}

// The cubes of 1 to 1000, three zeros and 70,000 times one hour.
TEST(HdrV2, AJavaHistogramOfTheSameLayoutHasTheSameBuckets) {
  Histogram expected;
  for (std::uint64_t i = 1; i <= 1000; ++i) expected.record(i * i * i);
  expected.record_n(0, 3);
  expected.record_n(kHighest, 70'000);
  const DecodedHistogram decoded = decode_v2_compressed(kJavaCubes);
  ASSERT_TRUE(decoded) << decoded.error;
  EXPECT_EQ(buckets(*decoded.histogram), buckets(expected));
  EXPECT_NEAR(decoded.histogram->mean(), 3.549402053622201e12, 1e9);
}

// 1000, 2000, ... 1,000,000 at two digits: a bucket is up to 1 % wide.
TEST(HdrV2, ACoarserJavaHistogramIsRecordedAgain) {
  const DecodedHistogram decoded = decode_v2_compressed(kJavaTwoDigits);
  ASSERT_TRUE(decoded) << decoded.error;
  EXPECT_EQ(decoded.histogram->count(), 1000U);
  EXPECT_EQ(decoded.histogram->min(), 1000U);
  EXPECT_EQ(decoded.histogram->max(), 1'003'519U);
  EXPECT_NEAR(static_cast<double>(decoded.histogram->value_at_percentile(50)), 500'000.0, 5000.0);
  EXPECT_NEAR(decoded.histogram->mean(), 500'499.326, 1000.0);
}

// 1, 2, ... 1000 ms at five digits, in units of 512 ns (lowest discernible 1000).
TEST(HdrV2, AFinerJavaHistogramIsRecordedAgain) {
  Histogram expected;
  for (std::uint64_t i = 1; i <= 1000; ++i) expected.record(i * 1'000'000);
  const DecodedHistogram decoded = decode_v2_compressed(kJavaFiveDigits);
  ASSERT_TRUE(decoded) << decoded.error;
  EXPECT_EQ(decoded.histogram->count(), 1000U);
  for (const double percentile : {1.0, 50.0, 99.0, 99.9}) {
    const auto exact = static_cast<double>(expected.value_at_percentile(percentile));
    EXPECT_NEAR(static_cast<double>(decoded.histogram->value_at_percentile(percentile)), exact,
                0.002 * exact);
  }
}

// 7 and 2^50 at one digit: the second is above what we track.
TEST(HdrV2, WhatIsAboveOurHighestIsClamped) {
  const DecodedHistogram decoded = decode_v2_compressed(kJavaLong);
  ASSERT_TRUE(decoded) << decoded.error;
  EXPECT_EQ(decoded.histogram->count(), 2U);
  EXPECT_EQ(decoded.histogram->clamped(), 1U);
  EXPECT_EQ(decoded.histogram->min(), 7U);
  EXPECT_EQ(decoded.histogram->max(), kHighest);
}

// ZigZag LEB128 by hand: 3 counts (06), three empty buckets (05), 300 counts (d8 04), a count of 0
// (00), 1 (02).
TEST(HdrV2, APayloadByHand) {
  Plain plain;
  plain.payload = std::string("\x06\x05\xd8\x04\x00\x02", 6);
  const DecodedHistogram decoded = decode(plain);
  ASSERT_TRUE(decoded) << decoded.error;
  const std::vector<Histogram::Bucket> expected = {{0, 0, 3}, {4, 4, 300}, {6, 6, 1}};
  EXPECT_EQ(buckets(*decoded.histogram), expected);
}

TEST(HdrV2, ACutTextIsRefusedWhereverItIsCut) {
  const std::string text = encode_v2_compressed(spread(500, 5));
  for (std::size_t size = 0; size < text.size(); ++size) {
    const DecodedHistogram decoded = decode_v2_compressed(std::string_view(text).substr(0, size));
    ASSERT_FALSE(decoded) << size;
    ASSERT_FALSE(decoded.error.empty());
  }
}

TEST(HdrV2, WhatIsNotBase64IsRefused) {
  const std::string text = encode_v2_compressed(spread(500, 5));
  for (const std::string& other : {text + "\n", " " + text, text + "====", text.substr(1) + "!"}) {
    EXPECT_EQ(decode_v2_compressed(other).error, "the text is not base64");
  }
}

TEST(HdrV2, ATextTooLongIsNotLookedAt) {
  EXPECT_EQ(decode_v2_compressed(std::string(backtalk::stats::kHdrTextOctetsMax + 4, 'A')).error,
            "the text is too long");
}

TEST(HdrV2, OtherCookiesAreRefused) {
  const std::string stream = zlib_compress(Plain{.payload = std::string(1, '\0')}.octets());
  EXPECT_EQ(decode_v2_compressed(to_base64(be(0x1c849313, 4) + be(stream.size(), 4) + stream)).error,
            "the cookie is not that of a V2 compressed histogram");
  EXPECT_EQ(decode(Plain{.cookie = 0x1c849301, .payload = "\x02"}).error,
            "the cookie is not that of a V2 histogram");
}

TEST(HdrV2, LengthsThatLieAreRefused) {
  const std::string stream = zlib_compress(Plain{.payload = "\x02"}.octets());
  for (const std::uint64_t length :
       {std::uint64_t{0}, std::uint64_t{stream.size() - 1}, std::uint64_t{0xFFFFFFFF}}) {
    EXPECT_EQ(decode_v2_compressed(to_base64(be(0x1c849314, 4) + be(length, 4) + stream)).error,
              "the compressed length is not the text's");
  }
  EXPECT_EQ(decode(Plain{.payload_length = 2, .payload = "\x02"}).error, "the histogram is cut short");
  EXPECT_EQ(decode(Plain{.payload_length = 1, .payload = "\x02\x02"}).error,
            "there are bytes after the counts");
  EXPECT_EQ(decode(Plain{.payload_length = 0xFFFFFFFF, .payload = "\x02"}).error,
            "the counts are longer than the layout");
  EXPECT_EQ(decode(Plain{.payload = "\x02\x82"}).error, "the last count is cut short");
  EXPECT_EQ(decode_v2_compressed(wrap(zlib_compress(Plain{}.octets().substr(0, 39)))).error,
            "the histogram is cut short");
}

TEST(HdrV2, LayoutsThatCannotBeAreRefused) {
  const std::string_view why = "no histogram has these digits, lowest and highest values";
  constexpr std::uint64_t kNegative = std::uint64_t{1} << 63;
  EXPECT_EQ(decode(Plain{.digits = 6, .payload = "\x02"}).error, why);
  EXPECT_EQ(decode(Plain{.digits = 0xFFFFFFFF, .payload = "\x02"}).error, why);
  EXPECT_EQ(decode(Plain{.lowest = 0, .payload = "\x02"}).error, why);
  EXPECT_EQ(decode(Plain{.lowest = kNegative, .payload = "\x02"}).error, why);
  EXPECT_EQ(decode(Plain{.highest = 1, .payload = "\x02"}).error, why);
  EXPECT_EQ(decode(Plain{.highest = kNegative, .payload = "\x02"}).error, why);
  EXPECT_EQ(
      decode(Plain{.lowest = std::uint64_t{1} << 60, .highest = kNegative - 1, .payload = "\x02"}).error,
      why);
  EXPECT_EQ(decode(Plain{.offset = 1, .payload = "\x02"}).error, "the normalizing index offset is not 0");
  EXPECT_EQ(decode(Plain{.ratio = 0, .payload = "\x02"}).error, "the conversion ratio is not 1");
}

TEST(HdrV2, ExtremeLayoutsThatCanBeAreRead) {
  for (const Plain& plain : {Plain{.digits = 5, .highest = ~std::uint64_t{0} >> 1, .payload = "\x01\x02"},
                             Plain{.digits = 0, .highest = 2, .payload = "\x01\x02"},
                             Plain{.digits = 0,
                                   .lowest = std::uint64_t{1} << 61,
                                   .highest = std::uint64_t{1} << 62,
                                   .payload = "\x01\x02"}}) {
    const DecodedHistogram decoded = decode(plain);
    ASSERT_TRUE(decoded) << decoded.error;
    EXPECT_EQ(decoded.histogram->count(), 1U);
  }
}

TEST(HdrV2, CountsBeyondTheLayoutAreRefused) {
  const std::string_view why = "there are more counts than the layout has buckets";
  // 33,792 empty buckets are all there are: -33,792 is 67,583 in ZigZag.
  EXPECT_TRUE(decode(Plain{.payload = "\xff\x8f\x04"}));
  EXPECT_EQ(decode(Plain{.payload = "\xff\x8f\x04\x02"}).error, why);
  EXPECT_EQ(decode(Plain{.payload = "\x81\x90\x04"}).error, why);
  EXPECT_EQ(decode(Plain{.payload = "\xff\xff\xff\xff\xff\xff\xff\xff\xff"}).error, why);
}

TEST(HdrV2, CountsThatOverflowAreRefused) {
  const std::string most = "\xfe\xff\xff\xff\xff\xff\xff\xff\xff";  // 2^63 - 1
  EXPECT_TRUE(decode(Plain{.payload = most + most}));
  EXPECT_EQ(decode(Plain{.payload = most + most + most}).error, "the counts overflow 64 bits");
}

TEST(HdrV2, ABombIsStoppedAtTheFirstOctetTooMany) {
  Plain bomb;
  bomb.payload = std::string(std::size_t{8} << 20, '\0');
  bomb.payload_length = 33'792 * 9;
  EXPECT_EQ(decode(bomb).error, "there are more counts than the layout has buckets");
  bomb.payload_length = 1;
  EXPECT_EQ(decode(bomb).error, "there are bytes after the counts");
}

// Octets changed, cut out and repeated at random (fixed seeds) at each layer: never a crash, and
// always an answer.
TEST(HdrV2, BrokenTextsGiveAHistogramOrAnError) {
  std::mt19937_64 random(99);
  const std::string text = *from_base64(encode_v2_compressed(spread(300, 8)));
  Plain plain;
  for (int i = 0; i < 200; ++i) plain.payload += static_cast<char>(random());
  const std::string inner = plain.octets();
  int refused = 0;
  const auto broken = [&random](std::string octets) {
    for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % octets.size();
      switch (random() % 3) {
        case 0: octets[at] = static_cast<char>(random()); break;
        case 1: octets.erase(at, 1 + random() % 3); break;
        default: octets.insert(at, octets.substr(random() % octets.size(), random() % 9)); break;
      }
      if (octets.empty()) octets.assign(1, 'x');
    }
    return octets;
  };
  for (int i = 0; i < 3000; ++i) {
    const std::string stream = broken(text.substr(8));
    for (const std::string& hostile :
         {to_base64(broken(text)), wrap(stream), wrap(zlib_compress(broken(inner)))}) {
      const DecodedHistogram decoded = decode_v2_compressed(hostile);
      ASSERT_EQ(decoded.histogram.has_value(), decoded.error.empty());
      refused += decoded ? 0 : 1;
    }
  }
  EXPECT_GT(refused, 6000);
}

}  // namespace
