// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/zlib_stream.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "session/base64.hpp"

namespace {

using backtalk::session::from_base64;
using backtalk::stats::zlib_compress;
using backtalk::stats::zlib_inflate;

struct Inflated {
  std::string octets;
  std::string_view error;
};

Inflated inflate(std::string_view stream) {
  Inflated result;
  result.error = zlib_inflate(stream, [&](std::string_view piece) {
    result.octets += piece;
    return true;
  });
  return result;
}

std::string octets(std::size_t count, unsigned letters) {
  std::mt19937_64 random(count + letters);
  std::string made(count, '\0');
  for (char& c : made) c = static_cast<char>(random() % letters);
  return made;
}

TEST(ZlibStream, CompressedTextInflates) {
  for (const std::size_t size : {0U, 1U, 100U, 8192U, 70'000U, 300'000U}) {
    for (const unsigned letters : {1U, 3U, 256U}) {
      const std::string plain = octets(size, letters);
      const Inflated result = inflate(zlib_compress(plain));
      ASSERT_EQ(result.error, "") << size << " " << letters;
      ASSERT_EQ(result.octets, plain);
    }
  }
}

// python3 -c 'import zlib,base64; print(base64.b64encode(zlib.compress(b"a"*1000, LEVEL)))' for
// levels 9, 1 and, of b"stored", 0; then a fixed-table stream of b"x", whose last code ends in the
// last octet before the checksum.
TEST(ZlibStream, StreamsOfTheReferenceImplementationInflate) {
  EXPECT_EQ(inflate(*from_base64("eNpLTBwFo2AUDHcAAPnYevg=")).octets, std::string(1000, 'a'));
  EXPECT_EQ(inflate(*from_base64("eAFLTBwFoyEwGgLDPQQA+dh6+A==")).octets, std::string(1000, 'a'));
  EXPECT_EQ(inflate(*from_base64("eAEBBgD5/3N0b3JlZAk8ApI=")).octets, "stored");
  const Inflated one = inflate(*from_base64("eNqrAAAAeQB5"));
  EXPECT_EQ(one.octets, "x");
  EXPECT_EQ(one.error, "");
}

TEST(ZlibStream, ATruncatedStreamIsRefused) {
  const std::string stream = zlib_compress(octets(3000, 20));
  for (std::size_t size = 0; size < stream.size(); ++size) {
    ASSERT_EQ(inflate(stream.substr(0, size)).error, "the zlib stream is cut short") << size;
  }
}

TEST(ZlibStream, EachOctetOfTheHeaderAndTheChecksumCounts) {
  const std::string stream = zlib_compress("text");
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}, stream.size() - 4, stream.size() - 1}) {
    std::string other = stream;
    other[at] = static_cast<char>(other[at] ^ 0x40);
    EXPECT_NE(inflate(other).error, "") << at;
  }
  EXPECT_EQ(inflate(stream + 'x').error, "there are bytes after the zlib stream");
}

// RFC 1951 3.2.3: block type 3 is reserved. 3.2.4: LEN and NLEN are each other's complement. A
// distance that goes back before the first octet. A preset dictionary (RFC 1950 2.2), which nobody
// gave.
TEST(ZlibStream, InvalidDeflateStreamsAreRefused) {
  const std::string checksum(4, '\0');
  EXPECT_EQ(inflate(std::string("\x78\x9C\x07", 3) + checksum).error, "the zlib stream is corrupt");
  EXPECT_EQ(inflate(std::string("\x78\x9C\x01\x01\x00\x01\x00x", 8) + checksum).error,
            "the zlib stream is corrupt");
  EXPECT_EQ(inflate(std::string("\x78\x9C\x03\x02\x00\x00", 6) + checksum).error,
            "the zlib stream is corrupt");
  EXPECT_EQ(inflate(std::string("\x78\xBB\x01\x00\x00\xFF\xFF", 7) + checksum).error,
            "the zlib stream needs a dictionary");
  EXPECT_EQ(inflate("GET / HTTP/1.1\r\n").error, "not a zlib stream");
}

TEST(ZlibStream, TheConsumerCanStopABomb) {
  const std::string bomb = zlib_compress(std::string(std::size_t{20} << 20, '\0'));
  ASSERT_LT(bomb.size(), 32'768U);
  std::size_t taken = 0;
  const std::string_view error = zlib_inflate(bomb, [&](std::string_view piece) {
    taken += piece.size();
    return taken < 10'000;
  });
  EXPECT_EQ(error, "refused");
  EXPECT_LT(taken, 20'000U);
}

}  // namespace
