// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "tls/certificate.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <new>
#include <stdexcept>
#include <string_view>

#include "tls/handles.hpp"
#include "tls/numeric_address.hpp"

namespace backtalk::tls {
namespace {

void require(bool done) {
  if (!done) throw std::bad_alloc();
}

// subjectAltName as OpenSSL's configuration files write it: "DNS:localhost,IP:127.0.0.1".
std::string alternative_names(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (name.empty() || name.find_first_of(",\n\r\0") != std::string::npos)
      throw std::invalid_argument("a certificate cannot have the name '" + name + "'");
    if (!list.empty()) list += ',';
    list += (is_numeric_address(name) ? "IP:" : "DNS:") + name;
  }
  return list;
}

void add_extension(X509& certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) throw std::invalid_argument("a certificate cannot have " + value);
  const int added = X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
  require(added == 1);
}

void set_serial_number(X509& certificate) {
  std::uint64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(&certificate), serial >> 1) == 1);
}

std::string text_of(BIO& bio) {
  char* begin = nullptr;
  const long octets = BIO_get_mem_data(&bio, &begin);
  return {begin, static_cast<std::size_t>(octets)};
}

}  // namespace

OwnCertificate make_certificate(const CertificateSettings& settings) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  require(key != nullptr && certificate != nullptr);
  X509& x509 = *certificate;
  set_serial_number(x509);
  require(X509_set_version(&x509, X509_VERSION_3) == 1);
  require(X509_gmtime_adj(X509_getm_notBefore(&x509), static_cast<long>(settings.begins_s)) != nullptr);
  require(X509_gmtime_adj(X509_getm_notAfter(&x509), static_cast<long>(settings.ends_s)) != nullptr);
  require(X509_set_pubkey(&x509, key.get()) == 1);
  X509_NAME* subject = X509_get_subject_name(&x509);
  constexpr std::string_view kName = "Backtalk built-in server";
  require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>(kName.data()),
                                     static_cast<int>(kName.size()), -1, 0) == 1);
  require(X509_set_issuer_name(&x509, subject) == 1);
  add_extension(x509, NID_subject_alt_name, alternative_names(settings.names));
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
  require(X509_sign(&x509, key.get(), EVP_sha256()) > 0);

  const Bio out(BIO_new(BIO_s_mem()));
  require(out != nullptr && PEM_write_bio_X509(out.get(), &x509) == 1);
  OwnCertificate own;
  own.certificate = text_of(*out);
  require(PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  own.with_key = text_of(*out);
  return own;
}

}  // namespace backtalk::tls
