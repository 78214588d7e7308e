// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Reads untrusted JSON values. A value of the wrong kind is read as empty, and the first such
/// error is kept with the path of its key. Internal to this folder.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::result {

/// The most keys of an object, and the most strings of a list, that are accepted.
inline constexpr std::size_t kKeysMax = 1024;

/// The first error found in a text.
class Problem {
 public:
  /// `path` is the path of a key: "bytes.sent".
  void report(std::string_view path, std::string_view what);
  [[nodiscard]] const std::optional<std::string>& first() const { return first_; }

 private:
  std::optional<std::string> first_;
};

/// One value of the text and the path of its key. The text and the problem must outlive it.
class Field {
 public:
  /// `value` is null if the key is missing.
  Field(const boost::json::value* value, std::string path, Problem& problem)
      : value_(value), path_(std::move(path)), problem_(&problem) {}

  /// Returns the value of a key of this object. A missing key is reported when its value is read.
  [[nodiscard]] Field operator[](std::string_view key) const;

  [[nodiscard]] bool is_null() const { return value_ != nullptr && value_->is_null(); }
  [[nodiscard]] std::uint64_t count() const;
  /// Returns a number from 0 to 10^9, rounded to a multiple of 1 / `parts`: the parser of Boost
  /// 1.81 may lose the last digits of a decimal.
  [[nodiscard]] double number(double parts = 1e9) const;
  /// Reads seconds and returns nanoseconds.
  [[nodiscard]] std::uint64_t seconds() const;
  [[nodiscard]] bool flag() const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::vector<std::string> texts() const;

  template <class Value>
  [[nodiscard]] std::optional<Value> unless_null(Value (Field::*read)() const) const {
    return is_null() ? std::nullopt : std::optional<Value>((this->*read)());
  }

  /// Calls `visit(key, Field)` for each key of this object, in the order of the text.
  template <class Visit>
  void each_key(Visit visit) const {
    const boost::json::object* const object = value_ == nullptr ? nullptr : value_->if_object();
    if (object == nullptr || object->size() > kKeysMax)
      return reject("an object of 1024 keys at most is expected");
    for (const auto& one : *object)
      visit(std::string(one.key()), Field(&one.value(), path_of(one.key()), *problem_));
  }

  /// Calls `visit(Field)` for each element of this array, up to the first error in the text. An
  /// array of more than `elements_max` elements is an error.
  template <class Visit>
  void each(std::size_t elements_max, Visit visit) const {
    const boost::json::array* const array = value_ == nullptr ? nullptr : value_->if_array();
    if (array == nullptr) return reject("an array is expected");
    if (array->size() > elements_max) return reject("the array is too long");
    for (const boost::json::value& one : *array) {
      if (problem_->first()) return;
      visit(Field(&one, path_ + "[]", *problem_));
    }
  }

  [[nodiscard]] const boost::json::value* value() const { return value_; }
  /// Reports an error in this value.
  void reject(std::string_view what) const { problem_->report(path_, what); }

 private:
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const boost::json::value* value_;
  std::string path_;
  Problem* problem_;
};

}  // namespace backtalk::result
