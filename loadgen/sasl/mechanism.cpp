// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/mechanism.hpp"

#include <algorithm>
#include <string>

#include "sasl/apop.hpp"
#include "sasl/gsasl_client.hpp"
#include "sasl/gsasl_handles.hpp"
#include "sasl/xoauth2.hpp"

namespace backtalk::sasl {

// Literals: GNU SASL takes their `data()`, up to the NUL.
std::string_view name_of(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::plain: return "PLAIN";
    case Mechanism::login: return "LOGIN";
    case Mechanism::cram_md5: return "CRAM-MD5";
    case Mechanism::scram_sha_256: return "SCRAM-SHA-256";
    case Mechanism::xoauth2: return "XOAUTH2";
    case Mechanism::apop: return "APOP";
  }
  return {};
}

std::shared_ptr<const session::SaslMechanism> client_mechanism(Mechanism mechanism) {
  if (mechanism == Mechanism::xoauth2) return xoauth2_mechanism();
  if (mechanism == Mechanism::apop) return apop_mechanism();
  return gsasl_mechanism(mechanism);
}

bool can_prepare(Mechanism mechanism, std::string_view text) {
  if (mechanism != Mechanism::cram_md5 && mechanism != Mechanism::scram_sha_256) return true;
  const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return true;
  char* prepared = nullptr;
  int reason = 0;
  const int code = gsasl_saslprep(std::string(text).c_str(), GSASL_ALLOW_UNASSIGNED, &prepared, &reason);
  const TextHandle owner(prepared);
  return code == GSASL_OK && prepared != nullptr && *prepared != '\0';
}

}  // namespace backtalk::sasl
