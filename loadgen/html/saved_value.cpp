// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/saved_value.hpp"

#include <boost/json.hpp>
#include <cmath>

namespace backtalk::html {
namespace {

constexpr std::size_t kItemsMax = 1000;
constexpr double kNumberLeast = 1e-15;
constexpr double kNumberMost = 1e15;

}  // namespace

SavedValue SavedValue::operator[](std::string_view key) const {
  const boost::json::object* const object = value_ == nullptr ? nullptr : value_->if_object();
  return SavedValue(object == nullptr ? nullptr : object->if_contains(key));
}

std::optional<double> SavedValue::number() const {
  if (value_ == nullptr || !value_->is_number()) return std::nullopt;
  const auto number = value_->to_number<double>();
  const double size = std::abs(number);
  return size == 0 || (size >= kNumberLeast && size <= kNumberMost) ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> SavedValue::count() const {
  if (value_ == nullptr || !value_->is_number()) return std::nullopt;
  boost::system::error_code not_whole;
  const auto count = value_->to_number<std::uint64_t>(not_whole);
  return not_whole ? std::nullopt : std::optional(count);
}

std::string SavedValue::text() const {
  const boost::json::string* const string = value_ == nullptr ? nullptr : value_->if_string();
  return string == nullptr ? std::string() : std::string(*string);
}

std::optional<bool> SavedValue::flag_if_any() const {
  const bool* const found = value_ == nullptr ? nullptr : value_->if_bool();
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::vector<SavedValue> SavedValue::items() const {
  std::vector<SavedValue> out;
  const boost::json::array* const array = value_ == nullptr ? nullptr : value_->if_array();
  if (array == nullptr) return out;
  for (const boost::json::value& one : *array) {
    if (out.size() == kItemsMax) break;
    out.emplace_back(&one);
  }
  return out;
}

std::vector<std::string> SavedValue::keys() const {
  std::vector<std::string> out;
  const boost::json::object* const object = value_ == nullptr ? nullptr : value_->if_object();
  if (object == nullptr) return out;
  for (const auto& one : *object) {
    if (out.size() == kItemsMax) break;
    out.emplace_back(one.key());
  }
  return out;
}

std::vector<std::string> SavedValue::texts() const {
  std::vector<std::string> out;
  for (const SavedValue& one : items()) {
    if (std::string text = one.text(); !text.empty()) out.push_back(std::move(text));
  }
  return out;
}

}  // namespace backtalk::html
