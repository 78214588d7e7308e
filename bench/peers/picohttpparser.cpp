// SPDX-License-Identifier: Apache-2.0 OR MIT
// picohttpparser built from source with SSE4.2. The build renames its functions, because H2O's
// library exports them too.
#include <picohttpparser.h>

#include "peers/picohttpparser.hpp"

namespace backtalk::bench {
namespace {

struct Fetched {
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

void add_picohttpparser_sse42() {
  add_picohttpparser<Fetched>(peer("picohttpparser", BACKTALK_BENCH_PICOHTTPPARSER, BACKTALK_BENCH_PEER_BUILD,
                                   "SSE4.2", {"framing", "end"},
                                   "no framing; accepts bare LF and folds; no limit on the size of a head"));
}

}  // namespace backtalk::bench
