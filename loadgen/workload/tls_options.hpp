// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of TLS, which every protocol over TCP has.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "net/url.hpp"
#include "options/choice.hpp"
#include "options/option_spec.hpp"
#include "tls/settings.hpp"

namespace backtalk::workload {

inline constexpr std::array kTlsVersions{options::Choice{"any", tls::Version::any},
                                         options::Choice{"1.2", tls::Version::tls_1_2},
                                         options::Choice{"1.3", tls::Version::tls_1_3}};

/// When the connections of a scheme use TLS.
enum class TlsUse : std::uint8_t {
  on_request,  ///< with --starttls: smtp
  never,       ///< http
  at_once      ///< smtps, https
};

/// The base of the options of a protocol.
struct TlsOptions : options::Values {
  TlsUse use = TlsUse::on_request;  ///< the scheme's, not an option
  /// Not an option either: somebody may type STARTTLS, so that all of this has an effect.
  bool starttls_by_hand = false;
  bool starttls = false;
  bool insecure = false;
  std::string authorities_file;
  std::string certificate_file;
  std::string key_file;
  std::string server_name;
  tls::Version version = tls::Version::any;
  double resume = 0;
  /// smtp: the URL of the mailboxes that are watched meanwhile, by connections with the same
  /// options of TLS; empty: none are.
  std::string watch;

  [[nodiscard]] bool uses_tls() const {
    return use == TlsUse::at_once || starttls || (starttls_by_hand && use == TlsUse::on_request);
  }
};

/// The group's options are those of TlsOptions.
[[nodiscard]] const options::OptionGroup& tls_option_group();
/// The same without what is about several connections.
[[nodiscard]] const options::OptionGroup& one_connection_tls_option_group();

/// Options of a protocol, derived from TlsOptions, for a scheme that uses TLS so.
template <class Options, TlsUse kUse>
[[nodiscard]] std::shared_ptr<options::Values> make_with_tls() {
  auto made = std::make_shared<Options>();
  made->use = kUse;
  return made;
}

/// TLS for the connections to a URL, whose host the certificate must name unless an option says
/// otherwise; no plan if the options ask for none. Or a sentence about what is wrong.
[[nodiscard]] std::variant<tls::ClientTransport, std::string> tls_transport_of(
    const TlsOptions& options, const net::Url& url, std::vector<std::string> protocols = {});

}  // namespace backtalk::workload
