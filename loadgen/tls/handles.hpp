// SPDX-License-Identifier: Apache-2.0 OR MIT
// Owners of OpenSSL's objects.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace backtalk::tls {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Connection = std::unique_ptr<SSL, Freed<SSL_free>>;
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Resumable = std::unique_ptr<SSL_SESSION, Freed<SSL_SESSION_free>>;

// OpenSSL's reason for the oldest error of this thread, for people; forgets all of them. Never
// empty.
[[nodiscard]] std::string take_reason();

// A BIO that reads the text, which must outlive it.
[[nodiscard]] Bio reading(std::string_view text);

}  // namespace backtalk::tls
