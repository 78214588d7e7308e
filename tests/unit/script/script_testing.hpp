// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Scripts as text, for the tests of their reader.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/read_script.hpp"
#include "session/captured_words.hpp"
#include "session/command_writer.hpp"

namespace backtalk::script::testing {

/// Lines, each with its LF.
inline std::string lines(std::initializer_list<std::string_view> all) {
  std::string text;
  for (const std::string_view line : all) text.append(line).append("\n");
  return text;
}

/// What scripts of HTTP have of the URL.
inline constexpr std::array kOfUrl{Constant{"host", "a.example:8080"}, Constant{"path", "/page{n}"}};

inline std::variant<session::Script, Error> read_as(std::string_view protocol, std::string_view text) {
  const auto constants = protocol == "http" ? std::span<const Constant>(kOfUrl) : std::span<const Constant>();
  return read_script(protocol, "test", text, constants);
}

/// A script that can be read; an empty one if it cannot, which is a failure of the test.
inline session::Script read(std::string_view protocol, std::string_view text) {
  auto read = read_as(protocol, text);
  if (const auto* error = std::get_if<Error>(&read)) {
    ADD_FAILURE() << show("test", *error) << "\nin\n" << text;
    return {};
  }
  return std::get<session::Script>(std::move(read));
}

/// What is wrong with it: "2:4: expected ..."; empty if nothing is.
inline std::string problem(std::string_view protocol, std::string_view text) {
  const auto read = read_as(protocol, text);
  const auto* const error = std::get_if<Error>(&read);
  if (error == nullptr) return "";
  return show("", *error).substr(1);
}

/// A template with placeholders filled in: 7, "someone", "secret", message 3, UID 30, and the words
/// "word0", "word1", ...
inline std::string filled_in(const session::CommandTemplate& text) {
  session::CapturedWords words(session::CapturedWords::kSlotsMax, 1);
  for (unsigned slot = 0; slot < session::CapturedWords::kSlotsMax; ++slot)
    words.keep(0, slot, "word" + std::to_string(slot));
  const session::NumberedPath from("from{n}@example.org");
  const session::NumberedPath to("to@example.org");
  session::SplitMix64 random(1);
  std::string out(session::CommandWriter::kCommandOctetsMax, '?');
  session::CommandWriter writer(out);
  EXPECT_TRUE(writer
                  .add(text, {.number = 7,
                              .user = "someone",
                              .password = "secret",
                              .random = &random,
                              .message_number = 3,
                              .uid = 30,
                              .from = &from,
                              .to = &to,
                              .captured = &words})
                  .end_line());
  return out.substr(0, writer.size() - 2);
}

/// The lines of commands, as they go out but for literals.
inline std::vector<std::string> sent(const std::vector<session::ScriptCommand>& commands) {
  std::vector<std::string> all;
  all.reserve(commands.size());
  for (const session::ScriptCommand& one : commands) all.push_back(filled_in(one.line));
  return all;
}

}  // namespace backtalk::script::testing
