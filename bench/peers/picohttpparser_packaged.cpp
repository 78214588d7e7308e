// SPDX-License-Identifier: Apache-2.0 OR MIT
// picohttpparser as packaged by Debian: inside the library of the server H2O, without a header and
// without SSE4.2.
#include "peers/picohttpparser.hpp"

// As picohttpparser documents them.
extern "C" {
struct phr_header {
  const char* name;
  std::size_t name_len;
  const char* value;
  std::size_t value_len;
};
int phr_parse_request(const char* at, std::size_t size, const char** method, std::size_t* method_size,
                      const char** path, std::size_t* path_size, int* minor, phr_header* headers,
                      std::size_t* count, std::size_t size_before);
int phr_parse_response(const char* at, std::size_t size, int* minor, int* status, const char** reason,
                       std::size_t* reason_size, phr_header* headers, std::size_t* count,
                       std::size_t size_before);
}

namespace backtalk::bench {
namespace {

struct Packaged {
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

void add_picohttpparser_packaged() {
  add_picohttpparser<Packaged>(peer("picohttpparser-scalar", BACKTALK_BENCH_H2O_VERSION,
                                    "Debian's library, -O2 without -march",
                                    "none: a scalar build of a SIMD parser", {"framing", "end"},
                                    "no framing; accepts bare LF and folds; no limit on the size of a head"));
}

}  // namespace backtalk::bench
