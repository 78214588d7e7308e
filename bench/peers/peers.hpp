// SPDX-License-Identifier: Apache-2.0 OR MIT
// Peers: parsers of others that read the same. Each is there where the build found it.
#pragma once

#include <string>
#include <vector>

#include "contender.hpp"

namespace backtalk::bench {

inline constexpr std::size_t kFieldsMax = 64;

// What is the same for every peer: its kind. `build` and `version` come from CMake.
[[nodiscard]] inline Maker peer(std::string name, std::string version, std::string build, std::string simd,
                                std::vector<std::string> leaves_out, std::string remarks) {
  return {.name = std::move(name),
          .kind = Maker::Kind::peer,
          .version = std::move(version),
          .build = std::move(build),
          .simd = std::move(simd),
          .leaves_out = std::move(leaves_out),
          .remarks = std::move(remarks)};
}

// The inputs that are heads without a body, of one side.
[[nodiscard]] inline auto http_heads(Side side) {
  return inputs_of("http", side, {"a", "b", "c", "d", "e", "f", "g"});
}

void add_beast();
void add_llhttp();
void add_http_parser();
void add_picohttpparser_packaged();
void add_picohttpparser_sse42();
void add_picohttpparser_avx2();
void add_libetpan();
void add_vmime();
void add_dovecot();

}  // namespace backtalk::bench
