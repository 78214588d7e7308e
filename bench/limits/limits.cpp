// SPDX-License-Identifier: Apache-2.0 OR MIT
// Lower bounds: what it costs to look at the octets at all. No parser can be faster than one pass.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#if defined(__AVX512BW__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#include "contender.hpp"
#include "rows.hpp"

namespace backtalk::bench {
namespace {

// The library's memchr, from one line end to the next.
class LineByLine {
 public:
  explicit LineByLine(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t, Log&) {
    std::size_t lines = 0;
    const char* at = stream.data();
    const char* const end = at + stream.size();
    while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
      at = static_cast<const char*>(found) + 1;
      benchmark::DoNotOptimize(at);
      ++lines;
    }
    return lines;
  }
};

#if defined(__AVX512BW__)
constexpr const char* kMaskLevel = "AVX-512";
std::uint64_t mask_of(const char* p, char byte) {
  return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p), _mm512_set1_epi8(byte));
}
#elif defined(__AVX2__)
constexpr const char* kMaskLevel = "AVX2";
std::uint64_t mask_of(const char* p, char byte) {
  const auto half = [byte](const char* at) {
    const __m256i octets = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    return static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(octets, _mm256_set1_epi8(byte))));
  };
  return half(p) | std::uint64_t{half(p + 32)} << 32;
}
#else
constexpr const char* kMaskLevel = "none";
std::uint64_t mask_of(const char* p, char byte) {
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < 64; ++i) mask |= std::uint64_t{p[i] == byte} << i;
  return mask;
}
#endif

// Computes two masks of every block of 64 octets, line feeds and colons, and does nothing with
// them.
class MaskPass {
 public:
  explicit MaskPass(const Input& input) {
    for (const std::string& stream : input.streams) tail_.resize(std::max(tail_.size(), stream.size() + 64));
  }

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t, Log&) {
    std::uint64_t seen = 0;
    std::size_t at = 0;
    for (; at + 64 <= stream.size(); at += 64) seen += look(stream.data() + at);
    if (at < stream.size()) {
      std::memcpy(tail_.data(), stream.data() + at, stream.size() - at);
      seen += look(tail_.data());
    }
    benchmark::DoNotOptimize(seen);
    return 0;
  }

 private:
  static std::uint64_t look(const char* p) { return mask_of(p, '\n') ^ mask_of(p, ':'); }
  std::vector<char> tail_;
};

class Copy {
 public:
  explicit Copy(const Input& input) {
    for (const std::string& stream : input.streams) copy_.resize(std::max(copy_.size(), stream.size()));
  }

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t, Log&) {
    std::memcpy(copy_.data(), stream.data(), stream.size());
    benchmark::DoNotOptimize(copy_.data());
    benchmark::ClobberMemory();
    return 0;
  }

 private:
  std::vector<char> copy_;
};

ContenderInfo limit(std::string name, std::string simd, std::string remarks) {
  return {.name = std::move(name),
          .kind = ContenderInfo::Kind::limit,
          .version = "-",
          .build = BACKTALK_BENCH_PEER_BUILD,
          .simd = std::move(simd),
          .leaves_out = {},
          .remarks = std::move(remarks)};
}

}  // namespace

void add_limits() {
  const auto all = [](const Input&) { return true; };
  add_rows<LineByLine>(limit("memchr", "glibc's choice", "finds every line feed, parses nothing"), all);
  add_rows<MaskPass>(limit("mask-pass", kMaskLevel, "computes two masks of every 64 octets, parses nothing"),
                     all);
  add_rows<Copy>(limit("memcpy", "glibc's choice", "copies the stream"), all);
}

}  // namespace backtalk::bench
