// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "parse/protocols.hpp"

namespace backtalk::parse {
namespace {

std::optional<std::size_t> read_count(std::string_view text) {
  std::size_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string quoted(std::string_view text) {
  return std::string(1, '\'').append(text).append(1, '\'');
}

std::string set_tolerance(Options& options, const Protocol&, std::string_view value) {
  if (const auto found = tolerate::by_name(value)) {
    options.tolerances = options.tolerances | *found;
    return {};
  }
  std::string complaint = "unknown tolerance " + quoted(value) + "; use one of:";
  for (const auto& known : tolerate::all()) complaint.append(" ").append(known.name);
  return complaint;
}

std::string set_chunk(Options& options, const Protocol&, std::string_view value) {
  const auto count = read_count(value);
  if (!count || *count == 0) return "--chunk takes a positive number of bytes, not " + quoted(value);
  options.chunk = *count;
  return {};
}

std::string set_limit(Options& options, const Protocol& protocol, std::string_view value) {
  const std::size_t equals = value.find('=');
  const std::string_view name = value.substr(0, equals);
  if (equals == std::string_view::npos) return "--limit takes NAME=N, not " + quoted(value);
  if (std::ranges::find(protocol.limits, name) == protocol.limits.end()) {
    std::string complaint = std::string(protocol.name) + " has no limit " + quoted(name) + "; use one of:";
    for (const auto known : protocol.limits) complaint.append(" ").append(known);
    return complaint;
  }
  const auto count = read_count(value.substr(equals + 1));
  if (!count || *count == 0) return "--limit " + std::string(name) + "=N takes a positive number";
  options.limits.insert_or_assign(std::string(name), *count);
  return {};
}

std::string set_pop3_multi(Options& options, const Protocol&, std::string_view value) {
  Pop3Multi found;
  if (value == "auto") {
    found.automatic = true;
  } else {
    for (std::size_t i = 0; i < value.size() || i == 0; i += 2) {
      const std::string_view flag = value.substr(i, 1);
      const std::string_view comma = value.substr(std::min(i + 1, value.size()), 1);
      if ((flag != "0" && flag != "1") || (comma != "," && !comma.empty()) || i + 2 == value.size()) {
        return "--pop3-multi takes 'auto' or a 0 or 1 for each reply, as in 0,1,1, not " + quoted(value);
      }
      found.flags.push_back(flag == "1");
    }
  }
  options.pop3_multi = std::move(found);
  return {};
}

std::string set_http_request(Options& options, const Protocol&, std::string_view) {
  options.http_request = true;
  return {};
}

std::string set_http_head(Options& options, const Protocol&, std::string_view) {
  options.http_head = true;
  return {};
}

struct Known {
  std::string_view name;
  bool takes_value;
  std::string (*set)(Options&, const Protocol&, std::string_view);
};

constexpr std::array kKnown{
    Known{"tolerate", true, &set_tolerance},
    Known{"chunk", true, &set_chunk},
    Known{"limit", true, &set_limit},
    Known{"pop3-multi", true, &set_pop3_multi},
    Known{"http-request", false, &set_http_request},
    Known{"http-head", false, &set_http_head},
};

}  // namespace

std::size_t limit_or(const Options& options, std::string_view name, std::size_t otherwise) {
  const auto found = options.limits.find(name);
  return found == options.limits.end() ? otherwise : found->second;
}

bool takes_value(std::string_view name) {
  const auto* const known = std::ranges::find(kKnown, name, &Known::name);
  return known != kKnown.end() && known->takes_value;
}

std::string set_option(Options& options, const Protocol& protocol, std::string_view name,
                       std::string_view value) {
  const auto* const known = std::ranges::find(kKnown, name, &Known::name);
  if (known == kKnown.end()) return "unknown option --" + std::string(name);
  return known->set(options, protocol, value);
}

}  // namespace backtalk::parse
