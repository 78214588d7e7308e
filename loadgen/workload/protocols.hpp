// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The protocols that can be loaded. A new one is a parser, a session, and a row in the table of
/// protocols.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "session/session_context.hpp"
#include "workload/load_options.hpp"
#include "workload/option_spec.hpp"

namespace backtalk::workload {

/// A protocol made ready for one run. The factory makes the session of each connection.
struct Workload {
  session::SessionFactory make_session;
  std::span<const std::string_view> command_names;  ///< by the index that sessions tell observers
  std::span<const session::Status> statuses;        ///< by their index
  std::size_t receive_octets = 8192;                ///< what a read typically brings
  std::size_t send_octets = 65536;                  ///< what a write typically takes
};

struct Protocol {
  std::string_view scheme;
  std::uint16_t default_port = 0;
  std::string_view transaction;  ///< what one is called: "message"
  OptionGroup options;           ///< those of this protocol alone
  /// The workload, or what is wrong with the options.
  std::variant<Workload, std::string> (*prepare)(const LoadOptions& options, std::string_view scheme);
};

/// All of them. Static storage.
[[nodiscard]] std::span<const Protocol> protocols();

/// The protocol of that scheme; null if there is none.
[[nodiscard]] const Protocol* find_protocol(std::string_view scheme);

}  // namespace backtalk::workload
