// SPDX-License-Identifier: Apache-2.0 OR MIT
// The header in C++, beside the C++ headers: it defines the same version.
#include <memory>

#include "backtalk/backtalk.h"
#include "backtalk/version.hpp"

int main() {
  const std::unique_ptr<backtalk_parser, decltype(&backtalk_parser_free)> parser(
      backtalk_parser_new(BACKTALK_HTTP_REQUESTS), &backtalk_parser_free);
  const bool same =
      backtalk::version() == backtalk_version() && backtalk_version_number() == BACKTALK_VERSION_NUMBER;
  return parser != nullptr && same ? 0 : 1;
}
