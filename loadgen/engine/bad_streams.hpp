// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The octets of streams that broke their protocol, as seeds for fuzzing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "session/forwarding_observer.hpp"
#include "session/session.hpp"

namespace backtalk::engine {

/// What a server sent on one connection until it went wrong.
struct BadStream {
  std::string_view name;  ///< of the error; static storage
  std::string octets;
};

/// Collects them for all threads of a run. Thread safe.
class BadStreams {
 public:
  static constexpr std::size_t kOctetsMax = std::size_t{64} << 10;  ///< of one stream
  static constexpr std::size_t kOfNameMax = 10;
  static constexpr std::size_t kMax = 100;

  /// Keeps it unless it is there already, or there are enough.
  void keep(std::string_view name, std::string_view octets);
  /// All of them, in order of occurrence.
  [[nodiscard]] std::vector<BadStream> take();

 private:
  std::mutex mutex_;
  std::vector<BadStream> streams_;
};

/// Keeps the end of what one connection receives, and hands it on when the session says that the
/// stream broke the protocol, or ended inside a message. All that the session reports goes on to
/// the next observer.
///
/// What is handed on is the whole stream if that is not longer than `octets_max`, and otherwise the
/// message that broke it, from its beginning; of a longer one only the end. A secret that the
/// server repeats is overwritten with "x".
class StreamKeeper final : public session::ForwardingObserver {
 public:
  /// The others outlive it. It holds twice `octets_max`.
  StreamKeeper(session::Observer& next, BadStreams& bad, std::size_t octets_max)
      : ForwardingObserver(next), bad_(bad), octets_max_(octets_max) {}

  /// A new connection.
  void restart() {
    octets_.clear();
    begins_ = 0;
  }
  /// Call it before the session consumes them.
  void received(std::string_view octets);

  void server_said(const session::ServerWords& words) override;

 private:
  BadStreams& bad_;
  const std::size_t octets_max_;
  std::string octets_;
  std::uint64_t begins_ = 0;  // where `octets_` begins in the stream
};

}  // namespace backtalk::engine
