// SPDX-License-Identifier: Apache-2.0 OR MIT
// Prints histograms: the encoded text, a line "lowest count" for each bucket in use, an empty line.
// For hdr_check.py.
#include <cstdint>
#include <iostream>
#include <random>

#include "stats/hdr_v2.hpp"

namespace {

using backtalk::stats::Histogram;

void print(const Histogram& histogram) {
  std::cout << encode_v2_compressed(histogram) << '\n';
  histogram.for_each_bucket(
      [](const Histogram::Bucket& bucket) { std::cout << bucket.lowest << ' ' << bucket.count << '\n'; });
  std::cout << '\n';
}

}  // namespace

int main() {
  Histogram histogram;
  print(histogram);
  histogram.record(0);
  print(histogram);
  histogram.record(Histogram::kHighestTrackable);
  histogram.record_n(2048, std::uint64_t{1} << 62);
  print(histogram);
  Histogram spread;
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) spread.record((random() >> 22) >> (random() % 42));
  print(spread);
}
