// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/zlib_stream.hpp"

#include <array>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>

namespace backtalk::stats {
namespace {

namespace zlib = boost::beast::zlib;

// zlib = CMF FLG compressed-data ADLER32   (RFC 1950 2.2)
//   CMF = window-size(4 bits, log2 less 8) method(4 bits, 8 = deflate)
//   FLG = level(2) preset-dictionary(1) check(5): CMF * 256 + FLG is a multiple of 31
constexpr std::size_t kHeaderOctets = 2;
constexpr std::size_t kTrailerOctets = 4;
constexpr unsigned kMethodMask = 0x0F;
constexpr unsigned kDeflate = 8;
constexpr unsigned kWindowMask = 0xF0;
constexpr unsigned kWindowMax = 0x70;
constexpr unsigned kPresetDictionary = 0x20;
constexpr unsigned kCheckModulus = 31;
constexpr int kLevel = 6;
constexpr int kWindowBits = 15;
constexpr int kMemoryLevel = 8;
constexpr std::size_t kPiece = 8192;

// ADLER32 (RFC 1950 8.2), over what comes piece by piece.
class Adler32 {
 public:
  void add(std::string_view octets) {
    while (!octets.empty()) {
      const std::string_view part = octets.substr(0, kUnreduced);
      for (const char c : part) {
        a_ += static_cast<unsigned char>(c);
        b_ += a_;
      }
      a_ %= kBase;
      b_ %= kBase;
      octets.remove_prefix(part.size());
    }
  }
  [[nodiscard]] std::uint32_t value() const { return (b_ << 16) | a_; }

 private:
  static constexpr std::uint32_t kBase = 65521;
  static constexpr std::size_t kUnreduced = 5552;  // so many octets of 255 do not overflow b_
  std::uint32_t a_ = 1;
  std::uint32_t b_ = 0;
};

unsigned octet(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool header_fits(std::string_view stream) {
  const unsigned cmf = octet(stream, 0);
  const unsigned flg = octet(stream, 1);
  return (cmf & kMethodMask) == kDeflate && (cmf & kWindowMask) <= kWindowMax &&
         (flg & kPresetDictionary) == 0 && (cmf * 256 + flg) % kCheckModulus == 0;
}

std::uint32_t read_trailer(std::string_view four) {
  return (octet(four, 0) << 24) | (octet(four, 1) << 16) | (octet(four, 2) << 8) | octet(four, 3);
}

}  // namespace

std::string zlib_compress(std::string_view octets) {
  std::string stream = "\x78\x9C";
  zlib::deflate_stream deflater;
  deflater.reset(kLevel, kWindowBits, kMemoryLevel, zlib::Strategy::normal);
  std::array<char, kPiece> piece;
  zlib::z_params params;
  params.next_in = octets.data();
  params.avail_in = octets.size();
  boost::beast::error_code ec;
  while (!ec) {
    params.next_out = piece.data();
    params.avail_out = piece.size();
    deflater.write(params, zlib::Flush::finish, ec);
    stream.append(piece.data(), piece.size() - params.avail_out);
    if (ec == zlib::error::need_buffers) ec = {};  // the piece was too small: another follows
  }
  Adler32 sum;
  sum.add(octets);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) stream += static_cast<char>(sum.value() >> shift & 0xFFU);
  return stream;
}

std::string_view zlib_inflate(std::string_view stream,
                              const std::function<bool(std::string_view)>& take) try {
  if (stream.size() < kHeaderOctets + kTrailerOctets) return "the zlib stream is cut short";
  if (!header_fits(stream)) return "this is no zlib stream";
  // The inflater looks a few bits ahead, past the last code: it sees the checksum too.
  const std::string_view body = stream.substr(kHeaderOctets);
  zlib::inflate_stream inflater;
  inflater.reset(kWindowBits);
  std::array<char, kPiece> piece;
  zlib::z_params params;
  params.next_in = body.data();
  params.avail_in = body.size();
  Adler32 sum;
  boost::beast::error_code ec;
  while (!ec) {
    params.next_out = piece.data();
    params.avail_out = piece.size();
    inflater.write(params, zlib::Flush::sync, ec);
    const std::string_view inflated(piece.data(), piece.size() - params.avail_out);
    sum.add(inflated);
    if (!inflated.empty() && !take(inflated)) return "refused";
  }
  if (ec == zlib::error::need_buffers) return "the zlib stream is cut short";
  if (ec != zlib::error::end_of_stream) return "the zlib stream is corrupt";
  // data_type tells how many bits of params.total_in it holds and did not use; the bits above count other
  // things.
  constexpr int kBitsMask = 63;
  const std::size_t used = params.total_in - static_cast<std::size_t>(params.data_type & kBitsMask) / 8;
  if (body.size() - used < kTrailerOctets) return "the zlib stream is cut short";
  if (body.size() - used > kTrailerOctets) return "there are bytes after the zlib stream";
  if (read_trailer(body.substr(used)) != sum.value()) return "the checksum of the zlib stream is wrong";
  return {};
} catch (const std::exception&) {
  // Beast throws where its own state breaks; no input is known that does it.
  return "the zlib stream is corrupt";
}

}  // namespace backtalk::stats
