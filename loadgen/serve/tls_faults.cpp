// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/tls_faults.hpp"

#include <array>

#include "serve/faults.hpp"

namespace backtalk::serve {
namespace {

struct CertificateName {
  std::string_view name;
  BadCertificate certificate;
};
constexpr std::array kCertificates{CertificateName{"expired", BadCertificate::expired},
                                   CertificateName{"not-yet", BadCertificate::not_yet},
                                   CertificateName{"wrong-name", BadCertificate::wrong_name},
                                   CertificateName{"untrusted", BadCertificate::untrusted}};

bool read_certificate(std::string_view value, Faults& faults) {
  for (const CertificateName& one : kCertificates) {
    if (one.name == value) faults.tls.certificate = one.certificate;
    if (one.name == value) return true;
  }
  return false;
}

// The stream ends with a reply, or in its place.
template <ReplyFault kFault, TlsEnd kEnd>
bool read_end(std::string_view value, Faults& faults) {
  if (!read_count(value, faults.replies.after_replies)) return false;
  faults.replies.fault = kFault;
  faults.tls.end = kEnd;
  return true;
}

bool read_inject(std::string_view value, Faults& faults) {
  return read_count_above_0(value, faults.tls.inject_every);
}

constexpr std::array kSpecs{
    FaultSpec{"certificate", "KIND",
              "show a bad certificate: expired, not-yet (valid from tomorrow on), wrong-name, untrusted"
              " (another than that of --save-cert)",
              &read_certificate},
    FaultSpec{"truncate", "N", "under TLS, close without close_notify after N replies",
              &read_end<ReplyFault::close, TlsEnd::truncated>},
    FaultSpec{"cut-record", "N", "under TLS, close in the middle of a record after N replies",
              &read_end<ReplyFault::last, TlsEnd::in_record>},
};

constexpr std::array kUpgradeSpecs{
    FaultSpec{"inject", "N", "send a line in clear text after every N-th acceptance of TLS", &read_inject}};

}  // namespace

std::span<const FaultSpec> tls_faults() {
  return kSpecs;
}

std::span<const FaultSpec> upgrade_faults() {
  return kUpgradeSpecs;
}

}  // namespace backtalk::serve
