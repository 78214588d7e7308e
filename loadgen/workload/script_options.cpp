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

bool has_script(const options::Values&, const options::Values& own) {
  return !static_cast<const ScriptOptions&>(own).script.empty();
}

constexpr std::array kNeedsScript{options::Condition{&has_script, "without --script"}};

constexpr std::array kOptions{
    OptionSpec{
        "--script", kind::Text{member<&ScriptOptions::script>(), "NAME|FILE"},
        "smtp, lmtp, pop3, imap, http: what a transaction says: a script's name (smtp: send, login-send, "
        "verify, "
        "noop, probe, specmail2001; lmtp: send, verify, noop; pop3: poll, which is the default, list, read, "
        "headers, "
        "session, imaptest-delete, imaptest-keep, specmail2001; imap: read, the default, noop, status, "
        "flags, "
        "headers, search, append, store, sync, idle, james-platform, imaptest-aggressive, imaptest-normal; "
        "http: "
        "get) or a file (docs/scripts.md)",
        "script"},
    OptionSpec{"--exact", kind::Flag{member<&ScriptOptions::exact>()},
               "compare the text of every line `S:` of the script, and not only its code or status", "exact",
               kNeedsScript}};

std::optional<std::string> read_file(const std::string& path, std::string& text) {
  auto problem = read_input_file("--script", path, [&text](std::string_view piece) {
    text += piece;
    return text.size() <= script::kScriptOctetsMax;
  });
  return problem;
}

std::variant<session::Script, std::string> read_profile(const ScriptOptions& options,
                                                        std::string_view protocol, std::string_view name,
                                                        std::string_view text) {
  if (options.exact) return fmt::format("--exact has no effect with a profile of imaptest, such as {}", name);
  if (protocol != "imap" && protocol != "pop3")
    return fmt::format("--script {}: a profile of imaptest, which is a script of IMAP or POP3", name);
  const auto made = script::script_of_imaptest_profile(text, protocol);
  if (const auto* error = std::get_if<script::Error>(&made))
    return fmt::format("--script {}", script::show(name, *error));
  auto read = script::read_script(protocol, name, std::get<std::string>(made));
  if (const auto* error = std::get_if<script::Error>(&read))
    return fmt::format("--script {}: the script that this profile makes cannot be read: {}", name,
                       error->sentence);
  return std::get<session::Script>(std::move(read));
}

}  // namespace

const options::OptionGroup& script_option_group() {
  static constexpr options::OptionGroup kGroup{"Scripts", kOptions, &options::make_values<ScriptOptions>};
  return kGroup;
}

std::variant<ScriptText, std::string> script_text_of(const ScriptOptions& options, std::string_view protocol,
                                                     std::string_view preset) {
  ScriptText out{.name = options.script.empty() ? std::string(preset) : options.script, .text = {}};
  const auto found = script::look_up_shipped(protocol, out.name);
  if (const auto* const* shipped = std::get_if<const script::ShippedScript*>(&found)) {
    if ((*shipped)->protocol != protocol)
      return fmt::format("--script {}: a script of {}, and the URL is one of {}", out.name,
                         (*shipped)->protocol, protocol);
    out.text = (*shipped)->text;
    return out;
  }
  std::error_code failure;
  if (!std::filesystem::exists(out.name, failure))
    return fmt::format("--script {}: there is no such file, and {}", out.name, std::get<std::string>(found));
  if (auto problem = read_file(out.name, out.text)) return *std::move(problem);
  return out;
}

std::variant<session::Script, std::string> read_script_text(const ScriptOptions& options,
                                                            const ScriptText& script,
                                                            std::string_view protocol,
                                                            std::span<const script::Constant> constants) {
  auto read = script::read_script(protocol, script.name, script.text, constants, options.exact);
  if (const auto* error = std::get_if<script::Error>(&read))
    return fmt::format("--script {}", script::show(script.name, *error));
  return std::get<session::Script>(std::move(read));
}

std::variant<session::Script, std::string> script_of(const ScriptOptions& options, std::string_view protocol,
                                                     std::string_view preset) {
  auto text = script_text_of(options, protocol, preset);
  if (auto* problem = std::get_if<std::string>(&text)) return std::move(*problem);
  const auto& script = std::get<ScriptText>(text);
  if (script::is_imaptest_profile(script.text))
    return read_profile(options, protocol, script.name, script.text);
  return read_script_text(options, script, protocol);
}

}  // namespace backtalk::workload
