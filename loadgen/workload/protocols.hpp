// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The protocols that can be loaded. A new one is a parser, a session, and a row in the table of
/// protocols.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/url.hpp"
#include "options/option_spec.hpp"
#include "session/session_context.hpp"
#include "stats/delivery_book.hpp"
#include "tls/settings.hpp"
#include "workload/expected_answer.hpp"
#include "workload/load_options.hpp"
#include "workload/mix.hpp"

namespace backtalk::workload {

/// A protocol made ready for one run. The factory makes the session of each connection.
struct Workload {
  session::SessionFactory make_session;
  tls::ClientTransport transport;                   ///< without a plan: clear text
  std::span<const std::string_view> command_names;  ///< by the index that sessions tell observers
  std::span<const session::Status> statuses;        ///< by their index
  std::size_t receive_octets = 8192;                ///< what a read typically brings
  std::size_t send_octets = 65536;                  ///< what a write typically takes
  bool reveals_passwords = false;                   ///< users' passwords go out in clear text
  /// Values of HTTP's Authorization, Proxy-Authorization or Cookie do.
  bool reveals_credentials = false;
  /// The passes of a script that has several; empty: transactions are all of one kind.
  std::vector<MixedPass> mix = {};
  std::vector<ExpectedAnswer> expected = {};  ///< by a script, in the order of its lines
  std::string_view transaction = {};          ///< what one is called; empty: as Protocol says
  bool connection_a_pass = false;             ///< by a script that is a whole connection
  /// The messages whose mailboxes are to be watched meanwhile (workload/watch_workload.hpp); null:
  /// none are.
  std::shared_ptr<stats::DeliveryBook> deliveries = nullptr;
};

struct Protocol {
  std::string_view scheme;
  std::uint16_t default_port = 0;
  std::string_view transaction;                       ///< what one is called: "message"
  std::span<const options::OptionGroup> own_options;  ///< those of this protocol alone
  /// Returns an object of the struct that they set, with the defaults.
  std::shared_ptr<options::Values> (*make_own)();
  /// The workload, or a sentence about what is wrong with the options or the URL. `own` is such an
  /// object.
  std::variant<Workload, std::string> (*prepare)(const LoadOptions& common, const options::Values& own,
                                                 const net::Url& url);
};

/// All of them. Static storage.
[[nodiscard]] std::span<const Protocol> protocols();

/// The protocol of that scheme; null if there is none.
[[nodiscard]] const Protocol* find_protocol(std::string_view scheme);

}  // namespace backtalk::workload
