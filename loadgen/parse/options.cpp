// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "parse/protocols.hpp"
#include "text/nearest.hpp"

namespace backtalk::parse {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionSpec;
using options::Problem;
using options::Values;

std::optional<std::size_t> read_count(std::string_view text) {
  std::size_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string quoted(std::string_view text) {
  return std::string(1, '\'').append(text).append(1, '\'');
}

std::vector<std::string> tolerance_names() {
  std::vector<std::string> names;
  for (const auto list : {tolerate::all(), tolerate::sets()}) {
    for (const auto& known : list) names.emplace_back(known.name);
  }
  return names;
}

Options& own(Values& values) {
  return static_cast<Options&>(values);
}

Problem read_tolerance(const std::string& name, Values& values) {
  if (const auto found = tolerate::by_name(name)) {
    own(values).tolerances = own(values).tolerances | *found;
    return std::nullopt;
  }
  const std::vector<std::string> known = tolerance_names();
  const auto meant = text::nearest(name, known);
  std::string problem = "unknown tolerance " + quoted(name) +
                        (meant ? "; did you mean " + quoted(*meant) + "? There are:" : "; use one of:");
  for (const std::string& one : known) problem.append(" ").append(one);
  return problem;
}

Problem read_chunk(const std::string& value, Values& values) {
  const auto count = read_count(value);
  if (!count || *count == 0) return "--chunk takes a positive number of bytes, not " + quoted(value);
  own(values).chunk = *count;
  return std::nullopt;
}

Problem read_limit(const std::string& value, Values& values) {
  const Protocol& protocol = *own(values).protocol;
  const std::size_t equals = value.find('=');
  const std::string name = value.substr(0, equals);
  if (equals == std::string::npos) return "--limit takes NAME=N, not " + quoted(value);
  if (std::ranges::find(protocol.limits, name) == protocol.limits.end()) {
    std::string problem = std::string(protocol.name) + " has no limit " + quoted(name) + "; use one of:";
    for (const auto known : protocol.limits) problem.append(" ").append(known);
    return problem;
  }
  const auto count = read_count(value.substr(equals + 1));
  if (!count || *count == 0) return "--limit " + name + "=N takes a positive number";
  own(values).limits.insert_or_assign(name, *count);
  return std::nullopt;
}

Problem read_pop3_multi(const std::string& value, Values& values) {
  constexpr std::string_view kForms = "01l";  // in the order of Pop3Multi::Form
  Pop3Multi found;
  if (value == "auto") {
    found.automatic = true;
  } else {
    for (std::size_t i = 0; i < value.size() || i == 0; i += 2) {
      const std::string flag = value.substr(i, 1);
      const std::string comma = value.substr(std::min(i + 1, value.size()), 1);
      const std::size_t form = flag.empty() ? kForms.size() : kForms.find(flag.front());
      if (form >= kForms.size() || (comma != "," && !comma.empty()) || i + 2 == value.size()) {
        return "--pop3-multi takes 'auto' or a 0, 1 or l for each reply, as in 0,l,1, not " + quoted(value);
      }
      found.forms.push_back(static_cast<Pop3Multi::Form>(form));
    }
  }
  own(values).pop3_multi = std::move(found);
  return std::nullopt;
}

constexpr kind::Word kProtocol{.words =
                                   [] {
                                     std::vector<std::string> names;
                                     for (const Protocol& one : protocols()) names.emplace_back(one.name);
                                     return names;
                                   },
                               .set =
                                   [](std::string_view name, Values& values) {
                                     own(values).protocol = find_protocol(name);
                                     return own(values).protocol != nullptr;
                                   },
                               .get =
                                   [](const Values& values) {
                                     const Protocol* const protocol =
                                         static_cast<const Options&>(values).protocol;
                                     return protocol == nullptr ? std::string_view() : protocol->name;
                                   }};

constexpr std::array kArguments{
    OptionSpec{.names = "PROTOCOL", .kind = kProtocol, .help = "Protocol of the input", .required = true},
    OptionSpec{"FILE",
               kind::Parsed{"TEXT",
                            [](const std::string& text, Values& values) {
                              own(values).file = text;
                              return Problem{};
                            }},
               "The server's bytes; standard input if omitted or -"},
};

constexpr std::array kOptions{
    OptionSpec{"--chunk", kind::Parsed{"N", &read_chunk},
               "Feed N bytes at a time; the output must not change"},
    OptionSpec{"--tolerate", kind::Parsed{"NAME", &read_tolerance, true, &tolerance_names},
               "Allow a deviation, see below; repeatable"},
    OptionSpec{"--limit", kind::Parsed{"NAME=N", &read_limit, true},
               "Set a limit of the parser, see below; repeatable"},
    OptionSpec{"--pop3-multi", kind::Parsed{"0,1,l,...|auto", &read_pop3_multi},
               "pop3: which replies after the greeting have several lines: a 1 for each that does, a 0 "
               "for each that does not, an l for a listing, which bare_lf may end (LIST, UIDL, CAPA); "
               "'auto': each +OK that is followed by lines that are not replies"},
    OptionSpec{"--http-request", kind::Flag{member<&Options::http_request>()},
               "http: the bytes are requests"},
    OptionSpec{"--http-head", kind::Flag{member<&Options::http_head>()},
               "http: the responses answer HEAD and have no body"},
    OptionSpec{"--http-connect", kind::Flag{member<&Options::http_connect>()},
               "http: the responses answer CONNECT, and 2xx opens a tunnel"},
};

constexpr auto kMake = &options::make_values<Options>;
constexpr std::array kGroups{options::OptionGroup{"Positionals", kArguments, kMake},
                             options::OptionGroup{"Options", kOptions, kMake}};

// `name` is without the hyphens.
const OptionSpec* find_option(std::string_view name) {
  const auto* const found = std::ranges::find_if(
      kOptions, [name](const OptionSpec& spec) { return spec.long_name().substr(2) == name; });
  return found == kOptions.end() ? nullptr : found;
}

}  // namespace

std::span<const options::OptionGroup> option_groups() {
  return kGroups;
}

std::size_t limit_or(const Options& options, std::string_view name, std::size_t otherwise) {
  const auto found = options.limits.find(name);
  return found == options.limits.end() ? otherwise : found->second;
}

std::string set_option(Options& options, const Protocol& protocol, std::string_view name,
                       std::string_view value) {
  const OptionSpec* const known = find_option(name);
  if (known == nullptr) return "unknown option --" + std::string(name);
  options.protocol = &protocol;
  return set(*known, std::array{std::string(value)}, options).value_or("");
}

}  // namespace backtalk::parse
