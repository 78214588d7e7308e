// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One function object of several lambdas, for std::visit.
#pragma once

namespace backtalk::options {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace backtalk::options
