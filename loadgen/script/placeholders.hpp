// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What stands in braces within the lines of a script.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "script/error.hpp"
#include "script/notation.hpp"
#include "script/words.hpp"
#include "session/command_template.hpp"
#include "session/exact_answer.hpp"

namespace backtalk::script {

/// A part of a client's line: `text` begins at octet `begin` of the line's text.
struct ClientText {
  const Line* line = nullptr;
  std::size_t begin = 0;
  std::string_view text;
  bool has_addresses = false;  ///< SMTP: "{from}" and "{to}" are placeholders
};

/// Adds the text to `out` with its placeholders: "{n}", "{user}", ..., "{{" for a brace.
[[nodiscard]] Problem read_client_text(const ClientText& text, const Words& words,
                                       session::CommandTemplate& out);

/// Takes off the beginning of `text` what stands for `octets` octets, or all of it if that is less,
/// and adds them to `out`. "{{" is one octet; there may be no placeholder, whose octets nobody
/// knows.
[[nodiscard]] Problem take_octets(ClientText& text, std::size_t octets, std::string& out);

/// A word that a line of the server keeps: "{count:=2}".
struct Kept {
  std::string_view name;
  unsigned word = 1;
  std::size_t at = 0;  ///< in the line's text
};

/// Everything else in the line stands for itself, but "{{count:=" for "{count:=".
[[nodiscard]] Problem read_kept(const Line& line, std::vector<Kept>& out);

/// Where "{count:=" begins in the text of a server's line, from `from` on; npos if nowhere.
[[nodiscard]] std::size_t find_kept(std::string_view text, std::size_t from = 0);

/// What a server said as a line of a script has it.
[[nodiscard]] std::string written_of_server(std::string_view said);
/// What the server says for the text of its line.
[[nodiscard]] std::string said_by_server(std::string_view text);
/// The same for a line that keeps words: the server says `word` in their place.
[[nodiscard]] std::string said_with_words(std::string_view text, std::string_view word);

/// The line as the server has to say it, where texts are compared. It has no mistakes that
/// `read_kept` would find.
[[nodiscard]] session::ExactLine exact_line(std::string_view written);

}  // namespace backtalk::script
