// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/imap_transcript.hpp"

#include <cstddef>
#include <span>
#include <vector>

#include "backtalk/imap/response_parser.hpp"
#include "parse/json_text.hpp"
#include "parse/parser_transcript.hpp"

namespace backtalk::parse {
namespace {

using imap::Response;
using imap::Token;

static_assert(sizeof(imap::Limits) == (kImapLimits.size()) * sizeof(std::size_t), "a limit has no name");

imap::Limits limits_of(const Options& options) {
  imap::Limits limits;
  const auto literal_octets_max = static_cast<std::size_t>(limits.literal_octets_max);
  limits.line_octets_max = limit_or(options, "line_octets_max", limits.line_octets_max);
  limits.literal_octets_max = limit_or(options, "literal_octets_max", literal_octets_max);
  limits.literal_gather_octets_max =
      limit_or(options, "literal_gather_octets_max", limits.literal_gather_octets_max);
  limits.response_octets_max = limit_or(options, "response_octets_max", limits.response_octets_max);
  limits.tokens_max = limit_or(options, "tokens_max", limits.tokens_max);
  limits.depth_max = limit_or(options, "depth_max", limits.depth_max);
  return limits;
}

// Prints rows of tokens. The tokens inside a list follow the list in the row, so a stack of end
// positions replaces recursion.
class TokenPrinter {
 public:
  /// `streamed` holds the literals of this response that arrived in pieces, in order.
  TokenPrinter(std::string& out, std::span<const std::string> streamed) : out_(out), streamed_(streamed) {}

  void print_row(std::span<const Token> row) {
    ends_.clear();
    out_ += '[';
    bool first = true;
    for (std::size_t at = 0; at < row.size();) {
      if (!first) out_ += ',';
      first = false;
      const Token& token = row[at];
      if (token.is_list()) {
        out_ += '[';
        ends_.push_back(at + token.span);
        first = true;
        ++at;
      } else {
        print_value(token);
        at += token.span;
      }
      while (!ends_.empty() && at == ends_.back()) {
        out_ += ']';
        ends_.pop_back();
        first = false;
      }
    }
    out_ += ']';
  }

 private:
  void print_value(const Token& token) {
    switch (token.kind) {
      case Token::Kind::number:
        if (token.text.size() > 1 && token.text.front() == '0') {
          print_named("atom", token.text);  // a JSON number would not preserve the spelling
        } else {
          out_ += token.text;
        }
        break;
      case Token::Kind::nil: out_ += "null"; break;
      case Token::Kind::quoted: print_named("quoted", text_of(token)); break;
      case Token::Kind::literal:
      case Token::Kind::literal8: print_named("literal", text_of(token)); break;
      case Token::Kind::section: print_named("atom", section_of(token)); break;
      default: print_named("atom", token.text); break;
    }
  }

  void print_named(std::string_view name, std::string_view text) {
    out_ += "{\"";
    out_ += name;
    out_ += "\":";
    append_string(out_, text);
    out_ += '}';
  }

  std::string_view text_of(const Token& token) {
    if (token.streamed) return streamed_[streamed_at_++];
    if (!token.escaped) return token.text;
    text_.clear();
    token.append_text(text_);
    return text_;
  }

  // BODY[HEADER.FIELDS (FROM TO)]<0>, exactly as it was sent if the names in it are atoms.
  std::string_view section_of(const Token& section) {
    section_.assign(section.text);
    section_ += '[';
    std::string origin;
    const std::span<const Token> inside = children(section).row();
    std::vector<std::size_t> ends;
    bool first = true;
    for (std::size_t at = 0; at < inside.size(); ++at) {
      for (; !ends.empty() && ends.back() == at; ends.pop_back()) section_ += ')';
      const Token& token = inside[at];
      if (token.kind == Token::Kind::origin) {
        origin = '<' + std::string(token.text) + '>';
        continue;
      }
      if (!first) section_ += ' ';
      first = token.is_list();
      if (token.is_list()) {
        section_ += '(';
        ends.push_back(at + token.span);
      } else {
        section_ += text_of(token);
      }
    }
    section_.append(ends.size(), ')');
    section_ += ']' + origin;
    return section_;
  }

  std::string& out_;
  std::span<const std::string> streamed_;
  std::size_t streamed_at_ = 0;
  std::vector<std::size_t> ends_;
  std::string text_;
  std::string section_;
};

class ImapTranscript final : public ParserTranscript<imap::ResponseParser> {
 public:
  ImapTranscript(const Options& options, std::string& out)
      : ParserTranscript(out, imap::ResponseParser(limits_of(options), options.tolerances)) {}

 private:
  void print_events() override {
    while (const Response* response = parser().next()) take(*response);
  }

  void take(const Response& response) {
    if (response.kind == Response::Kind::literal) {
      if (response.literal_left + response.literal.size() == response.literal_octets)
        streamed_.emplace_back();
      streamed_.back() += response.literal;
      return;
    }
    if (response.error) {
      refuse(response.error, answered(response));
    } else {
      print(response);
    }
    streamed_.clear();
  }

  // What is known of an invalid response: whoever waits for this tag has been answered.
  static std::string answered(const Response& response) {
    std::string keys;
    if (!response.tag.empty()) {
      keys += ",\"tag\":";
      append_string(keys, response.tag);
    }
    if (response.status != imap::Status::none) {
      keys += ",\"status\":\"";
      keys += word(response.status);
      keys += '"';
    }
    return keys;
  }

  void print(const Response& response) {
    constexpr std::array<std::string_view, 3> kTypes{"untagged", "tagged", "continuation"};
    output() += "{\"type\":\"";
    output() += kTypes[static_cast<std::size_t>(response.kind)];
    output() += "\",\"offset\":";
    append_number(output(), response.offset);
    if (response.tagged()) {
      output() += ",\"tag\":";
      append_string(output(), response.tag);
    }
    if (response.untagged() && response.status == imap::Status::none) {
      output() += ",\"data\":";
      TokenPrinter(output(), streamed_).print_row(response.data);
    } else {
      print_text(response);
    }
    output() += "}\n";
  }

  void print_text(const Response& response) {
    const bool has_status = response.status != imap::Status::none;
    if (has_status) {
      output() += ",\"status\":\"";
      output() += word(response.status);
      output() += '"';
    }
    if (has_status || !response.code.empty()) {
      output() += ",\"code\":";
      if (response.code.empty()) {
        output() += "null";
      } else {
        TokenPrinter(output(), streamed_).print_row(response.code);
      }
    }
    output() += ",\"text\":";
    append_string(output(), response.text);
  }

  std::vector<std::string> streamed_;
};

}  // namespace

std::unique_ptr<Transcript> make_imap_transcript(const Options& options, std::string& out) {
  return std::make_unique<ImapTranscript>(options, out);
}

}  // namespace backtalk::parse
