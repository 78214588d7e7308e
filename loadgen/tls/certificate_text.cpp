// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "tls/certificate_text.hpp"

#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#include <cstddef>
#include <memory>
#include <string>

namespace backtalk::tls {
namespace {

using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;

// A certificate may have thousands of names.
constexpr int kNamesMax = 100;

// What `print` writes.
template <class Print>
std::string printed(Print print) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (out == nullptr || !print(out.get())) return {};
  char* begin = nullptr;
  const long octets = BIO_get_mem_data(out.get(), &begin);
  return octets > 0 ? std::string(begin, static_cast<std::size_t>(octets)) : std::string();
}

std::string text_of_name(const X509_NAME* name) {
  // As RFC 2253 has it, with spaces, and with UTF-8 as it is.
  constexpr unsigned long kFlags = XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB;
  return printed([name](BIO* out) { return X509_NAME_print_ex(out, name, 0, kFlags) >= 0; });
}

std::string text_of_time(const ASN1_TIME* time) {
  return printed([time](BIO* out) { return ASN1_TIME_print(out, time) == 1; });
}

}  // namespace

CertificateText text_of_certificate(const X509& certificate) {
  CertificateText text{.subject = text_of_name(X509_get_subject_name(&certificate)),
                       .issuer = text_of_name(X509_get_issuer_name(&certificate)),
                       .begins = text_of_time(X509_get0_notBefore(&certificate)),
                       .ends = text_of_time(X509_get0_notAfter(&certificate)),
                       .names = {}};
  const Names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  const int count = names == nullptr ? 0 : sk_GENERAL_NAME_num(names.get());
  for (int i = 0; i < count && i < kNamesMax; ++i) {
    GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    text.names.push_back(printed([name](BIO* out) { return GENERAL_NAME_print(out, name) == 1; }));
  }
  return text;
}

}  // namespace backtalk::tls
