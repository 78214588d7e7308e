// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk serve`, declared once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "options/option_spec.hpp"
#include "serve/faults.hpp"
#include "tls/settings.hpp"

namespace backtalk::serve {

struct ServeOptions : options::Values {
  std::vector<std::string> urls;
  std::uint64_t threads = 1;         ///< for each URL
  std::uint64_t connections = 4096;  ///< the most that a thread accepts at once
  std::uint64_t messages = 10;       ///< in each user's INBOX from the start
  std::uint64_t message_octets = 4096;
  std::uint64_t mailbox_octets = std::uint64_t{256} << 20;  ///< of mail that is kept
  std::string users_file;                                   ///< empty: whoever asks is a user
  std::string script_file;                                  ///< empty: the built-in servers answer
  Faults faults;
  std::string stamps_file;       ///< where to write when input arrived
  std::string certificate_file;  ///< empty: one is made
  std::string key_file;          ///< empty: the key is in `certificate_file`
  std::string save_certificate;  ///< where to write the certificate that is made
  tls::Version tls_version = tls::Version::any;
};

/// True if anything that is served reads mail: a sink keeps none.
[[nodiscard]] bool keeps_mail(const ServeOptions& options);

/// The URLs, then the options. Static storage.
[[nodiscard]] std::span<const options::OptionGroup> option_groups();

}  // namespace backtalk::serve
