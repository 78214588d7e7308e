// SPDX-License-Identifier: Apache-2.0 OR MIT
// C++ values as the C interface has them, and back.
#pragma once

#include <string_view>

#include "backtalk/backtalk.h"
#include "backtalk/error.hpp"
#include "backtalk/result.hpp"

namespace backtalk::c {

// Never a null pointer: a slice of Rust must not have one.
[[nodiscard]] inline backtalk_view view_of(std::string_view text) noexcept {
  return {text.data() == nullptr ? "" : text.data(), text.size()};
}

[[nodiscard]] inline std::string_view text_of(backtalk_view view) noexcept {
  return view.data == nullptr ? std::string_view{} : std::string_view{view.data, view.size};
}

[[nodiscard]] inline std::string_view text_of(const char* text) noexcept {
  return text == nullptr ? std::string_view{} : std::string_view{text};
}

// Words and sentences are literals, or end where literals end: a NUL follows them.
[[nodiscard]] inline backtalk_error error_of(const Error& error) noexcept {
  return {word(error.code).data(), sentence(error.code).data(), error.offset};
}

// Without a word if there is none.
[[nodiscard]] inline backtalk_error error_or_none(const Error& error) noexcept {
  return error ? error_of(error) : backtalk_error{nullptr, nullptr, 0};
}

template <class T, class Value>
void set(T* out, const Value& value) noexcept {
  if (out != nullptr) *out = value;
}

// True, with the value given to `take`; or false, with the error.
template <class Value, class Take>
bool give(const Result<Value>& result, backtalk_error* error, Take take) noexcept {
  if (result) {
    take(*result);
    return true;
  }
  set(error, error_of(result.error()));
  return false;
}

// What a decoder says that could not be called.
inline bool refuse(backtalk_status status, backtalk_error* error) noexcept {
  const bool no_memory = status == BACKTALK_NO_MEMORY;
  set(error, backtalk_error{no_memory ? "no-memory" : "no-input", backtalk_status_sentence(status), 0});
  return false;
}

// What a decoder says that was given a token of another response, or of none.
inline bool refuse_token(backtalk_error* error) noexcept {
  set(error,
      backtalk_error{"no-input", "the token does not belong to the response that was returned last", 0});
  return false;
}

// What a decoder says that was given NULL.
inline bool refuse_null(backtalk_error* error) noexcept {
  set(error, backtalk_error{"no-input", "NULL was passed in place of what is to be decoded", 0});
  return false;
}

}  // namespace backtalk::c
