// SPDX-License-Identifier: Apache-2.0 OR MIT
// `return false` would be the value 0.
#include "backtalk/result.hpp"

backtalk::Result<int> read(int number) {
  if (number > 9) {
#ifdef MISUSE
    return false;
#else
    return backtalk::Error{backtalk::ErrorCode::number_out_of_range, 0};
#endif
  }
  return number;
}

backtalk::Result<bool> yes() {
  return true;
}
