// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/tls_options.hpp"

#include <fmt/format.h>

#include <span>
#include <string_view>
#include <utility>

#include "workload/input_file.hpp"

namespace backtalk::workload {
namespace {

namespace kind = options::kind;
using options::Condition;
using options::member;
using options::OptionSpec;
using options::Values;
using O = TlsOptions;

constexpr std::size_t kNameOctetsMax = 255;  // of a host name (RFC 1035 2.3.4)

const TlsOptions& own_of(const Values& own) {
  return static_cast<const TlsOptions&>(own);
}

bool watches_by(std::string_view scheme, const Values& own) {
  return own_of(own).watch.starts_with(scheme);
}

bool can_upgrade(const Values&, const Values& own) {
  const bool watch_can = watches_by("imap:", own) || watches_by("pop3:", own);
  return own_of(own).use == TlsUse::on_request || watch_can;
}

bool uses_tls(const Values&, const Values& own) {
  return own_of(own).uses_tls() || watches_by("imaps", own) || watches_by("pop3s", own);
}

bool verifies(const Values&, const Values& own) {
  return !own_of(own).insecure;
}

bool has_certificate(const Values&, const Values& own) {
  return !own_of(own).certificate_file.empty();
}

constexpr Condition kNeedsTls{&uses_tls, "without TLS: use a scheme such as smtps, or --starttls"};
constexpr std::array kUpgrade{
    Condition{&can_upgrade, "here: the scheme has TLS from the start, or no way to begin it later"}};
constexpr std::array kTls{kNeedsTls};
constexpr std::array kVerified{kNeedsTls, Condition{&verifies, "with --insecure"}};
constexpr std::array kKey{kNeedsTls, Condition{&has_certificate, "without --cert"}};

constexpr std::array kOptions{
    OptionSpec{"--starttls", kind::Flag{member<&O::starttls>()},
               "begin TLS with STARTTLS; nothing else goes out in clear text", "starttls", kUpgrade},
    OptionSpec{"--insecure", kind::Flag{member<&O::insecure>()},
               "do not verify the server's certificate: its issuer, its dates, its name", "insecure", kTls},
    OptionSpec{"--cafile", kind::InputFile{member<&O::authorities_file>()},
               "PEM file of the issuers to trust, in place of the system's", "cafile", kVerified},
    OptionSpec{"--cert", kind::InputFile{member<&O::certificate_file>()},
               "PEM file of the client's certificate, for servers that ask for one", "cert", kTls},
    OptionSpec{"--key", kind::InputFile{member<&O::key_file>()},
               "PEM file of its key, if that is not in the file of --cert", "key", kKey},
    OptionSpec{"--sni", kind::Text{member<&O::server_name>()},
               "the server name to ask for and to find in the certificate, in place of the URL's host", "sni",
               kTls},
    OptionSpec{"--tls-version", kind::one_of<&O::version, kTlsVersions>(), "the version of TLS to use",
               "tls_version", kTls},
    OptionSpec{"--resume", kind::Share{member<&O::resume>()},
               "the share of handshakes that resume an earlier session", "resume", kTls},
};
constexpr std::span kOneConnection = std::span(kOptions).first<kOptions.size() - 1>();
static_assert(std::span(kOptions).back().names == "--resume");

}  // namespace

const options::OptionGroup& tls_option_group() {
  static constexpr options::OptionGroup kGroup{"TLS", kOptions, &options::make_values<TlsOptions>};
  return kGroup;
}

const options::OptionGroup& one_connection_tls_option_group() {
  static constexpr options::OptionGroup kGroup{"TLS", kOneConnection, &options::make_values<TlsOptions>};
  return kGroup;
}

std::variant<tls::ClientTransport, std::string> tls_transport_of(const TlsOptions& options,
                                                                 const net::Url& url,
                                                                 std::vector<std::string> protocols) {
  if (!options.uses_tls()) return tls::ClientTransport{};
  if (options.resume > 1) return "--resume: a share from 0 to 1";
  for (const auto& [option, file] : {std::pair{"--cafile", options.authorities_file},
                                     {"--cert", options.certificate_file},
                                     {"--key", options.key_file}}) {
    if (auto problem = check_input_file(option, file)) return *problem;
  }
  std::string name = options.server_name;
  if (name.starts_with('.') || name.size() > kNameOctetsMax)
    return fmt::format("--sni {}: expected a host name", name);
  if (name.empty()) name = url.unix_socket ? "localhost" : url.host.substr(0, url.host.find('%'));
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();  // RFC 6066 3
  auto made = tls::client_transport(
      {.server_name = std::move(name),
       .verify = !options.insecure,
       .authorities_file = options.authorities_file,
       .certificate_file = options.certificate_file,
       .key_file = options.key_file,
       .version = options.version,
       .protocols = std::move(protocols),
       .resume = options.resume},
      options.use == TlsUse::at_once ? net::TransportStart::at_once : net::TransportStart::when_asked);
  if (auto* problem = std::get_if<std::string>(&made)) return "TLS: " + *problem;
  return made;
}

}  // namespace backtalk::workload
