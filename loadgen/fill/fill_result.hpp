// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What came of a filling.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tls/settings.hpp"

namespace backtalk::fill {

/// asked = done + failed + unfinished.
struct Ended {
  std::uint64_t asked = 0;
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;  ///< interrupted, or what came behind a failure was never sent
};

/// What a server said first under a name.
struct Said {
  std::string user;
  std::string command;  ///< "APPEND"; empty: none waited for an answer
  std::string text;     ///< octets as they came, without secrets
};

struct FillResult {
  Ended mailboxes;
  Ended messages;
  /// Of the messages that failed or are unfinished: sent whole and not answered. They may be
  /// stored.
  std::uint64_t in_doubt = 0;
  std::uint64_t octets = 0;   ///< of the messages that are stored
  std::uint64_t removed = 0;  ///< messages that were there and were deleted
  std::uint64_t connections = 0;
  std::uint64_t elapsed_ns = 0;
  std::optional<tls::Negotiated> tls;
  /// Why messages failed, and why mailboxes did, by name (docs/load-json.md).
  std::map<std::string, std::uint64_t, std::less<>> errors;
  std::map<std::string, Said, std::less<>> examples;
  std::vector<std::string> notes;  ///< sentences
  bool interrupted = false;

  /// Adds what another thread has done. Times and TLS are not added.
  void add(const FillResult& other);
};

struct FillPlan;
struct FillOptions;

/// The result as JSON (backtalk.fill/1).
[[nodiscard]] std::string to_json(const FillOptions& options, const FillPlan& plan, const FillResult& result);
/// For people.
[[nodiscard]] std::string summarize(const FillPlan& plan, const FillResult& result);

}  // namespace backtalk::fill
