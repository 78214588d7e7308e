// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <array>
#include <optional>

#include "backtalk/imap/command_parser.hpp"
#include "backtalk/imap/write.hpp"
#include "targets/encoders.hpp"

namespace backtalk::fuzz {
namespace {

using imap::Token;

constexpr imap::Limits kRoomy{.line_octets_max = 4096,
                              .literal_octets_max = 4096,
                              .literal_gather_octets_max = 4096,
                              .response_octets_max = 16384,
                              .tokens_max = 256,
                              .depth_max = 12};

void append_utf8(std::string& text, std::uint32_t c) {
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += {static_cast<char>(0xC0U | c >> 6U), tail(c)};
  } else if (c < 0x10000) {
    text += {static_cast<char>(0xE0U | c >> 12U), tail(c >> 6U), tail(c)};
  } else {
    text += {static_cast<char>(0xF0U | c >> 18U), tail(c >> 12U), tail(c >> 6U), tail(c)};
  }
}

// Modified UTF-7 (RFC 3501 5.1.3), decoded bit by bit; nullopt for what it is not.
std::optional<std::string> decoded(std::string_view name) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] < ' ' || name[i] > '~') return std::nullopt;
    if (name[i] != '&') {
      text += name[i];
      continue;
    }
    const std::size_t end = name.find('-', i);
    if (end == std::string_view::npos) return std::nullopt;
    std::vector<bool> bits;
    for (const char c : name.substr(i + 1, end - i - 1)) {
      const std::size_t digit = kDigits.find(c);
      if (digit == std::string_view::npos) return std::nullopt;
      for (unsigned bit = 6; bit > 0; --bit) bits.push_back((digit >> (bit - 1) & 1U) != 0);
    }
    if (bits.empty()) text += '&';
    std::uint32_t high = 0;
    for (std::size_t at = 0; at + 16 <= bits.size(); at += 16) {
      std::uint32_t unit = 0;
      for (std::size_t bit = 0; bit < 16; ++bit) unit = unit << 1U | (bits[at + bit] ? 1U : 0U);
      if (unit >= 0xD800 && unit < 0xDC00) {
        high = unit;
      } else if (unit >= 0xDC00 && unit < 0xE000) {
        append_utf8(text, 0x10000 + ((high - 0xD800) << 10U) + (unit - 0xDC00));
      } else if (unit < 0x80 && unit >= ' ') {
        return std::nullopt;  // printable ASCII stands for itself
      } else {
        append_utf8(text, unit);
      }
    }
    i = end;
  }
  return text;
}

std::string meaning_of(const Token& token) {
  std::string text;
  token.append_text(text);
  return text;
}

// One argument of a command: what it is to be, and its value.
struct Argument {
  enum class Is : std::uint8_t {
    string,
    astring,
    nstring,
    literal8,
    mailbox,
    utf8_mailbox,
    flags,
    number,
    set
  };
  Is is;
  std::string value;
};

std::string describe(const Token& token, Argument::Is is) {
  switch (is) {
    case Argument::Is::string: return token.is_string() ? meaning_of(token) : "no string";
    case Argument::Is::literal8:
      return token.kind == Token::Kind::literal8 ? meaning_of(token) : "no literal8";
    case Argument::Is::nstring:
      return token.is_nil() ? "nil" : token.is_string() ? "=" + meaning_of(token) : "no nstring";
    case Argument::Is::mailbox: {
      const auto name = token.is_astring() && !token.is_nil() ? decoded(meaning_of(token)) : std::nullopt;
      return name ? *name : "no name in UTF-7";
    }
    case Argument::Is::flags: {
      std::string flags;
      for (const Token& flag : children(token)) {
        if (flag.kind > Token::Kind::flag) return "no flags";
        flags.append(flag.text).append(" ");
      }
      return token.is_list() ? flags : "no flags";
    }
    case Argument::Is::number: return token.is_number() ? std::string(token.text) : "no number";
    case Argument::Is::set: return std::string(token.text);
    case Argument::Is::astring:
    case Argument::Is::utf8_mailbox: break;
  }
  return token.is_astring() && !token.is_nil() ? meaning_of(token) : "no astring";
}

// A command that is being written, and what it is to say.
class Writing {
 public:
  explicit Writing(Report& report) : report_(&report) {}

  // `write` returns a Result<Written>; `octets` are those of its literal, if it becomes one.
  template <class Write>
  void string(Argument argument, std::string_view octets, Write write) {
    std::string one;
    bool announced = false;
    const bool written = writes(one, *report_, [&](Output& out) {
      const Result<imap::Written> done = write(out);
      if (done) announced = *done == imap::Written::announced;
      return done.error();
    });
    if (!written) return;
    if (announced) one.append(octets);
    add(std::move(argument), one);
  }
  template <class Write>
  void plain(Argument argument, Write write) {
    std::string one;
    if (writes(one, *report_, write)) add(std::move(argument), one);
  }

  std::string stream;
  std::vector<Argument> arguments;

 private:
  void add(Argument argument, const std::string& one) {
    stream.append(" ").append(one);
    arguments.push_back(std::move(argument));
  }

  Report* report_;
};

void read_command(const Writing& written, Comparison& seen) {
  imap::CommandParser parser(kRoomy);
  parser.feed(written.stream);
  while (const imap::Input* input = parser.next()) {
    if (input->kind == imap::Input::Kind::literal_wanted) continue;
    if (input->error) Comparison::add(seen.got, "error", word(input->error.code));
    Comparison::add(seen.got, input->tag, input->name);
    std::size_t at = 0;
    for (const Token& token : input->arguments) {
      if (at == written.arguments.size()) break;
      Comparison::add(seen.got, "argument", describe(token, written.arguments[at++].is));
    }
    Comparison::add(seen.got, "arguments", input->arguments.count());
  }
  if (parser.error()) Comparison::add(seen.got, "error", word(parser.error().code));
  if (parser.in_message()) seen.got += "more";
}

void write_strings(Values& values, imap::StringRules rules, Writing& writing) {
  using Is = Argument::Is;
  const std::string_view text = values.text();
  writing.string({Is::string, std::string(text)}, text,
                 [&](Output& out) { return imap::write_string(out, text, rules); });
  writing.string({Is::astring, std::string(text)}, text,
                 [&](Output& out) { return imap::write_astring(out, text, rules); });
  const std::string_view name = values.text();
  writing.string({rules.utf8 ? Is::utf8_mailbox : Is::mailbox, std::string(name)}, name,
                 [&](Output& out) { return imap::write_mailbox(out, name, rules); });
  std::optional<std::string_view> maybe;
  if (values.octet() % 2 != 0) maybe = values.text();
  writing.string({Is::nstring, maybe ? "=" + std::string(*maybe) : "nil"}, maybe.value_or(""),
                 [&](Output& out) { return imap::write_nstring(out, maybe, rules); });
  const std::string_view octets = values.text();
  writing.string({Is::literal8, std::string(octets)}, octets,
                 [&](Output& out) { return imap::write_literal8(out, octets, rules); });
  writing.string({Is::string, std::string(octets)}, octets,
                 [&](Output& out) { return imap::write_literal(out, octets, rules); });
}

void write_others(Values& values, Writing& writing) {
  using Is = Argument::Is;
  const std::array<std::string_view, 2> flags{values.text(), values.text()};
  const auto count = std::min<std::size_t>(values.octet() % 3, flags.size());
  std::string words;
  for (std::size_t i = 0; i < count; ++i) words.append(flags.at(i)).append(" ");
  writing.plain({Is::flags, words},
                [&](Output& out) { return imap::write_flags(out, std::span(flags).first(count)); });
  const std::uint64_t number = values.number();
  writing.plain({Is::number, std::to_string(number)},
                [&](Output& out) { return imap::write_number(out, number); });
  const auto small = [&values] { return static_cast<std::uint32_t>(values.number()); };
  const std::array<imap::NumberRange, 2> ranges{imap::NumberRange{small(), small()},
                                                imap::NumberRange{small(), imap::NumberRange::kStar}};
  const auto end = [](std::uint64_t n) { return n == imap::NumberRange::kStar ? "*" : std::to_string(n); };
  std::string set;
  for (const auto& [first, last] : ranges) {
    set.append(set.empty() ? "" : ",").append(end(first));
    if (first != last) set.append(":").append(end(last));
  }
  writing.plain({Is::set, set}, [&](Output& out) { return imap::write_sequence_set(out, ranges); });
}

}  // namespace

void try_imap_writers(Values& values, Report& report) {
  constexpr std::array kLiterals{imap::Literals::synchronizing, imap::Literals::minus, imap::Literals::plus};
  const unsigned flags = values.octet();
  const imap::StringRules rules{.literals = kLiterals.at(flags % kLiterals.size()),
                                .utf8 = (flags & 64U) != 0};
  Writing writing(report);
  Comparison seen;
  const std::string_view tag = values.text();
  const std::string_view name = values.text();
  // The parser gives only the first word of a name.
  if (name.find(' ') == std::string_view::npos &&
      writes(writing.stream, report, [&](Output& out) { return imap::begin_command(out, tag, name); })) {
    Comparison::add(seen.expected, tag, name);
  } else {
    writing.stream = (flags & 128U) != 0 ? "a UID FETCH" : "a X";
    Comparison::add(seen.expected, "a", (flags & 128U) != 0 ? "UID" : "X");
    if ((flags & 128U) != 0) writing.arguments.push_back({Argument::Is::astring, "FETCH"});
  }
  write_strings(values, rules, writing);
  write_others(values, writing);
  writing.stream += "\r\n";
  for (const Argument& argument : writing.arguments) {
    Comparison::add(seen.expected, "argument", argument.value);
  }
  Comparison::add(seen.expected, "arguments", writing.arguments.size());
  read_command(writing, seen);
  seen.report_to(report, writing.stream, "the command of IMAP that is read is not the one that was written");
}

}  // namespace backtalk::fuzz
