// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "tls/handles.hpp"

#include <openssl/err.h>

#include <new>
#include <system_error>

namespace backtalk::tls {

std::string take_reason() {
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(error)) return std::generic_category().message(ERR_GET_REASON(error));
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  return reason == nullptr ? "unknown error" : reason;
}

Bio reading(std::string_view text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) throw std::bad_alloc();
  return bio;
}

}  // namespace backtalk::tls
