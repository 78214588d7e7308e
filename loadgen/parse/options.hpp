// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What `backtalk parse` can be told, apart from what it reads.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/tolerate.hpp"

namespace backtalk::parse {

struct Protocol;

/// POP3 replies do not say whether they have several lines: the command that they answer does (RFC 1939 3).
struct Pop3Multi {
  bool automatic = false;   ///< a +OK that is followed by lines that are no replies is multi-line
  std::vector<bool> flags;  ///< of the replies after the greeting, in order; those beyond have one line
};

struct Options {
  Tolerances tolerances;
  std::size_t chunk = 0;  ///< feed so many bytes at a time; 0: as they were read
  std::map<std::string, std::size_t, std::less<>> limits;
  Pop3Multi pop3_multi;
  bool http_request = false;
  bool http_head = false;
};

/// The limit of that name, or `otherwise` where it was not given.
[[nodiscard]] std::size_t limit_or(const Options& options, std::string_view name, std::size_t otherwise);

/// True where the option of that name (without the hyphens) takes a value.
[[nodiscard]] bool takes_value(std::string_view name);

/// Sets one option as the command line has it: "tolerate", "bare_lf". What is wrong with it and what to do
/// about it, as a sentence; empty where all is well.
[[nodiscard]] std::string set_option(Options& options, const Protocol& protocol, std::string_view name,
                                     std::string_view value);

}  // namespace backtalk::parse
