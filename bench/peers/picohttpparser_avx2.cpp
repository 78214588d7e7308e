// SPDX-License-Identifier: Apache-2.0 OR MIT
// Cloudflare's variant of picohttpparser, built from source with AVX2. The build renames its
// functions.
#include <picohttpparser.h>

#include "peers/picohttpparser.hpp"

namespace backtalk::bench {
namespace {

struct Variant {
  using Field = phr_header;
  static std::string_view name(const Field& field) { return {field.name, field.name_len}; }
  static std::string_view value(const Field& field) { return {field.value, field.value_len}; }
  template <class... Arguments>
  static int parse_response(Arguments... arguments) {
    return phr_parse_response(arguments...);
  }
  template <class... Arguments>
  static int parse_request(Arguments... arguments) {
    return phr_parse_request(arguments...);
  }
};

}  // namespace

void add_picohttpparser_avx2() {
  add_picohttpparser<Variant>(peer("picohttpparser-avx2", BACKTALK_BENCH_PICOHTTPPARSER_AVX2,
                                   BACKTALK_BENCH_PEER_BUILD, "AVX2", {"framing", "end"},
                                   "no framing; an experiment of its author: a name that begins with a "
                                   "capital letter ends up in the value"));
}

}  // namespace backtalk::bench
