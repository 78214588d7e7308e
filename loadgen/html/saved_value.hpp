// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Values of a saved result that a page shows as they are. The file is not trusted: what is
/// missing, or of another kind, is as if it were null.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::html {

/// The text's value must outlive it.
class SavedValue {
 public:
  explicit SavedValue(const boost::json::value* value) : value_(value) {}

  [[nodiscard]] SavedValue operator[](std::string_view key) const;
  /// 0, or one between 10^-15 and 10^15, of either sign: no figure lies beyond, and charts can
  /// scale these. nullopt: there is none.
  [[nodiscard]] std::optional<double> number() const;
  /// A whole number that is not negative.
  [[nodiscard]] std::optional<std::uint64_t> count() const;
  /// Empty: there is none.
  [[nodiscard]] std::string text() const;
  /// False if there is none.
  [[nodiscard]] bool flag() const { return flag_if_any().value_or(false); }
  /// nullopt: there is none, as in a file that was saved before there was such a key.
  [[nodiscard]] std::optional<bool> flag_if_any() const;
  [[nodiscard]] bool is_array() const { return value_ != nullptr && value_->is_array(); }
  /// Of an array, at most a thousand.
  [[nodiscard]] std::vector<SavedValue> items() const;
  /// Of an object, in its order, at most a thousand.
  [[nodiscard]] std::vector<std::string> keys() const;
  /// The texts among the items.
  [[nodiscard]] std::vector<std::string> texts() const;

 private:
  const boost::json::value* value_;  // null: there is none
};

}  // namespace backtalk::html
