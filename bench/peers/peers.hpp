// SPDX-License-Identifier: Apache-2.0 OR MIT
// Peers: other projects' parsers for the same protocols, as far as the build found them.
#pragma once

#include <string>
#include <vector>

#include "contender.hpp"

namespace backtalk::bench {

inline constexpr std::size_t kFieldsMax = 64;

// Fills in what is the same for every peer. `build` and `version` come from CMake.
[[nodiscard]] inline ContenderInfo peer(std::string name, std::string version, std::string build,
                                        std::string simd, std::vector<std::string> leaves_out,
                                        std::string remarks) {
  return {.name = std::move(name),
          .kind = ContenderInfo::Kind::peer,
          .version = std::move(version),
          .build = std::move(build),
          .simd = std::move(simd),
          .leaves_out = std::move(leaves_out),
          .remarks = std::move(remarks)};
}

// The inputs of one side that are heads without a body.
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
