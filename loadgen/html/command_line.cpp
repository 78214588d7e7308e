// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "html/without_secrets.hpp"
#include "net/url.hpp"
#include "options/option_spec.hpp"
#include "options/setting.hpp"
#include "workload/load_option_table.hpp"
#include "workload/protocols.hpp"

namespace backtalk::html {
namespace {

using options::OptionSpec;
using options::Values;

std::string quoted(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + '\'';
}

// A command as long as a page shows one.
class Command {
 public:
  // A URL, if it is one: a saved result may have anything there, such as an option.
  void add_url(const std::string& url) {
    const bool is_url = std::holds_alternative<net::Url>(net::read_url(url));
    add(is_url ? quoted(without_query(url)) : "URL");
  }

  // If the value is not the default.
  void add(const OptionSpec& spec, const Values& asked, const Values& usual) {
    if (options::setting_of(spec, asked) == options::setting_of(spec, usual)) return;
    if (options::is_flag(spec)) add(spec.long_name());
    const bool is_field = spec.long_name() == "--header";
    for (const std::string& one : options::show(spec, asked))
      add(fmt::format("{} {}", spec.long_name(), quoted(is_field ? without_value(one) : one)));
  }

  void add(std::string_view words) {
    if (text_.size() + words.size() < kCommandMax) {
      text_.append(" ").append(words);
    } else {
      ++left_out_;
    }
  }

  // A shell takes the last words for a comment.
  [[nodiscard]] std::string text() const {
    if (left_out_ == 0) return text_;
    return fmt::format("{}  # too long for a page: {} more {}", text_, left_out_,
                       left_out_ == 1 ? "argument" : "arguments");
  }

 private:
  std::string text_ = "backtalk load";
  std::size_t left_out_ = 0;
};

void add_own(const result::RunResult& result, Command& out) {
  const workload::Protocol* const protocol = workload::find_protocol(result.protocol);
  if (protocol == nullptr) return;
  const std::shared_ptr<Values> asked = protocol->make_own();
  const std::shared_ptr<Values> usual = protocol->make_own();
  for (const options::OptionGroup& group : protocol->own_options) {
    for (const OptionSpec& spec : group.options) {
      const auto found = std::ranges::find(result.workload.own, spec.key, &result::Setting::name);
      if (spec.key.empty() || found == result.workload.own.end()) continue;
      if (!options::restore(spec, found->value, *asked)) out.add(spec, *asked, *usual);
    }
  }
}

}  // namespace

std::string command_line_of(const result::RunResult& result) {
  Command out;
  if (result.targets.empty()) out.add_url(result.url);
  std::string weights;
  for (const result::TargetCounts& one : result.targets) {
    out.add_url(one.url);
    weights += fmt::format("{}{}", weights.empty() ? "" : ",", one.weight);
  }
  if (!weights.empty()) out.add("--weight " + weights);
  const workload::LoadOptions usual;
  workload::each_common_setting([&](const OptionSpec& spec) {
    // The stages have both the rate and the time.
    const bool by_stages =
        !result.workload.stages.empty() && (spec.key == "rate_per_s" || spec.key == "duration_s");
    // That process is gone.
    if (!by_stages && spec.key != "server_pid") out.add(spec, result.workload, usual);
  });
  add_own(result, out);
  return out.text();
}

}  // namespace backtalk::html
