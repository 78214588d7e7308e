// SPDX-License-Identifier: Apache-2.0 OR MIT
// BACKTALK_HAS_ASAN: this is compiled with AddressSanitizer.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define BACKTALK_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BACKTALK_HAS_ASAN 1
#endif
#endif
