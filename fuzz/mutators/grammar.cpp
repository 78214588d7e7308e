// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mutators/grammar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace backtalk::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kNowhere = std::string::npos;

// A range of the input.
struct Place {
  std::size_t at = kNowhere;
  std::size_t size = 0;
  [[nodiscard]] bool found() const { return at != kNowhere; }
  [[nodiscard]] std::size_t end() const { return at + size; }
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Finds an occurrence of `what`, searching from a random position.
Place find(const std::string& input, std::string_view what, SplitMix64& random) {
  if (input.empty()) return {};
  std::size_t at = input.find(what, random.below(input.size()));
  if (at == kNowhere) at = input.find(what);
  return at == kNowhere ? Place{} : Place{at, what.size()};
}

Place run_of(const std::string& input, std::size_t at, bool (*belongs)(char)) {
  std::size_t end = at;
  while (end < input.size() && belongs(input[end])) ++end;
  return end > at ? Place{at, end - at} : Place{};
}

Place any_line(const std::string& input, SplitMix64& random) {
  if (input.empty()) return {};
  const std::size_t within = random.below(input.size());
  const std::size_t before = within == 0 ? kNowhere : input.rfind('\n', within - 1);
  const std::size_t at = before == kNowhere ? 0 : before + 1;
  return {at, std::min(input.find('\n', at), input.size() - 1) + 1 - at};
}

std::string in_base(std::uint64_t value, int base) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, base).ptr;
  return {text.data(), end};
}

// Makes a size that is right, slightly wrong, or as large as possible.
std::string size_like(std::size_t right, int base, SplitMix64& random) {
  switch (random.below(6)) {
    case 0: return in_base(right + 1 + random.below(3), base);
    case 1: return in_base(right - std::min<std::size_t>(right, 1 + random.below(3)), base);
    case 2: return base == 16 ? "ffffffffffffffff" : "18446744073709551615";
    case 3: return "0" + in_base(right, base);
    default: return in_base(right, base);
  }
}

// literal = "{" number "}" CRLF octets: the number, or the octets, so that they disagree or agree again.
bool change_literal(std::string& input, SplitMix64& random) {
  const Place brace = find(input, "{", random);
  if (!brace.found()) return false;
  const Place digits = run_of(input, brace.end(), is_digit);
  const std::size_t octets = input.find("}\r\n", brace.at);
  if (!digits.found() || octets == kNowhere) return false;
  std::size_t said = 0;
  std::from_chars(input.data() + digits.at, input.data() + digits.end(), said);
  const std::size_t begin = octets + 3;
  const std::size_t there = std::min(said, input.size() - begin);
  switch (random.below(3)) {
    case 0: input.replace(digits.at, digits.size, size_like(there, 10, random)); break;
    case 1: input.insert(begin + random.below(there + 1), 1 + random.below(4), 'x'); break;
    default:
      if (there == 0) return false;
      input.erase(begin + random.below(there), 1);
      break;
  }
  return true;
}

// Replaces a word by another kind of token.
bool change_token(std::string& input, SplitMix64& random) {
  constexpr std::array kTokens{"NIL"sv,        "\"\""sv,
                               "()"sv,         "(())"sv,
                               "{0}\r\n"sv,    "{3}\r\nabc"sv,
                               "~{1}\r\n\0"sv, "\"a\\\"b\\\\\""sv,
                               "4294967296"sv, "BODY[1.2.HEADER]<0>"sv,
                               "\\Seen"sv,     "[]"sv};
  const Place space = find(input, " ", random);
  if (!space.found()) return false;
  const std::size_t end = std::min(input.find_first_of(" \r\n)]", space.end()), input.size());
  input.replace(space.end(), end - space.end(), kTokens[random.below(kTokens.size())]);
  return true;
}

// Inserts a parenthesis, or a copy of a list, with or without another pair of parentheses.
bool change_nesting(std::string& input, SplitMix64& random) {
  const Place open = find(input, "(", random);
  if (!open.found()) return false;
  const std::size_t close = input.find(')', open.at);
  if (close == kNowhere || random.one_in(4)) {
    input.insert(open.at, 1, '(');
    return true;
  }
  const std::string list = input.substr(open.at, close + 1 - open.at);
  input.insert(open.at, random.one_in(2) ? list : "(" + list + ")");
  return true;
}

bool change_imap(std::string& input, SplitMix64& random) {
  switch (random.below(4)) {
    case 0:
    case 1: return change_literal(input, random);
    case 2: return change_token(input, random);
    default: return change_nesting(input, random);
  }
}

// Finds the beginning of the body of a message.
std::size_t body_of(const std::string& input, std::size_t from) {
  const std::size_t end = input.find("\r\n\r\n", from);
  return end == kNowhere ? kNowhere : end + 4;
}

bool change_length(std::string& input, SplitMix64& random) {
  const Place name = find(input, "Content-Length: ", random);
  if (!name.found()) return false;
  const Place digits = run_of(input, name.end(), is_digit);
  const std::size_t body = body_of(input, name.at);
  if (!digits.found() || body == kNowhere) return false;
  input.replace(digits.at, digits.size, size_like(input.size() - body, 10, random));
  return true;
}

// chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
bool change_chunk(std::string& input, SplitMix64& random) {
  constexpr std::array kBehind{";a=b"sv, " "sv, ";"sv, "x"sv, "\n"sv, "\r"sv, ";a=\"b\""sv};
  const Place line_end = find(input, "\r\n", random);
  if (!line_end.found()) return false;
  const Place size = run_of(input, line_end.end(), is_hex);
  if (!size.found() || size.size > 16) return false;
  const std::size_t data = input.find('\n', size.end());
  if (data == kNowhere) return false;
  const std::size_t next = std::min(input.find("\r\n", data + 1), input.size());
  if (random.one_in(4)) {
    input.insert(size.end(), kBehind[random.below(kBehind.size())]);
  } else {
    input.replace(size.at, size.size, size_like(next - data - 1, 16, random));
  }
  return true;
}

// Adds a field that affects the framing of the body, or a malformed field line, to a head.
bool add_field(std::string& input, SplitMix64& random) {
  constexpr std::array kFields{"Content-Length: 0\r\n"sv,
                               "Content-Length: 5\r\n"sv,
                               "Content-Length: 5, 5\r\n"sv,
                               "Content-Length: +5\r\n"sv,
                               "Transfer-Encoding: chunked\r\n"sv,
                               "Transfer-Encoding: gzip\r\n"sv,
                               "Transfer-Encoding: chunked, x\r\n"sv,
                               "Transfer-Encoding : chunked\r\n"sv,
                               "Transfer-Encoding:\tchunked\r\n"sv,
                               "Transfer-Encoding: x\r\n chunked\r\n"sv,
                               " folded\r\n"sv,
                               "\t\r\n"sv,
                               ": none\r\n"sv,
                               "Host: a\r\n"sv,
                               "Connection: close\r\n"sv};
  const Place line_end = find(input, "\r\n", random);
  if (!line_end.found()) return false;
  input.insert(line_end.end(), kFields[random.below(kFields.size())]);
  return true;
}

bool change_http(std::string& input, SplitMix64& random) {
  switch (random.below(4)) {
    case 0: return change_length(input, random);
    case 1:
    case 2: return change_chunk(input, random);
    default: return add_field(input, random);
  }
}

// Inserts a line of dots, or adds or removes a dot at the start of a line.
bool change_dots(std::string& input, SplitMix64& random) {
  constexpr std::array kLines{".\r\n"sv,   "..\r\n"sv,  ".\n"sv, "\n.\n"sv,
                              "\n.\r\n"sv, "\r.\r\n"sv, ".\r"sv, "...\r\n"sv};
  const Place line = any_line(input, random);
  if (!line.found()) return false;
  if (random.one_in(3)) {
    input.insert(line.at, 1, '.');
  } else if (random.one_in(3) && input[line.at] == '.') {
    input.erase(line.at, 1);
  } else {
    input.insert(random.one_in(2) ? line.at : line.end(), kLines[random.below(kLines.size())]);
  }
  return true;
}

// Swaps "250-" and "250 ", removes the separator, adds an enhanced code, or keeps only the code.
bool change_reply(std::string& input, SplitMix64& random) {
  constexpr std::array kBehind{"2.1.5 "sv, "2.1"sv, "5.0.0 "sv, "2.1.5"sv, "2.01.5 "sv};
  const Place line = any_line(input, random);
  if (!line.found() || line.size < 4 || !is_digit(input[line.at])) return false;
  char& separator = input[line.at + 3];
  switch (random.below(4)) {
    case 0: separator = separator == '-' ? ' ' : '-'; break;
    case 1: input.erase(line.at + 3, 1); break;
    case 2: input.insert(line.at + 4, kBehind[random.below(kBehind.size())]); break;
    default: input.replace(line.at, line.size, input.substr(line.at, 3) + "\r\n"); break;
  }
  return true;
}

// Changes the size of BDAT SP size: to the right one, or a wrong one.
bool change_bdat(std::string& input, SplitMix64& random) {
  const Place verb = find(input, "BDAT ", random);
  if (!verb.found()) return false;
  const Place digits = run_of(input, verb.end(), is_digit);
  const std::size_t data = input.find('\n', verb.at);
  if (!digits.found() || data == kNowhere) return false;
  input.replace(digits.at, digits.size, size_like(input.size() - data - 1, 10, random));
  return true;
}

bool change_smtp(std::string& input, SplitMix64& random) {
  switch (random.below(4)) {
    case 0: return change_dots(input, random);
    case 1: return change_bdat(input, random);
    default: return change_reply(input, random);
  }
}

// Adds a cut to the trailer, at a place where parsers are most likely to lose state.
bool add_cut(std::string& input, SplitMix64& random) {
  constexpr std::array kInside{"\r\n"sv, "\r\n."sv, "\r\n\r\n"sv, "}\r\n"sv, "\r\n..\r\n"sv};
  if (!input.ends_with('\n') || input.find("\n#! ") != kNowhere) return false;
  const std::string_view what = kInside[random.below(kInside.size())];
  const Place place = find(input, what, random);
  if (!place.found()) return false;
  input += "#! cuts=" + std::to_string(place.at + 1 + random.below(what.size()));
  return true;
}

}  // namespace

bool mutate_by_grammar(std::string& input, std::string_view protocol, SplitMix64& random) {
  if (random.one_in(8)) return add_cut(input, random);
  if (protocol == "imap") return change_imap(input, random);
  if (protocol == "http") return change_http(input, random);
  if (protocol == "pop3") return change_dots(input, random);
  if (protocol == "smtp") return change_smtp(input, random);
  return false;
}

}  // namespace backtalk::fuzz
