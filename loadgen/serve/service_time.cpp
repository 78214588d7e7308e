// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/service_time.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "text/duration.hpp"

namespace backtalk::serve {
namespace {

using Kind = ServicePlan::Kind;

// Removes the text before the first `end`, and that `end`, from the front of `text` and returns it
// without `end`; takes all of `text` if it has no `end`.
std::string_view take_until(std::string_view& text, char end) {
  const std::string_view taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), taken.size() + 1));
  return taken;
}

template <class Number>
bool read_whole(std::string_view text, Number& number) {
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} && stop == text.data() + text.size();
}

bool read_time(std::string_view text, std::uint64_t& ns) {
  const auto read = text::read_duration(text);
  ns = read.value_or(0);
  return read.has_value();
}

bool read_percentage(std::string_view text, double& share) {
  if (!text.ends_with('%') || !read_whole(text.substr(0, text.size() - 1), share)) return false;
  share /= 100;
  return share >= 0 && share <= 1;
}

bool read_share(std::string_view text, ServicePlan& plan) {
  return read_whole(take_until(text, '/'), plan.slow) && read_whole(text, plan.of) && plan.of > 0 &&
         plan.slow <= plan.of;
}

bool read_two_times(std::string_view& text, ServicePlan& plan) {
  return read_time(take_until(text, ':'), plan.ns) && read_time(take_until(text, ':'), plan.other_ns);
}

bool read_plan(std::string_view name, std::string_view rest, ServicePlan& plan) {
  if (name == "const") {
    plan.kind = Kind::constant;
    return read_time(rest, plan.ns);
  }
  if (name == "exp") {
    plan.kind = Kind::exponential;
    return read_time(rest, plan.ns);
  }
  if (name == "bimodal") {
    plan.kind = Kind::bimodal;
    return read_two_times(rest, plan) && read_percentage(rest, plan.other_share);
  }
  if (name == "slow-share") {
    plan.kind = Kind::slow_share;
    return read_two_times(rest, plan) && read_share(rest, plan);
  }
  return false;
}

}  // namespace

std::optional<ServicePlan> read_service(std::string_view text) {
  ServicePlan plan;
  const std::string_view name = take_until(text, ':');
  if (!read_plan(name, text, plan)) return std::nullopt;
  return plan;
}

// The seed is mixed: otherwise each connection would have the sequence of the previous one without
// its first number.
void ServiceTimes::restart(std::uint64_t connection) {
  random_ = session::SplitMix64(session::SplitMix64::nth(0, connection));
  is_slow_ = connection % plan_.of < plan_.slow;
}

// Uniform over (0, 1], so that the logarithm is finite and a probability of 0 never matches. The
// standard library's distributions differ between implementations.
double ServiceTimes::uniform() {
  return static_cast<double>((random_.next() >> 11) + 1) * 0x1p-53;
}

std::uint64_t ServiceTimes::draw() {
  switch (plan_.kind) {
    case Kind::none: return 0;
    case Kind::constant: return plan_.ns;
    case Kind::exponential:
      return static_cast<std::uint64_t>(-std::log(uniform()) * static_cast<double>(plan_.ns));
    case Kind::bimodal: return uniform() <= plan_.other_share ? plan_.other_ns : plan_.ns;
    case Kind::slow_share: return is_slow_ ? plan_.other_ns : plan_.ns;
  }
  return 0;
}

}  // namespace backtalk::serve
