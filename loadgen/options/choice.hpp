// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An option that takes one of several words: each word with the value that it stands for.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace backtalk::options {

template <class Value>
struct Choice {
  std::string_view word;
  Value value;
};

/// The value of `word`; nothing if it is not one of `choices`.
template <class Value, std::size_t kCount>
[[nodiscard]] constexpr std::optional<Value> read_choice(const std::array<Choice<Value>, kCount>& choices,
                                                         std::string_view word) {
  for (const Choice<Value>& one : choices) {
    if (one.word == word) return one.value;
  }
  return std::nullopt;
}

/// The word for `value`, which has to be one of `choices`.
template <class Value, std::size_t kCount>
[[nodiscard]] constexpr std::string_view word_of(const std::array<Choice<Value>, kCount>& choices,
                                                 Value value) {
  for (const Choice<Value>& one : choices) {
    if (one.value == value) return one.word;
  }
  return {};
}

}  // namespace backtalk::options
