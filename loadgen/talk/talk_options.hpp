// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk talk`, declared once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "options/option_spec.hpp"
#include "workload/tls_options.hpp"

namespace backtalk::talk {

/// Whether standard output has colours.
enum class Colour : std::uint8_t {
  automatic,  ///< on a terminal, unless NO_COLOR or TERM=dumb says otherwise
  always,
  never
};

struct TalkOptions : workload::TlsOptions {
  TalkOptions() { starttls_by_hand = true; }

  std::string url;
  std::uint64_t timeout_ns = 30'000'000'000;
  std::vector<std::string> addresses;  ///< of the server; empty: those of the URL's host
  bool pipeline = false;
  bool explain = false;
  std::string transcript_file;
  Colour colour = Colour::automatic;
  bool times = false;
  bool no_history = false;

  std::string script;  ///< a file, or the name of a shipped script; empty: lines are typed
  bool exact = false;
  std::string only;
  std::string user;
  std::string password;
  std::string users_file;
};

/// The URL, then the options. Static storage.
[[nodiscard]] std::span<const options::OptionGroup> option_groups();

}  // namespace backtalk::talk
