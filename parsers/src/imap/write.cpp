// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/write.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "imap/byte_classes.hpp"
#include "utf8.hpp"
#include "write_with.hpp"

namespace backtalk::imap {
namespace {

constexpr std::uint64_t kLiteralMinusMax = 4096;  // RFC 7888 5

constexpr bool is_atom_char(char c) {
  return (byte_class(c) & kAtomChar) != 0;
}

// True for an astring that is read as an atom or number by everybody: "~" may begin a literal8.
bool is_plain_atom(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_atom_char(c) && c != '~'; }) &&
         !ascii::equals_lowered(text, "nil");
}

// What a string needs to hold a value.
struct Needs {
  Error error;
  bool literal = false;
  std::size_t escapes = 0;  // backslashes that quoting adds
};

Needs look_at(std::string_view value, StringRules rules) {
  Needs found;
  for (std::size_t i = 0; i < value.size();) {
    const char c = value[i];
    std::size_t octets = 1;
    if (c == '\0') return {.error = unwritable_at(i)};
    if (static_cast<unsigned char>(c) >= 0x80) {
      octets = rules.utf8 ? utf8::first(value.substr(i)).octets : 0;
      if (octets == 0) {
        found.literal = true;
        octets = 1;
      }
    } else if ((c < ' ' && c != '\t') || c == 0x7F) {
      found.literal = true;
    } else if (c == '"' || c == '\\') {
      ++found.escapes;
    }
    i += octets;
  }
  return found;
}

bool waits(std::uint64_t octets, StringRules rules) {
  switch (rules.literals) {
    case Literals::synchronizing: break;
    case Literals::minus: return octets > kLiteralMinusMax;
    case Literals::plus: return false;
  }
  return true;
}

Result<Written> result_of(const Error& error, Written written) {
  if (error) return error;
  return written;
}

Result<Written> write_any_literal(Output& out, std::string_view mark, std::string_view octets,
                                  StringRules rules) {
  const Digits count(octets.size());
  if (!waits(octets.size(), rules)) {
    return result_of(write_parts(out, mark, count, "+}\r\n", octets), Written::whole);
  }
  return result_of(write_parts(out, mark, count, "}\r\n"), Written::announced);
}

Error write_quoted(Output& out, std::string_view value, std::size_t escapes) {
  const std::size_t octets = value.size() + escapes + 2;
  if (!out.has_room_for(octets)) return {ErrorCode::no_room, octets};
  out.add('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') out.add('\\');
    out.add(c);
  }
  out.add('"');
  return {};
}

// --- Modified UTF-7

// BASE64 of UTF-16, six bits at a time, with "," in place of "/" and without padding.
template <class Emit>
class Base64Run {
 public:
  explicit Base64Run(Emit& emit) : emit_(emit) {}

  void add(char32_t character) {
    if (character >= 0x10000) {
      character -= 0x10000;
      add_unit(0xD800U | static_cast<std::uint32_t>(character >> 10U));
      add_unit(0xDC00U | static_cast<std::uint32_t>(character & 0x3FFU));
    } else {
      add_unit(static_cast<std::uint32_t>(character));
    }
  }
  void end() {
    if (bits_ > 0) emit_digit(held_ << (6 - bits_));
    bits_ = held_ = 0;
  }

 private:
  void add_unit(std::uint32_t unit) {
    held_ = held_ << 16U | unit;
    for (bits_ += 16; bits_ >= 6; bits_ -= 6) emit_digit(held_ >> (bits_ - 6));
    held_ &= (1U << bits_) - 1;
  }
  void emit_digit(std::uint32_t digit) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    emit_(kDigits[digit & 0x3FU]);
  }

  Emit& emit_;
  std::uint32_t held_ = 0;
  unsigned bits_ = 0;
};

// Gives each octet of a name in modified UTF-7 to `emit` (RFC 3501 5.1.3): printable ASCII stands
// for itself, but for "&", which is "&-"; anything else is in BASE64 between "&" and "-".
template <class Emit>
Error encode_name(std::string_view name, Emit emit) {
  Base64Run<Emit> run(emit);
  bool in_run = false;
  for (std::size_t i = 0; i < name.size();) {
    const auto [character, octets] = utf8::first(name.substr(i));
    if (octets == 0 || character < 0x20 || character == 0x7F) return unwritable_at(i);
    if (octets > 1) {
      if (!in_run) emit('&');
      in_run = true;
      run.add(character);
    } else {
      if (in_run) {
        run.end();
        emit('-');
        in_run = false;
      }
      emit(name[i]);
      if (name[i] == '&') emit('-');
    }
    i += octets;
  }
  if (in_run) {
    run.end();
    emit('-');
  }
  return {};
}

Error check_utf8_name(std::string_view name) {
  return encode_name(name, [](char) {});
}

// seq-number = nz-number / "*"
bool is_seq_number(std::uint64_t number) {
  return number == NumberRange::kStar || (number > 0 && number <= NumberRange::kLargest);
}

}  // namespace

// tag = 1*<any ASTRING-CHAR except "+">
Error begin_command(Output& out, std::string_view tag, std::string_view name) {
  for (std::size_t i = 0; i < tag.size(); ++i) {
    if ((byte_class(tag[i]) & kTagChar) == 0 || tag[i] == '+') return unwritable_at(i);
  }
  if (tag.empty()) return unwritable_at(0);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool between = i > 0 && i + 1 < name.size() && name[i - 1] != ' ';
    if (!is_atom_char(name[i]) && !(name[i] == ' ' && between)) return unwritable_at(tag.size() + 1 + i);
  }
  if (name.empty()) return unwritable_at(tag.size() + 1);
  return write_parts(out, tag, " ", name);
}

Result<Written> write_string(Output& out, std::string_view value, StringRules rules) {
  const Needs needs = look_at(value, rules);
  if (needs.error) return needs.error;
  if (needs.literal) return write_any_literal(out, "{", value, rules);
  return result_of(write_quoted(out, value, needs.escapes), Written::whole);
}

Result<Written> write_astring(Output& out, std::string_view value, StringRules rules) {
  if (!is_plain_atom(value)) return write_string(out, value, rules);
  return result_of(write_parts(out, value), Written::whole);
}

Result<Written> write_nstring(Output& out, std::optional<std::string_view> value, StringRules rules) {
  if (value) return write_string(out, *value, rules);
  return result_of(write_parts(out, "NIL"), Written::whole);
}

Result<Written> write_literal(Output& out, std::string_view octets, StringRules rules) {
  const std::size_t nul = octets.find('\0');
  if (nul != std::string_view::npos) return unwritable_at(nul);
  return write_any_literal(out, "{", octets, rules);
}

Result<Written> write_literal8(Output& out, std::string_view octets, StringRules rules) {
  return write_any_literal(out, "~{", octets, rules);
}

Result<Written> announce_literal(Output& out, std::uint64_t octets, StringRules rules) {
  const bool announced = waits(octets, rules);
  const std::string_view end = announced ? "}\r\n" : "+}\r\n";
  return result_of(write_parts(out, "{", Digits(octets), end),
                   announced ? Written::announced : Written::whole);
}

Result<Written> write_mailbox(Output& out, std::string_view name, StringRules rules) {
  if (rules.utf8) {
    if (const Error error = check_utf8_name(name)) return error;
    return write_astring(out, name, rules);
  }
  std::size_t octets = 0;
  std::size_t escapes = 0;
  const Error error = encode_name(name, [&](char c) {
    ++octets;
    if (c == '"' || c == '\\') ++escapes;
  });
  if (error) return error;
  if (octets == name.size()) return write_astring(out, name, rules);
  octets += escapes + 2;
  if (!out.has_room_for(octets)) return Error{ErrorCode::no_room, octets};
  out.add('"');
  (void)encode_name(name, [&out](char c) {
    if (c == '"' || c == '\\') out.add('\\');
    out.add(c);
  });
  out.add('"');
  return Written::whole;
}

// flag = "\" atom / atom
Error write_flag(Output& out, std::string_view flag) {
  const std::size_t begin = flag.starts_with('\\') ? 1 : 0;
  for (std::size_t i = begin; i < flag.size(); ++i) {
    if (!is_atom_char(flag[i])) return unwritable_at(i);
  }
  if (flag.size() == begin || ascii::equals_lowered(flag, "nil")) return unwritable_at(0);
  return write_parts(out, flag);
}

Error write_flags(Output& out, std::span<const std::string_view> flags) {
  const std::size_t before = out.size();
  Error error = write_parts(out, "(");
  for (std::size_t i = 0; i < flags.size() && !error; ++i) {
    if (i > 0) error = write_parts(out, " ");
    if (!error) error = write_flag(out, flags[i]);
    if (error.code == ErrorCode::unwritable) error.offset = i;
  }
  if (!error) error = write_parts(out, ")");
  if (error) out.shorten(before);
  return error;
}

Error write_number(Output& out, std::uint64_t number) {
  return write_parts(out, Digits(number));
}

Error write_sequence_set(Output& out, std::span<const NumberRange> ranges) {
  if (ranges.empty()) return unwritable_at(0);
  const std::size_t before = out.size();
  const auto write_end = [&out](std::uint64_t number) {
    return number == NumberRange::kStar ? write_parts(out, "*") : write_parts(out, Digits(number));
  };
  Error error;
  for (std::size_t i = 0; i < ranges.size() && !error; ++i) {
    const auto [first, last] = ranges[i];
    if (!is_seq_number(first) || !is_seq_number(last)) {
      error = unwritable_at(i);
      break;
    }
    if (i > 0) error = write_parts(out, ",");
    if (!error) error = write_end(first);
    if (!error && first != last) error = write_parts(out, ":");
    if (!error && first != last) error = write_end(last);
  }
  if (error) out.shorten(before);
  return error;
}

}  // namespace backtalk::imap
