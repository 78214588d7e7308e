// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/roff.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace backtalk::cli {
namespace {

// groff shows `'`, `-`, `^` and the like as typographic characters, which a shell does not take.
std::string_view roff_name(char c) {
  switch (c) {
    case '\\': return "\\e";
    case '-': return "\\-";
    case '\'': return "\\(aq";
    case '`': return "\\(ga";
    case '"': return "\\(dq";
    case '^': return "\\(ha";
    case '~': return "\\(ti";
    default: return {};
  }
}

std::string in_roff(std::string_view text) {
  std::string roff;
  for (const char c : text) {
    const std::string_view name = roff_name(c);
    if (name.empty()) {
      roff += c;
    } else {
      roff += name;
    }
  }
  return roff;
}

std::string with_bold(std::string_view text) {
  std::string roff;
  while (!text.empty()) {
    const std::size_t open = text.find('`');
    const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
    if (close == std::string_view::npos) break;
    roff += in_roff(text.substr(0, open));
    roff += fmt::format("\\fB{}\\fR", in_roff(text.substr(open + 1, close - open - 1)));
    text.remove_prefix(close + 1);
  }
  return roff + in_roff(text);
}

// A line that begins with one of these is a request.
std::string guarded(std::string roff) {
  if (roff.starts_with('.')) roff.insert(0, "\\&");
  return roff;
}

// "delay=T: delay each reply": the name, in bold, and what it is. Lines of another form are whole.
std::string item(std::string_view line) {
  const std::string_view text = line.substr(std::min(line.find_first_not_of(' '), line.size()));
  const std::size_t colon = text.find(": ");
  if (colon == std::string_view::npos) return fmt::format(".TP\n{}\n", guarded(with_bold(text)));
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", in_roff(text.substr(0, colon)),
                     guarded(with_bold(text.substr(colon + 2))));
}

}  // namespace

std::string roff_line(std::string_view text) {
  return guarded(in_roff(text));
}

std::string roff_paragraph(std::string_view text) {
  const std::size_t end = text.find('\n');
  std::string roff = guarded(with_bold(text.substr(0, end))) + "\n";
  if (end == std::string_view::npos) return roff;
  roff += ".RS\n";
  for (text.remove_prefix(end + 1); !text.empty();) {
    const std::size_t next = text.find('\n');
    const std::string_view line = text.substr(0, next);
    // A line that begins another list.
    if (line.ends_with(':') && !line.starts_with(' ')) {
      roff += fmt::format(".RE\n.PP\n{}\n.RS\n", guarded(with_bold(line)));
    } else {
      roff += item(line);
    }
    if (next == std::string_view::npos) break;
    text.remove_prefix(next + 1);
  }
  return roff + ".RE\n";
}

}  // namespace backtalk::cli
