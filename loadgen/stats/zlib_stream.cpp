// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/zlib_stream.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <array>
#include <cstddef>
#include <limits>
#include <new>

namespace backtalk::stats {
namespace {

constexpr std::size_t kPiece = 8192;

class Inflater {
 public:
  // Throws std::bad_alloc if there is no memory for zlib's window, like every allocation here.
  Inflater() {
    if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

std::string_view problem_of(int result, const z_stream& stream) {
  constexpr uLong kHeaderOctets = 2;
  switch (result) {
    case Z_STREAM_END: return stream.avail_in == 0 ? "" : "there are bytes after the zlib stream";
    case Z_BUF_ERROR: return "the zlib stream is cut short";
    case Z_NEED_DICT: return "the zlib stream needs a dictionary";
    default: break;
  }
  return stream.total_in <= kHeaderOctets ? "not a zlib stream" : "the zlib stream is corrupt";
}

}  // namespace

std::string zlib_compress(std::string_view octets) {
  std::string stream(compressBound(octets.size()), '\0');
  uLongf size = stream.size();
  const int result = compress(reinterpret_cast<Bytef*>(stream.data()), &size,
                              reinterpret_cast<const Bytef*>(octets.data()), octets.size());
  // No other failure is possible: the output has enough room.
  if (result != Z_OK) throw std::bad_alloc();
  stream.resize(size);
  return stream;
}

std::string_view zlib_inflate(std::string_view octets, const std::function<bool(std::string_view)>& consume) {
  if (octets.size() > std::numeric_limits<uInt>::max()) return "the zlib stream is too long";
  Inflater inflater;
  z_stream& stream = inflater.stream();
  stream.next_in = reinterpret_cast<const Bytef*>(octets.data());
  stream.avail_in = static_cast<uInt>(octets.size());
  std::array<char, kPiece> piece;
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    const std::string_view inflated(piece.data(), piece.size() - stream.avail_out);
    if (!inflated.empty() && !consume(inflated)) return "refused";
  }
  return problem_of(result, stream);
}

}  // namespace backtalk::stats
