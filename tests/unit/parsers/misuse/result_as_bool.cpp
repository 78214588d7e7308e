// SPDX-License-Identifier: Apache-2.0 OR MIT
// A Result is true if there is a value, an Error if there is an error: only a condition asks them.
#include "backtalk/pop3/listing.hpp"

bool look(std::string_view line) {
  const auto listing = backtalk::pop3::read_scan_listing(line);
#ifdef MISUSE
  const bool good = listing;
#else
  const bool good = listing.has_value();
#endif
  return good;
}
