// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/script_options.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "script/imaptest_profile.hpp"
#include "script/limits.hpp"
#include "script/read_script.hpp"
#include "script/shipped.hpp"
#include "workload/input_file.hpp"

namespace backtalk::workload {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionSpec;

constexpr std::array kOptions{OptionSpec{
    "--script", kind::Text{member<&ScriptOptions::script>(), "NAME"},
    "smtp, pop3, imap: what a transaction says: a script's name (smtp: send, login-send, verify, noop; "
    "lmtp: send, verify, noop; pop3: poll, which is the default, list, read, headers, session, specmail2001; "
    "imap: read, the default, noop, status, flags, headers, search, append, store, sync, idle, "
    "james-platform, imaptest-aggressive, imaptest-normal) or a file (docs/scripts.md)",
    "script"}};

std::optional<std::string> read_file(const std::string& path, std::string& text) {
  auto problem = read_input_file("--script", path, [&text](std::string_view piece) {
    text += piece;
    return text.size() <= script::kScriptOctetsMax;
  });
  return problem;
}

std::variant<session::Script, std::string> read_profile(std::string_view protocol, std::string_view name,
                                                        std::string_view text) {
  if (protocol != "imap")
    return fmt::format("--script {}: a profile of imaptest, which is a script of IMAP", name);
  const auto made = script::script_of_imaptest_profile(text);
  if (const auto* error = std::get_if<script::Error>(&made))
    return fmt::format("--script {}", script::show(name, *error));
  auto read = script::read_script(protocol, name, std::get<std::string>(made));
  if (const auto* error = std::get_if<script::Error>(&read))
    return fmt::format("--script {}: the script that this profile makes cannot be read: {}", name,
                       error->sentence);
  return std::get<session::Script>(std::move(read));
}

std::variant<session::Script, std::string> read_text(std::string_view protocol, std::string_view name,
                                                     std::string_view text) {
  auto read = script::read_script(protocol, name, text);
  if (const auto* error = std::get_if<script::Error>(&read))
    return fmt::format("--script {}", script::show(name, *error));
  return std::get<session::Script>(std::move(read));
}

}  // namespace

const options::OptionGroup& script_option_group() {
  static constexpr options::OptionGroup kGroup{"Scripts", kOptions, &options::make_values<ScriptOptions>};
  return kGroup;
}

std::variant<session::Script, std::string> script_of(const ScriptOptions& options, std::string_view protocol,
                                                     std::string_view preset) {
  const std::string name = options.script.empty() ? std::string(preset) : options.script;
  const auto found = script::look_up_shipped(protocol, name);
  if (const auto* const* shipped = std::get_if<const script::ShippedScript*>(&found)) {
    if ((*shipped)->protocol != protocol)
      return fmt::format("--script {}: a script of {}, and the URL is one of {}", name, (*shipped)->protocol,
                         protocol);
    return read_text(protocol, name, (*shipped)->text);
  }
  std::error_code failure;
  if (!std::filesystem::exists(name, failure))
    return fmt::format("--script {}: there is no such file, and {}", name, std::get<std::string>(found));
  std::string text;
  if (auto problem = read_file(name, text)) return *std::move(problem);
  if (script::is_imaptest_profile(text)) return read_profile(protocol, name, text);
  return read_text(protocol, name, text);
}

}  // namespace backtalk::workload
