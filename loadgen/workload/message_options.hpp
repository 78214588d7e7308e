// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of the message that a run sends, whatever the protocol: --size and --message.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "options/option_spec.hpp"
#include "session/wire_message.hpp"
#include "workload/tls_options.hpp"

namespace backtalk::workload {

/// The base of the options of a protocol that sends messages, in place of TlsOptions.
struct MessageOptions : TlsOptions {
  MessageOptions() = default;
  MessageOptions(const MessageOptions&) = default;
  MessageOptions& operator=(const MessageOptions&) = default;
  virtual ~MessageOptions() = default;

  std::uint64_t size_octets = 1024;
  std::string message_file;

  /// False if a run with these options sends none.
  [[nodiscard]] virtual bool sends_messages() const { return true; }
};

/// The group's options are those of MessageOptions; without those of TLS, which are a group of
/// their own.
[[nodiscard]] const options::OptionGroup& message_option_group();

/// The message: the file's, or one made of `--size` octets with these addresses in its header.
/// `has_checksum`: its header has the checksum of its body, which `--size` counts, too. Or a
/// sentence about what is wrong.
[[nodiscard]] std::variant<session::WireMessage, std::string> message_of(const MessageOptions& options,
                                                                         std::string_view from,
                                                                         std::string_view to,
                                                                         bool has_checksum);

/// The least octets of a message that is made; and one of so many.
[[nodiscard]] std::size_t message_octets_min(std::string_view from, std::string_view to, bool has_checksum);
[[nodiscard]] session::WireMessage make_message(std::uint64_t octets, std::string_view from,
                                                std::string_view to, bool has_checksum);

}  // namespace backtalk::workload
