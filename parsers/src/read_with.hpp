// SPDX-License-Identifier: Apache-2.0 OR MIT
// From a function that fills a value and returns an error to a Result.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "backtalk/result.hpp"

namespace backtalk {

// What a text is not of the form asked for, from the octet at `offset` on.
constexpr Error wrong_shape_at(std::size_t offset) noexcept {
  return {ErrorCode::wrong_shape, offset};
}

// `read` takes a T& and returns an Error. The value is made where the caller wants it, and never
// moved.
template <class T, class Read>
Result<T> read_with(Read read) {
  Result<T> result;
  result.set_error(read(result.partial()));
  return result;
}

// The same for a row of any length, which `read` appends to `room`.
template <class T, class Read>
Result<std::span<const T>> read_into(std::vector<T>& room, Read read) {
  room.clear();
  const Error error = read();
  Result<std::span<const T>> result{room};
  result.set_error(error);
  return result;
}

}  // namespace backtalk
