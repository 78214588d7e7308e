// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include "tls/handles.hpp"
#include "tls/settings.hpp"

namespace backtalk::tls {

// What the certificate says of itself. What cannot be read is empty.
[[nodiscard]] CertificateText text_of_certificate(const X509& certificate);

}  // namespace backtalk::tls
