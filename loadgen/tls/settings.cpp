// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "tls/settings.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "tls/handles.hpp"
#include "tls/numeric_address.hpp"
#include "tls/tls_transport.hpp"

namespace backtalk::tls {
namespace {

std::string problem_with(std::string_view what, const std::string& file) {
  return std::string(what) + " " + file + ": " + take_reason();
}

// Each function sets up one thing and returns what is wrong with it, or nothing.

std::string set_version(SSL_CTX& context, Version version) {
  const int lowest = version == Version::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  const int highest = version == Version::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
  if (SSL_CTX_set_min_proto_version(&context, lowest) != 1 ||
      SSL_CTX_set_max_proto_version(&context, highest) != 1)
    return "this OpenSSL does not have the TLS version: " + take_reason();
  return {};
}

std::string use_files(SSL_CTX& context, const std::string& certificate, const std::string& key) {
  if (SSL_CTX_use_certificate_chain_file(&context, certificate.c_str()) != 1)
    return problem_with("cannot read the certificate", certificate);
  const std::string& key_file = key.empty() ? certificate : key;
  if (SSL_CTX_use_PrivateKey_file(&context, key_file.c_str(), SSL_FILETYPE_PEM) == 1) return {};
  if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH) {
    ERR_clear_error();
    return "the key " + key_file + " does not belong to the certificate " + certificate;
  }
  return problem_with("cannot read the key", key_file);
}

std::string use_text(SSL_CTX& context, std::string_view pem) {
  const Bio certificate_bio = reading(pem);
  const Certificate certificate(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  const Bio key_bio = reading(pem);
  const Key key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr || key == nullptr || SSL_CTX_use_certificate(&context, certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(&context, key.get()) != 1)
    return "the certificate cannot be used: " + take_reason();
  return {};
}

std::string trust(SSL_CTX& context, const std::string& file) {
  if (file.empty()) {
    if (SSL_CTX_set_default_verify_paths(&context) != 1)
      return "cannot read the system's trusted certificates: " + take_reason();
    return {};
  }
  if (SSL_CTX_load_verify_file(&context, file.c_str()) != 1)
    return problem_with("cannot read the trusted certificates", file);
  return {};
}

constexpr std::string_view kBadProtocol = "the name of an ALPN protocol has 1 to 255 octets";

// The names as the extension has them, each behind its length (RFC 7301 3.1); nullopt if one has a
// length that it cannot have.
std::optional<std::string> list_of(const std::vector<std::string>& protocols) {
  std::string list;
  for (const std::string& protocol : protocols) {
    if (protocol.empty() || protocol.size() > 255) return std::nullopt;
    list += static_cast<char>(protocol.size());
    list += protocol;
  }
  return list;
}

const unsigned char* octets_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

int offer_session(SSL* ssl, SSL_SESSION* session) {
  static_cast<TlsTransport*>(SSL_get_app_data(ssl))->remember(Resumable(session));
  return 1;  // it has an owner now
}

// Picks the first protocol of the server's list that the client offers.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void* list) {
  const auto& own = *static_cast<const std::string*>(list);
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_size, octets_of(own), static_cast<unsigned>(own.size()), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

Context new_context(const SSL_METHOD* method) {
  Context context(SSL_CTX_new(method));
  if (context == nullptr) throw std::bad_alloc();
  // Where there are many transports, idle ones keep no buffers. Renegotiation is a way to make the
  // other side work.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  return context;
}

net::TransportPlan plan_of(std::shared_ptr<Shared> shared, net::TransportStart start) {
  return {.make = [shared = std::move(shared)] { return std::make_unique<TlsTransport>(shared); },
          .start = start};
}

}  // namespace

std::variant<ClientTransport, std::string> client_transport(const ClientSettings& settings,
                                                            net::TransportStart start) {
  auto shared = std::make_shared<Shared>(new_context(TLS_client_method()), settings.resume);
  SSL_CTX& context = *shared->context;
  if (auto problem = set_version(context, settings.version); !problem.empty()) return problem;
  if (settings.verify) {
    if (auto problem = trust(context, settings.authorities_file); !problem.empty()) return problem;
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
  }
  if (!settings.certificate_file.empty()) {
    auto problem = use_files(context, settings.certificate_file, settings.key_file);
    if (!problem.empty()) return problem;
  }
  if (!settings.protocols.empty()) {
    const auto list = list_of(settings.protocols);
    if (!list) return std::string(kBadProtocol);
    if (SSL_CTX_set_alpn_protos(&context, octets_of(*list), static_cast<unsigned>(list->size())) != 0)
      throw std::bad_alloc();
  }
  if (settings.resume > 0) {
    SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(&context, offer_session);
  } else {
    SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  }
  shared->server_name = settings.server_name;
  shared->is_address = is_numeric_address(settings.server_name);
  shared->verify = settings.verify;
  return ClientTransport{.plan = plan_of(shared, start),
                         .negotiated = [shared] { return shared->first.get(); },
                         .verifies = settings.verify};
}

std::variant<net::TransportPlan, std::string> server_transport(const ServerSettings& settings,
                                                               net::TransportStart start) {
  auto shared = std::make_shared<Shared>(new_context(TLS_server_method()), 0);
  SSL_CTX& context = *shared->context;
  shared->server = true;
  if (auto problem = set_version(context, settings.version); !problem.empty()) return problem;
  auto problem = settings.certificate_file.empty()
                     ? use_text(context, settings.certificate)
                     : use_files(context, settings.certificate_file, settings.key_file);
  if (!problem.empty()) return problem;
  if (!settings.authorities_file.empty()) {
    if (problem = trust(context, settings.authorities_file); !problem.empty()) return problem;
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  if (!settings.protocols.empty()) {
    const auto list = list_of(settings.protocols);
    if (!list) return std::string(kBadProtocol);
    shared->protocols = *list;
    SSL_CTX_set_alpn_select_cb(&context, choose_protocol, &shared->protocols);
  }
  // A server that asks for certificates resumes only sessions of its own context (RFC 5246 F.1.4).
  constexpr std::string_view kContextName = "backtalk";
  SSL_CTX_set_session_id_context(&context, reinterpret_cast<const unsigned char*>(kContextName.data()),
                                 static_cast<unsigned>(kContextName.size()));
  // Tickets only: a cache would be one lock for all threads.
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  if (!settings.resumption) {
    SSL_CTX_set_options(&context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(&context, 0);
  }
  return plan_of(std::move(shared), start);
}

}  // namespace backtalk::tls
