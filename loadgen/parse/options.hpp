// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk parse`, declared once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/http/response_parser.hpp"
#include "backtalk/tolerate.hpp"
#include "options/option_spec.hpp"

namespace backtalk::parse {

struct Protocol;

/// A POP3 reply does not say whether it has several lines: that depends on the command (RFC 1939
/// section 3).
struct Pop3Multi {
  bool automatic = false;  ///< a +OK followed by lines that are not replies is multi-line
  enum class Form : std::uint8_t { line, body, listing };
  /// Of the replies after the greeting, in order; all further replies have one line.
  std::vector<Form> forms;
};

struct Options : options::Values {
  const Protocol* protocol = nullptr;  ///< set before the limits, which are the protocol's
  std::string file = "-";              ///< the input; -: standard input
  Tolerances tolerances;
  std::uint64_t chunk = 0;  ///< feed this many bytes at a time; 0: as they were read
  std::map<std::string, std::size_t, std::less<>> limits;
  Pop3Multi pop3_multi;
  bool http_request = false;
  bool http_head = false;
  bool http_connect = false;
  /// Of the first requests that the responses answer, in order; of all further ones as the switches
  /// above say.
  std::vector<http::Method> http_methods;
};

/// The arguments of `backtalk parse`, then its options.
[[nodiscard]] std::span<const options::OptionGroup> option_groups();

/// Returns the limit of that name, or `otherwise` if it was not given.
[[nodiscard]] std::size_t limit_or(const Options& options, std::string_view name, std::size_t otherwise);

/// Sets one option: "tolerate", "bare_lf". Returns a sentence that explains an error and how to
/// correct it; empty on success.
[[nodiscard]] std::string set_option(Options& options, const Protocol& protocol, std::string_view name,
                                     std::string_view value);

}  // namespace backtalk::parse
