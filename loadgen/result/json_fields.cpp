// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/json_fields.hpp"

#include <fmt/format.h>

#include <cmath>

namespace backtalk::result {
namespace {

constexpr std::size_t kPathOctetsMax = 80;  // of a key, which an untrusted text chose
constexpr double kNumberMax = 1e9;          // in seconds: thirty years

}  // namespace

void Problem::report(std::string_view path, std::string_view what) {
  if (!first_) first_ = fmt::format("`{}`: {}", path.substr(0, kPathOctetsMax), what);
}

std::string Field::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

Field Field::operator[](std::string_view key) const {
  const boost::json::object* const object = value_ == nullptr ? nullptr : value_->if_object();
  return {object == nullptr ? nullptr : object->if_contains(key), path_of(key), *problem_};
}

std::uint64_t Field::count() const {
  if (value_ != nullptr && value_->is_uint64()) return value_->get_uint64();
  if (value_ != nullptr && value_->is_int64() && value_->get_int64() >= 0)
    return static_cast<std::uint64_t>(value_->get_int64());
  reject("a whole number from 0 to 2^64 - 1 is expected");
  return 0;
}

double Field::number(double parts) const {
  const double read = value_ != nullptr && value_->is_number() ? value_->to_number<double>() : -1;
  if (read >= 0 && read <= kNumberMax) return std::round(read * parts) / parts;
  reject("a number from 0 to 10^9 is expected");
  return 0;
}

std::uint64_t Field::seconds() const {
  const double read = value_ != nullptr && value_->is_number() ? value_->to_number<double>() : -1;
  if (read >= 0 && read <= kNumberMax)
    return static_cast<std::uint64_t>(std::llround(static_cast<long double>(read) * 1e9L));
  reject("a time in seconds, from 0 to 10^9, is expected");
  return 0;
}

bool Field::flag() const {
  if (value_ != nullptr && value_->is_bool()) return value_->get_bool();
  reject("true or false is expected");
  return false;
}

std::string Field::text() const {
  if (value_ != nullptr && value_->is_string()) return std::string(value_->get_string());
  reject("a string is expected");
  return {};
}

std::vector<std::string> Field::texts() const {
  std::vector<std::string> out;
  each(kKeysMax, [&out](const Field& one) { out.push_back(one.text()); });
  return out;
}

}  // namespace backtalk::result
