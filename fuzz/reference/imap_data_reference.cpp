// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "reference/imap_data_reference.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "backtalk/error.hpp"
#include "backtalk/imap/token.hpp"

namespace backtalk::reference {
namespace {

using imap::Token;
using Kind = imap::Token::Kind;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

constexpr std::uint64_t k32 = 4294967295;
constexpr std::uint64_t k63 = 9223372036854775807;

// The tokens as a tree.
struct Node {
  Kind kind = Kind::atom;
  std::string text;  // without escapes
  std::uint64_t offset = 0;
  std::vector<Node> in;

  [[nodiscard]] bool is(std::string_view word) const { return kind <= Kind::flag && lower(text) == word; }
  [[nodiscard]] bool list() const { return kind == Kind::list; }
  [[nodiscard]] bool nil() const { return kind == Kind::nil; }
  [[nodiscard]] bool string() const {
    return kind == Kind::quoted || kind == Kind::literal || kind == Kind::literal8;
  }
  [[nodiscard]] bool word() const { return kind == Kind::atom || kind == Kind::number; }
  [[nodiscard]] bool astring() const { return word() || string() || nil(); }
  // What may be the name of a pair.
  [[nodiscard]] bool name() const { return kind == Kind::atom || kind == Kind::section; }
};
using Nodes = std::vector<Node>;

Nodes tree(imap::Siblings row) {
  Nodes out;
  for (const Token& token : row) {
    Node& node = out.emplace_back();
    node.kind = token.kind;
    node.offset = token.offset;
    token.append_text(node.text);
    if (token.kind == Kind::list || token.kind == Kind::section) node.in = tree(imap::children(token));
  }
  return out;
}

// Reads a row of nodes and collects errors, of which the first in the stream counts.
class Reader {
 public:
  explicit Reader(Tolerances tolerances) : tolerances_(tolerances) {}

  [[nodiscard]] bool on(Tolerances tolerance) const { return tolerances_.has(tolerance); }

  void wrong(std::uint64_t offset, ErrorCode code = ErrorCode::wrong_shape) {
    if (!error_ || offset < error_.offset) error_ = {code, offset};
  }
  // Something is missing at the end: said only if nothing else is wrong.
  void missing(std::uint64_t offset) {
    if (!error_) error_ = {ErrorCode::wrong_shape, offset};
  }
  [[nodiscard]] const Error& error() const { return error_; }

  [[nodiscard]] std::string ending() const {
    return error_ ? "; " + std::string(backtalk::word(error_.code)) + "@" + std::to_string(error_.offset)
                  : "";
  }

  struct Number {
    std::optional<std::uint64_t> value;
    ErrorCode code = ErrorCode::none;
  };

  // number, nz-number, number64, mod-sequence-value. `size`: of octets or lines.
  [[nodiscard]] Number number(const Node& node, std::uint64_t min, std::uint64_t max,
                              bool size = false) const {
    if (!node.word()) return {{}, ErrorCode::wrong_shape};
    std::string digits = node.text;
    bool plain = all_digits(digits);
    if (!plain && digits.size() > 1 && digits[0] == '-' && all_digits(digits.substr(1))) {
      const bool has_place = min == 0 || max == 9223372036854775807 || on(tolerate::zero_numbers);
      if (!on(tolerate::negative_numbers) || !has_place) return {{}, ErrorCode::wrong_shape};
      return {0, ErrorCode::none};
    }
    if (!plain) {
      if (!size || !on(tolerate::exponents) || !expand(digits)) return {{}, ErrorCode::wrong_shape};
    }
    if (plain && min == 1 && max == k32 && digits.size() > 1 && digits[0] == '0' &&
        digits.find_first_not_of('0') != std::string::npos) {
      return {{}, ErrorCode::wrong_shape};  // digit-nz *DIGIT
    }
    std::uint64_t value = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (end.ec != std::errc{}) {
      return {{}, plain ? ErrorCode::number_out_of_range : ErrorCode::wrong_shape};
    }
    if ((value < min && !on(tolerate::zero_numbers)) || (value > max && !on(tolerate::large_numbers))) {
      return {{}, ErrorCode::number_out_of_range};
    }
    return {value, ErrorCode::none};
  }

  void take_number(const Node& node, std::uint64_t min, std::uint64_t max, std::optional<std::uint64_t>& out,
                   bool size = false) {
    const Number read = number(node, min, max, size);
    if (read.value) {
      out = read.value;
    } else {
      wrong(node.offset, read.code);
    }
  }

  [[nodiscard]] bool string(const Node& node) const {
    return node.string() || (node.nil() && on(tolerate::nil_strings));
  }

  // sequence-set = (seq-number / seq-range) *("," sequence-set), without "*": how many numbers it
  // has
  [[nodiscard]] std::optional<std::uint64_t> set(const Node& node) const {
    if (!node.word()) return {};
    std::string_view rest = node.text;
    const auto next = [&](std::uint64_t& out) {
      const std::size_t size = std::min(rest.find_first_not_of("0123456789"), rest.size());
      if (size == 0) return false;
      if (std::from_chars(rest.data(), rest.data() + size, out).ec != std::errc{}) return false;
      const bool leads = rest[0] == '0';
      rest.remove_prefix(size);
      if (leads && out != 0) return false;
      return (out != 0 || on(tolerate::zero_numbers)) && (out <= 4294967295 || on(tolerate::large_numbers));
    };
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t total = 0;
    while (true) {
      std::uint64_t first = 0;
      if (!next(first)) return {};
      std::uint64_t last = first;
      if (rest.starts_with(':')) {
        rest.remove_prefix(1);
        if (!next(last)) return {};
      }
      for (std::uint64_t more : {std::max(first, last) - std::min(first, last), std::uint64_t{1}}) {
        total = more > kMost - total ? kMost : total + more;
      }
      if (rest.empty()) return total;
      if (!rest.starts_with(',')) return {};
      rest.remove_prefix(1);
    }
  }

 private:
  // "9.37e+3" becomes "9370"; false if that is no integer.
  static bool expand(std::string& digits) {
    const std::size_t e = lower(digits).find('e');
    if (e == std::string::npos) return false;
    std::string mantissa = digits.substr(0, e);
    std::string exponent = digits.substr(e + 1);
    if (exponent.starts_with('+')) exponent.erase(0, 1);
    if (!all_digits(exponent)) return false;
    std::size_t fraction = 0;
    if (const std::size_t point = mantissa.find('.'); point != std::string::npos) {
      fraction = mantissa.size() - point - 1;
      if (point == 0 || fraction == 0) return false;
      mantissa.erase(point, 1);
    }
    if (!all_digits(mantissa)) return false;
    exponent.erase(0, std::min(exponent.find_first_not_of('0'), exponent.size() - 1));
    if (exponent.size() > 3) return false;
    const std::size_t shift = std::stoul(exponent);
    if (shift < fraction) return false;
    if (mantissa.find_first_not_of('0') != std::string::npos) mantissa.append(shift - fraction, '0');
    digits = mantissa;
    return true;
  }

  Tolerances tolerances_;
  Error error_;
};

std::string shown(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

// In names and values alternating: true if row[at], in the place of the value of row[at - 1],
// begins the next pair. `known`: row[at - 1] is a name with a value of known form, which is never a
// word.
template <class IsKnown>
bool begins_pair(const Nodes& row, std::size_t at, bool known, IsKnown is_known) {
  const Node& node = row[at];
  if (!node.name()) return false;
  const bool has_value = at + 1 < row.size() && !row[at + 1].name();
  if (is_known(node)) return known || has_value;
  const bool numeric =
      node.text.empty() || std::string_view("+-0123456789").find(node.text[0]) != std::string_view::npos;
  return known && has_value && !numeric;
}

// flag-list = "(" [flag *(SP flag)] ")"; flag-perm adds "\*"
std::string read_flag_list(const Node& list, bool permanent, Reader& reader) {
  constexpr std::array<std::string_view, 12> kFlags{"\\seen",   "\\answered", "\\flagged", "\\deleted",
                                                    "\\draft",  "\\recent",   "\\*",       "$forwarded",
                                                    "$mdnsent", "$junk",      "$notjunk",  "$phishing"};
  std::string bits(kFlags.size(), '0');
  if (!list.list()) {
    reader.wrong(list.offset);
    return bits;
  }
  for (const Node& flag : list.in) {
    const bool quoted = flag.string() && !flag.text.empty() && reader.on(tolerate::quoted_flags);
    const bool fits = flag.word() || flag.kind == Kind::flag || flag.nil() || quoted;
    const std::string name = lower(flag.text);
    if (!fits || (name == "\\*" && !permanent && !reader.on(tolerate::star_flag))) {
      reader.wrong(flag.offset);
      continue;
    }
    for (std::size_t i = 0; i < kFlags.size(); ++i) {
      if (name == kFlags[i]) bits[i] = '1';
    }
  }
  return bits;
}

// message-data = nz-number SP "FETCH" SP msg-att
// msg-att      = "(" (msg-att-dynamic / msg-att-static) *(SP ...) ")"
class FetchReader {
 public:
  explicit FetchReader(Tolerances tolerances) : tolerances_(tolerances) {}

  std::string read(const Nodes& data, std::uint64_t start) {
    const std::size_t name = data.size() > 1 && data[0].kind == Kind::number ? 1 : 0;
    if (data.size() < name + 2 || !data[name + 1].list()) {
      note({ErrorCode::wrong_shape, start});
      return ending();
    }
    const Reader reader(tolerances_);
    const auto number = reader.number(data[0], 1, k32);
    if (!number.value) note({number.code, data[0].offset});
    if (data[name + 1].in.empty() && !reader.on(tolerate::empty_fetch)) {
      note({ErrorCode::wrong_shape, data[name + 1].offset});
    }
    items(data[name + 1].in, 0);
    if (data.size() > name + 2) note({ErrorCode::wrong_shape, data[name + 2].offset});
    return out_ + ending();
  }

 private:
  void note(Error error) {
    if (!error_) error_ = error;
  }
  [[nodiscard]] std::string ending() const {
    return error_ ? "; " + std::string(word(error_.code)) + "@" + std::to_string(error_.offset) : "";
  }

  void invalid(std::uint64_t offset, ErrorCode code = ErrorCode::wrong_shape) {
    out_ += " !" + std::string(word(code)) + "@" + std::to_string(offset);
    note({code, offset});
  }

  static std::string attribute(const Node& name) {
    const std::string text = lower(name.text);
    if (name.kind == Kind::section) {
      return text == "body" || text == "binary" || text == "binary.size" ? text + "[]" : "";
    }
    constexpr std::array<std::string_view, 11> kNames{
        "uid",    "flags",         "modseq",      "internaldate",  "envelope",   "body",
        "rfc822", "bodystructure", "rfc822.size", "rfc822.header", "rfc822.text"};
    return std::ranges::find(kNames, text) != kNames.end() ? text : "";
  }

  // What is wrong with the brackets of a name, and what follows them.
  // section = "[" [HEADER / TEXT / HEADER.FIELDS[.NOT] (names) / 1.2[.MIME / .HEADER ...]] "]" ["<" number ">"]
  static Error section_of(const std::string& attr, const Node& name) {
    const auto wrong = [](const Node& node) { return Error{ErrorCode::wrong_shape, node.offset}; };
    std::size_t at = 0;
    const Nodes& in = name.in;
    if (at < in.size() && in[at].kind != Kind::origin) {
      if (!in[at].word()) return wrong(in[at]);
      std::string text = lower(in[at].text);
      bool has_part = false;
      while (!text.empty() && text[0] >= '1' && text[0] <= '9') {
        const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
        if (end == text.size()) {
          text.clear();
        } else {
          if (text[end] != '.' || end + 1 == text.size()) return wrong(in[at]);
          text.erase(0, end + 1);
        }
        has_part = true;
      }
      if (!text.empty() && attr != "body[]") return wrong(in[at]);
      const bool has_fields = text == "header.fields" || text == "header.fields.not";
      const bool known =
          text.empty() || text == "header" || text == "text" || has_fields || (text == "mime" && has_part);
      if (!known) return wrong(in[at]);
      ++at;
      if (has_fields) {
        if (at == in.size()) return wrong(name);
        if (!in[at].list() || in[at].in.empty()) return wrong(in[at]);
        for (const Node& field : in[at].in) {
          if (!field.astring()) return wrong(field);
        }
        ++at;
      }
    }
    if (at < in.size() && in[at].kind == Kind::origin && attr != "binary.size[]") {
      std::uint64_t origin = 0;
      const std::string& text = in[at].text;
      const auto end = std::from_chars(text.data(), text.data() + text.size(), origin);
      if (end.ec != std::errc{} || origin > k63) return {ErrorCode::number_out_of_range, in[at].offset};
      ++at;
    }
    return at < in.size() ? wrong(in[at]) : Error{};
  }

  // The value as text; nothing if it does not fit, with the error in `wrong`.
  std::optional<std::string> value_of(const std::string& name, const Node& value, Error& wrong) const {
    Reader reader(tolerances_);
    std::optional<std::uint64_t> number;
    const auto as_number = [&](std::uint64_t min, std::uint64_t max) -> std::optional<std::string> {
      reader.take_number(value, min, max, number, name != "uid");
      wrong = reader.error();
      return wrong ? std::nullopt : std::optional(shown(number));
    };
    if (name == "uid") return as_number(1, k32);
    if (name == "rfc822.size") return as_number(0, k63);
    if (name == "binary.size[]") return as_number(0, k32);
    wrong = {ErrorCode::wrong_shape, value.offset};
    if (name == "modseq") {
      if (!value.list() || value.in.empty()) return {};
      reader.take_number(value.in[0], 1, k63, number);
      if (!reader.error() && value.in.size() > 1) reader.wrong(value.in[1].offset);
      wrong = reader.error();
      return wrong ? std::nullopt : std::optional(shown(number));
    }
    const std::string place = "@" + std::to_string(value.offset);
    bool fits = true;
    if (name == "flags" || name == "envelope" || name == "body" || name == "bodystructure") {
      fits = value.list();
    } else if (name == "internaldate") {
      fits = value.string();
    } else if (!name.empty()) {
      fits = value.string() || value.nil();
    }
    return fits ? std::optional(place) : std::nullopt;
  }

  // `depth`: lists of items around these that are not the last in theirs.
  void items(const Nodes& row, int depth) {
    const auto known = [](const Node& node) { return !attribute(node).empty(); };
    const Reader reader(tolerances_);
    for (std::size_t at = 0; at < row.size();) {
      const Node& name = row[at++];
      const bool is_last = at == row.size();
      if (!name.name()) {
        const bool nested = reader.on(tolerate::nested_items) && name.list() && !name.in.empty();
        if (nested && (is_last || depth == 0)) {
          items(name.in, is_last ? depth : depth + 1);
          continue;
        }
        invalid(name.offset);
        if (!name.list() && !is_last && !row[at].list() && !row[at].name()) ++at;
        continue;
      }
      const std::string attr = attribute(name);
      Error wrong;
      std::optional<std::string> value;
      const bool missing = is_last || begins_pair(row, at, !attr.empty(), known);
      const Error section = name.kind == Kind::section && !attr.empty() ? section_of(attr, name) : Error{};
      if (!missing) value = value_of(attr, row[at], wrong);
      if (missing) {
        const bool nil = attr == "body[]" || attr == "binary[]" || attr.starts_with("rfc822");
        if (!nil || attr == "rfc822.size" || !reader.on(tolerate::missing_values)) {
          invalid(name.offset);
        } else if (section) {
          invalid(section.offset, section.code);
        } else {
          out_ += " " + attr + "=@0";
        }
        continue;
      }
      ++at;
      if (section) {
        invalid(section.offset, section.code);
      } else if (value) {
        out_ += " " + (attr.empty() ? "other" : attr) + "=" + *value;
      } else {
        invalid(wrong.offset, wrong.code);
      }
    }
  }

  Tolerances tolerances_;
  Error error_;
  std::string out_;
};

// A name of several words without quotes, as the offsets of its first and last; nothing if it is
// not tolerated, or if what is said in the line is not all in the line.
std::optional<std::string> several_words(const Nodes& all, std::size_t from, std::size_t to,
                                         const Reader& reader) {
  const auto has_literal = [](const auto& self, const Nodes& row) -> bool {
    return std::ranges::any_of(row, [&](const Node& node) {
      return node.kind == Kind::literal || node.kind == Kind::literal8 || self(self, node.in);
    });
  };
  if (!reader.on(tolerate::unquoted_names) || has_literal(has_literal, all)) return {};
  for (std::size_t i = from; i < to; ++i) {
    if (!all[i].word() && all[i].kind != Kind::flag && !all[i].nil()) return {};
  }
  return std::to_string(all[from].offset) + "-" + std::to_string(all[to - 1].offset);
}

// status-att-list = status-att-val *(SP status-att-val)
std::string read_status(const Nodes& arguments, std::uint64_t start, Tolerances tolerances) {
  struct Item {
    std::string_view name;
    std::uint64_t min, max;
  };
  static constexpr std::array<Item, 8> kItems{{{"messages", 0, k32},
                                               {"recent", 0, k32},
                                               {"uidnext", 1, k32},
                                               {"uidvalidity", 1, k32},
                                               {"unseen", 0, k32},
                                               {"deleted", 0, k32},
                                               {"size", 0, k63},
                                               {"highestmodseq", 0, k63}}};
  const auto find = [](const Node& node) {
    return static_cast<std::size_t>(
        std::ranges::find_if(kItems, [&](const Item& item) { return node.is(item.name); }) - kItems.begin());
  };
  const auto is_known = [&](const Node& node) { return find(node) < kItems.size(); };
  Reader reader(tolerances);
  std::string out = "-";
  const auto list = std::ranges::find_if(arguments, [](const Node& node) { return node.list(); });
  const auto named = list - arguments.begin();  // tokens before the list
  const auto words = named > 1 && list != arguments.end() && arguments[0].astring()
                         ? several_words(arguments, 0, static_cast<std::size_t>(named), reader)
                         : std::nullopt;
  if (words) {
    out = *words;
  } else if (named == 1 && arguments[0].astring()) {
    out = std::to_string(arguments[0].offset);
  } else if (named == 0) {
    if (arguments.empty()) reader.missing(start);
    if (!arguments.empty()) reader.wrong(arguments[0].offset);
  } else {
    reader.wrong(arguments[arguments[0].astring() && named > 1 ? 1 : 0].offset);
  }
  if (list == arguments.end()) {
    reader.missing(start);
    return out + reader.ending();
  }
  if (list + 1 != arguments.end()) reader.wrong((list + 1)->offset);
  std::array<std::optional<std::uint64_t>, kItems.size()> found;
  const Nodes& row = list->in;
  for (std::size_t at = 0; at < row.size();) {
    const Node& name = row[at++];
    if (name.kind != Kind::atom) {
      reader.wrong(name.offset);
      continue;
    }
    const std::size_t which = find(name);
    if (at == row.size() || begins_pair(row, at, which < kItems.size(), is_known)) {
      reader.wrong(name.offset);
      continue;
    }
    if (which < kItems.size())
      reader.take_number(row[at], kItems[which].min, kItems[which].max, found[which], name.is("size"));
    ++at;
  }
  for (const auto& number : found) out += " " + shown(number);
  return out + reader.ending();
}

// mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
//                [SP mbox-list-extended]
std::string read_listing(const Nodes& arguments, std::uint64_t start, Tolerances tolerances) {
  Reader reader(tolerances);
  std::size_t at = 0;
  const auto left = [&] { return arguments.size() - at; };
  const auto refuse = [&] {
    if (left() > 0) reader.wrong(arguments[at].offset);
    reader.missing(start);
  };
  std::string out;
  if (left() > 0 && arguments[at].list()) {
    for (const Node& attribute : arguments[at].in) {
      const bool quoted = attribute.string() && !attribute.text.empty() && reader.on(tolerate::quoted_flags);
      const bool named = attribute.kind == Kind::flag || quoted;
      if (named) out += lower(attribute.text) + ",";
      // "\" atom
      const bool fits = named && attribute.text.starts_with('\\') && attribute.text.size() > 1;
      if (!fits || attribute.text == "\\*") reader.wrong(attribute.offset);
    }
    ++at;
  } else {
    refuse();
    if (left() > 2) ++at;
  }
  const auto delimiter = [&]() -> std::optional<char> {
    if (left() == 0) return {};
    const Node& node = arguments[at];
    if (node.nil() || (node.kind == Kind::quoted && node.text.empty())) return '\0';
    if (node.kind != Kind::quoted || node.text.size() != 1) return {};
    return node.text[0];
  }();
  out += " " + std::to_string(static_cast<unsigned char>(delimiter.value_or('\0')));
  if (delimiter) {
    ++at;
  } else {
    refuse();
    if (left() > 1) ++at;
  }
  std::string name = " -";
  if (left() > 0 && arguments[at].astring()) {
    name = " " + std::to_string(arguments[at].offset);
  } else {
    refuse();
  }
  const std::size_t first = at;
  if (left() > 0) ++at;
  const std::size_t second = at;
  while (left() > 0 && !arguments[at].list()) ++at;
  if (at > second) {
    const auto words = name == " -" ? std::nullopt : several_words(arguments, first, at, reader);
    name = " " + words.value_or("-");
    if (!words) reader.wrong(arguments[second].offset);
  }
  if (left() > 0) {
    const Nodes& pairs = arguments[at++].in;
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
      if (!pairs[i].astring() || i + 1 == pairs.size()) reader.wrong(pairs[i].offset);
    }
    if (left() > 0) refuse();
  }
  return out + name + reader.ending();
}

// "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]
std::string read_search(const Nodes& arguments, Tolerances tolerances) {
  Reader reader(tolerances);
  std::string out;
  std::optional<std::uint64_t> modseq;
  bool ended = false;
  for (const Node& node : arguments) {
    if (node.list() && !node.in.empty() && node.in[0].is("modseq")) {
      ended = true;
      if (node.in.size() == 1) {
        reader.wrong(node.offset);
        continue;
      }
      reader.take_number(node.in[1], 1, k63, modseq);
      if (node.in.size() > 2) reader.wrong(node.in[2].offset);
      continue;
    }
    if (ended) reader.wrong(node.offset);
    std::optional<std::uint64_t> number;
    reader.take_number(node, 1, k32, number);
    if (number && node.kind != Kind::number) reader.wrong(node.offset);  // tolerated as a size only
    out += (node.kind == Kind::number ? "@" + std::to_string(node.offset) : "-") + " ";
  }
  return out + shown(modseq) + reader.ending();
}

// esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)
std::string read_extended_search(const Nodes& arguments, Tolerances tolerances) {
  Reader reader(tolerances);
  const auto is_known = [](const Node& node) {
    return node.is("all") || node.is("min") || node.is("max") || node.is("count") || node.is("modseq");
  };
  std::size_t at = 0;
  std::string out = "-";
  if (at < arguments.size() && arguments[at].list()) {
    const Nodes& in = arguments[at].in;
    const bool begins = in.size() >= 2 && in[0].is("tag") && reader.string(in[1]);
    if (begins) out = std::to_string(in[1].offset);
    if (!begins || in.size() != 2) reader.wrong(arguments[at].offset);
    ++at;
  }
  if (at < arguments.size() && arguments[at].is("uid")) {
    out += " uid";
    ++at;
  }
  std::optional<std::uint64_t> min;
  std::optional<std::uint64_t> max;
  std::optional<std::uint64_t> count;
  std::optional<std::uint64_t> modseq;
  std::optional<std::uint64_t> all;
  while (at < arguments.size()) {
    const Node& name = arguments[at++];
    if (name.kind != Kind::atom) {
      reader.wrong(name.offset);
      continue;
    }
    if (at == arguments.size() || begins_pair(arguments, at, is_known(name), is_known)) {
      if (!name.is("all") || !reader.on(tolerate::empty_sets)) reader.wrong(name.offset);
      continue;
    }
    const Node& value = arguments[at++];
    if (name.is("min")) reader.take_number(value, 1, k32, min);
    if (name.is("max")) reader.take_number(value, 1, k32, max);
    if (name.is("count")) reader.take_number(value, 0, k32, count);
    if (name.is("modseq")) reader.take_number(value, 1, k63, modseq);
    if (name.is("all")) {
      if (const auto set = reader.set(value)) {
        all = set;
      } else {
        reader.wrong(value.offset);
      }
    }
  }
  for (const auto& number : {min, max, count, modseq}) out += " " + shown(number);
  return out + " " + std::to_string(all.value_or(0)) + reader.ending();
}

// "VANISHED" [SP "(EARLIER)"] SP known-uids
std::string read_vanished(const Nodes& arguments, std::uint64_t start, Tolerances tolerances) {
  Reader reader(tolerances);
  std::size_t at = 0;
  bool earlier = false;
  if (at < arguments.size() && arguments[at].list()) {
    earlier = arguments[at].in.size() == 1 && arguments[at].in[0].is("earlier");
    if (!earlier) reader.wrong(arguments[at].offset);
    ++at;
  }
  std::optional<std::uint64_t> uids;
  if (at == arguments.size()) {
    if (!reader.on(tolerate::empty_sets)) reader.missing(start);
  } else {
    uids = reader.set(arguments[at]);
    if (!uids) reader.wrong(arguments[at].offset);
    if (at + 1 < arguments.size()) reader.wrong(arguments[at + 1].offset);
  }
  return (earlier ? "earlier " : "") + std::to_string(uids.value_or(0)) + reader.ending();
}

// quota_response = "QUOTA" SP astring SP quota_list
// quota_list     = "(" quota_resource *(SP quota_resource) ")"
std::string read_quota(const Nodes& arguments, std::uint64_t start, Tolerances tolerances) {
  Reader reader(tolerances);
  std::size_t at = 0;
  std::string out = "-";
  if (!arguments.empty() && arguments[0].astring()) {
    out = std::to_string(arguments[0].offset);
    ++at;
  } else {
    reader.wrong(arguments.empty() ? start : arguments[0].offset);
    if (arguments.size() > 1) ++at;
  }
  if (at == arguments.size() || !arguments[at].list()) {
    if (at < arguments.size()) reader.wrong(arguments[at].offset);
    reader.missing(start);
    return out + reader.ending();
  }
  if (at + 1 < arguments.size()) reader.wrong(arguments[at + 1].offset);
  const Nodes& row = arguments[at].in;
  for (std::size_t i = 0; i < row.size();) {
    const Node& name = row[i++];
    if (!name.astring() || name.kind == Kind::number) {
      reader.wrong(name.offset);
      continue;
    }
    std::vector<std::uint64_t> numbers;
    while (numbers.size() < 2) {
      if (i == row.size()) {
        reader.wrong(name.offset);
        break;
      }
      const auto number = reader.number(row[i], 0, k63);
      if (!number.value) {
        reader.wrong(row[i].offset, number.code);
        break;
      }
      numbers.push_back(*number.value);
      ++i;
    }
    if (numbers.size() == 2) out += " " + std::to_string(numbers[0]) + "/" + std::to_string(numbers[1]);
  }
  return out + reader.ending();
}

// id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil
std::string read_id(const Nodes& arguments, std::uint64_t start, Tolerances tolerances) {
  Reader reader(tolerances);
  if (arguments.empty() || (!arguments[0].list() && !arguments[0].nil())) {
    reader.wrong(arguments.empty() ? start : arguments[0].offset);
    return "0" + reader.ending();
  }
  if (arguments.size() > 1) reader.wrong(arguments[1].offset);
  const Nodes& pairs = arguments[0].in;
  const auto fits = [&](const Node& node) {
    const bool atom = node.kind == Kind::atom && !all_digits(node.text);
    return reader.string(node) || (atom && reader.on(tolerate::atoms_as_strings));
  };
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    if (!fits(pairs[i]) || i + 1 == pairs.size()) reader.wrong(pairs[i].offset);
    if (i + 1 < pairs.size() && !fits(pairs[i + 1]) && !pairs[i + 1].nil()) {
      reader.wrong(pairs[i + 1].offset);
    }
  }
  return std::to_string(pairs.size() / 2 * 2) + reader.ending();
}

// thread-list = "(" (thread-members / thread-nested) ")": "number<index of the parent" of each
class ThreadReader {
 public:
  explicit ThreadReader(Tolerances tolerances) : reader_(tolerances) {}

  std::string read(const Nodes& arguments) {
    for (const Node& node : arguments) {
      if (node.list() && !node.in.empty()) {
        list(node, "");
      } else {
        reader_.wrong(node.offset);
      }
    }
    return out_ + reader_.ending();
  }

 private:
  std::string add(const std::string& number, const std::string& parent) {
    out_ += number + "<" + parent + " ";
    return std::to_string(count_++);
  }

  void list(const Node& node, std::string before) {
    if (node.in[0].list()) before = add("-", before);
    for (const Node& member : node.in) {
      if (member.list() && !member.in.empty()) {
        list(member, before);
        continue;
      }
      if (member.list()) {
        reader_.wrong(member.offset);
        continue;
      }
      std::optional<std::uint64_t> number;
      reader_.take_number(member, 1, k32, number);
      before = add(shown(number), before);
    }
  }

  Reader reader_;
  std::string out_;
  std::size_t count_ = 0;
};

// resp-text-code
std::string read_code(const Nodes& tokens, Tolerances tolerances) {
  Reader reader(tolerances);
  const Node& name = tokens[0];
  const Nodes arguments(tokens.begin() + 1, tokens.end());
  if (name.kind != Kind::atom) return "";
  std::size_t at = 0;
  std::optional<std::uint64_t> number;
  std::optional<std::uint64_t> source;
  std::optional<std::uint64_t> uids;
  const auto take_number = [&](std::uint64_t max) {
    if (at == arguments.size()) {
      reader.missing(name.offset);
    } else {
      reader.take_number(arguments[at++], 1, max, number);
    }
  };
  const auto take_set = [&](std::optional<std::uint64_t>& out) {
    if (at == arguments.size()) {
      if (!reader.on(tolerate::empty_sets)) {
        reader.missing(name.offset);
        return false;
      }
      out = 0;
      return true;
    }
    out = reader.set(arguments[at]);
    if (!out) reader.wrong(arguments[at].offset);
    ++at;
    return out.has_value();
  };
  std::string flags;
  if (name.is("uidnext") || name.is("uidvalidity") || name.is("unseen")) {
    take_number(k32);
  } else if (name.is("highestmodseq")) {
    take_number(k63);
  } else if (name.is("appenduid")) {
    take_number(k32);
    take_set(uids);
  } else if (name.is("copyuid")) {
    take_number(k32);
    const bool fits = take_set(source);
    const std::size_t second = at;
    if (take_set(uids) && fits && *source != *uids) {
      if (second < arguments.size()) reader.wrong(arguments[second].offset);
      reader.missing(name.offset);
    }
  } else if (name.is("modified")) {
    take_set(uids);
  } else if (name.is("permanentflags")) {
    Reader inside(tolerances);
    if (arguments.empty()) {
      reader.wrong(name.offset);
    } else {
      if (!arguments[0].list()) reader.wrong(arguments[0].offset);
      flags = " flags " + read_flag_list(arguments[0], true, inside);
      flags += inside.ending();  // which the reading decides
      ++at;
    }
  } else {
    return "";
  }
  if (at < arguments.size()) reader.wrong(arguments[at].offset);
  return shown(number) + " " + std::to_string(source.value_or(0)) + " " + std::to_string(uids.value_or(0)) +
         reader.ending() + flags;
}

}  // namespace

std::string read_imap_data(const imap::Response& response, Tolerances tolerances) {
  if (response.error) return "";
  if (!response.code.empty()) {
    const std::string code = read_code(tree(imap::Siblings{response.code}), tolerances);
    return code.empty() ? code : "code " + code;
  }
  if (!response.untagged() || response.status != imap::Status::none || response.data.empty()) return "";
  const Nodes data = tree(imap::Siblings{response.data});
  const std::size_t name = data.size() > 1 && data[0].kind == Kind::number ? 1 : 0;
  const Nodes arguments(data.begin() + static_cast<std::ptrdiff_t>(name) + 1, data.end());
  const auto is = [&](std::string_view word) { return data[name].is(word); };
  if (is("fetch")) return "fetch" + FetchReader(tolerances).read(data, response.offset);
  if (is("status")) return "status " + read_status(arguments, response.offset, tolerances);
  if (is("list") || is("lsub")) return "list " + read_listing(arguments, response.offset, tolerances);
  if (is("search") || is("sort")) return "search " + read_search(arguments, tolerances);
  if (is("esearch")) return "esearch " + read_extended_search(arguments, tolerances);
  if (is("vanished")) return "vanished " + read_vanished(arguments, response.offset, tolerances);
  if (is("quota")) return "quota " + read_quota(arguments, response.offset, tolerances);
  if (is("id")) return "id " + read_id(arguments, response.offset, tolerances);
  if (is("thread")) return "thread " + ThreadReader(tolerances).read(arguments);
  if (is("flags")) {
    Reader reader(tolerances);
    if (arguments.empty()) {
      reader.wrong(response.offset);
      return "flags 000000000000" + reader.ending();
    }
    if (arguments.size() > 1) reader.wrong(arguments[1].offset);
    const std::string bits = read_flag_list(arguments[0], false, reader);
    return "flags " + bits + reader.ending();
  }
  return "";
}

}  // namespace backtalk::reference
