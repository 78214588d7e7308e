// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How large a script may be. What is beyond is an error of the script.
#pragma once

#include <cstddef>
#include <cstdint>

namespace backtalk::script {

inline constexpr std::size_t kScriptOctetsMax = std::size_t{1} << 20;
inline constexpr std::size_t kLineOctetsMax = std::size_t{1} << 16;
/// Lines that are said, each as often as it is repeated.
inline constexpr std::size_t kSpokenLinesMax = 20'000;
inline constexpr std::size_t kRepeatDepthMax = 8;
inline constexpr std::uint64_t kRepeatMax = 10'000;
inline constexpr std::size_t kPassesMax = 64;
inline constexpr std::uint64_t kWeightMax = 10'000;
inline constexpr std::size_t kNameOctetsMax = 64;
/// Sizes of messages that a script names, and how large each may be.
inline constexpr std::size_t kSizesMax = 64;
inline constexpr std::uint64_t kMessageOctetsMax = std::uint64_t{1} << 30;
/// A command without its tag and CRLF, filled in, with its literals. The session writes it in one
/// piece, but for a literal of the run's message.
inline constexpr std::size_t kCommandOctetsMax = 1900;
/// Kinds of untagged data that an answer is expected to bring.
inline constexpr std::size_t kUntaggedMax = 8;

}  // namespace backtalk::script
