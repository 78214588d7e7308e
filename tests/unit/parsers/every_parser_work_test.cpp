// SPDX-License-Identifier: Apache-2.0 OR MIT
// The work of every parser is linear in the bytes fed, however they are cut. Work is counted in
// bytes examined or copied, never in time.
#include <gtest/gtest.h>

#include <string>

#include "every_parser.hpp"
#include "every_target.hpp"
#include "work.hpp"

namespace backtalk {
namespace {

template <class Kind>
class ParserWork : public testing::Test {};

using Kinds = testing::Types<SmtpReplies, SmtpCommands, Pop3Responses, Pop3Commands, HttpResponses,
                             HttpRequests, ImapResponses, ImapCommands>;
TYPED_TEST_SUITE(ParserWork, Kinds);

TYPED_TEST(ParserWork, IsLinearInTheInputWhateverTheCuts) {
#ifndef BACKTALK_COUNT_WORK
  GTEST_SKIP() << "this build does not count work (BACKTALK_COUNT_WORK)";
#else
  using Kind = TypeParam;
  constexpr std::uint64_t kPerByteMax = 8;
  std::string stream;
  while (stream.size() < 200'000) stream += Kind::kStream;
  under_every_target([&stream] {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{13}, std::size_t{64},
                                    std::size_t{1000}, std::size_t{200'000}}) {
      typename Kind::Parser parser;
      const std::uint64_t before = work::bytes_examined;
      std::string_view left = stream;
      while (!left.empty()) {
        const std::string_view bytes = left.substr(0, piece);
        left.remove_prefix(bytes.size());
        parser.feed(bytes);
        Kind::read(parser, [](std::string_view) {});
      }
      EXPECT_FALSE(parser.error());
      EXPECT_LE(work::bytes_examined - before, kPerByteMax * stream.size()) << "in pieces of " << piece;
    }
  });
#endif
}

}  // namespace
}  // namespace backtalk
