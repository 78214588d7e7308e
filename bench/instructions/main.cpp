// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk_bench_instructions: reads every row's input, and has every conversation, once under
// callgrind, which counts instructions. Unlike times, counts repeat exactly.
//
//     valgrind --tool=callgrind backtalk_bench_instructions [REGEX] [--peers]
//
// Each row writes a dump named after the row; bench/instructions.py reads them.
#include <gnu/libc-version.h>
#include <valgrind/callgrind.h>

#include <cstdio>
#include <memory>
#include <regex>
#include <string>
#include <string_view>

#include "backtalk/simd.hpp"
#include "rows.hpp"
#include "sessions.hpp"

namespace backtalk::bench {
namespace {

// In the first pass buffers grow to their final size; the second pass is counted.
bool count(const Row& row) {
  const auto contender = row.make(*row.input);
  std::size_t units = 0;
  for (const std::string& stream : row.input->streams) {
    units += contender->read(stream, piece_octets(row.piece, stream.size()));
  }
  if (units != row.input->units * row.input->streams.size() && !row.input->worst) return false;
  const std::string name = row.name();
  CALLGRIND_ZERO_STATS;
  for (const std::string& stream : row.input->streams) {
    units += contender->read(stream, piece_octets(row.piece, stream.size()));
  }
  CALLGRIND_DUMP_STATS_AT(name.c_str());
  benchmark::DoNotOptimize(units);
  return true;
}

// The same for a session and its conversation.
bool count(const Conversation& conversation) {
  if (!conversation.send()) return false;
  CALLGRIND_ZERO_STATS;
  const bool sent = conversation.send();
  CALLGRIND_DUMP_STATS_AT(conversation.name.c_str());
  return sent;
}

// False if it did not come to the count.
bool tell(bool counted, const std::string& name, std::size_t units) {
  std::printf("%s %s %zu\n", counted ? "row" : "failed", name.c_str(), units);
  return counted;
}

int run(const std::regex& wanted, bool peers) {
  bool all = true;
  std::printf("compiler %s\nlibc %s\nsimd %.*s\n", BACKTALK_BENCH_OWN_BUILD, gnu_get_libc_version(),
              static_cast<int>(simd::active().size()), simd::active().data());
  for (const auto& row : all_rows()) {
    if (row->info->kind == ContenderInfo::Kind::limit ||
        (row->info->kind != ContenderInfo::Kind::own && !peers))
      continue;
    if (!std::regex_search(row->name(), wanted)) continue;
    all &= tell(count(*row), row->name(), row->input->units * row->input->streams.size());
  }
  for (const Conversation& conversation : smtp_conversations()) {
    if (!std::regex_search(conversation.name, wanted)) continue;
    all &= tell(count(conversation), conversation.name, conversation.messages);
  }
  return all ? 0 : 1;
}

}  // namespace
}  // namespace backtalk::bench

int main(int argc, char** argv) {
  using namespace backtalk::bench;
  bool peers = false;
  std::string wanted = ".";
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--peers") {
      peers = true;
    } else {
      wanted = argv[i];
    }
  }
  add_own_rows();
  if (peers) add_peers();
  return run(std::regex(wanted), peers);
}
