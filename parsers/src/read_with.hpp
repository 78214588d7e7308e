// SPDX-License-Identifier: Apache-2.0 OR MIT
// Makes a Result of a function that fills a value and returns an error.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "backtalk/result.hpp"

namespace backtalk {

// The error of a text that stops matching its grammar at `offset`.
constexpr Error wrong_shape_at(std::size_t offset) noexcept {
  return {ErrorCode::wrong_shape, offset};
}

// `read` takes a T& and returns an Error. The value is constructed in place and never moved.
template <class T, class Read>
Result<T> read_with(Read read) {
  Result<T> result;
  result.set_error(read(result.partial()));
  return result;
}

// The same for a sequence of any length, which `read` appends to `room`.
template <class T, class Read>
Result<std::span<const T>> read_into(std::vector<T>& room, Read read) {
  room.clear();
  const Error error = read();
  Result<std::span<const T>> result{room};
  result.set_error(error);
  return result;
}

}  // namespace backtalk
