// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "targets/imap_wire.hpp"

#include "backtalk/imap/write.hpp"

#include <string_view>
#include <vector>

namespace backtalk::fuzz {
namespace {

using imap::Token;

// A server's literals do not wait for anything.
void write_literal(std::string_view mark, std::string_view octets, std::string& text) {
  Output out(text);
  out.add(mark);
  static_cast<void>(imap::announce_literal(out, octets.size()));
  out.add(octets);
}

// What a token is without what is inside it.
void write_token(const Token& token, std::string& out) {
  switch (token.kind) {
    case Token::Kind::atom:
    case Token::Kind::number:
    case Token::Kind::flag:
    case Token::Kind::nil:
    case Token::Kind::raw: out += token.text; break;
    case Token::Kind::quoted: out.append("\"").append(token.text).append("\""); break;
    case Token::Kind::literal: write_literal("", token.text, out); break;
    case Token::Kind::literal8: write_literal("~", token.text, out); break;
    case Token::Kind::list: out += '('; break;
    case Token::Kind::section: out.append(token.text).append("["); break;
    case Token::Kind::origin: out.append("<").append(token.text).append(">"); break;
  }
}

}  // namespace

void write_tokens(std::span<const Token> row, std::string& out) {
  struct Open {
    std::size_t end;
    char bracket;
  };
  std::vector<Open> open;
  const auto close_until = [&](std::size_t at) {
    for (; !open.empty() && open.back().end <= at; open.pop_back()) {
      if (open.back().bracket != 0) out += open.back().bracket;
    }
  };
  bool first = true;
  for (std::size_t at = 0; at < row.size(); ++at) {
    const Token& token = row[at];
    close_until(at);
    // "<0>" is the last child of its section, and stands behind the bracket.
    if (token.kind == Token::Kind::origin && !open.empty()) {
      out += open.back().bracket;
      open.back().bracket = 0;
      write_token(token, out);
      first = false;
      continue;
    }
    // Lists that followed each other without a space do so again: the decoders tell the difference.
    if (!first && (token.kind != Token::Kind::list || token.after_space)) out += ' ';
    write_token(token, out);
    first = token.kind == Token::Kind::list || token.kind == Token::Kind::section;
    if (token.kind == Token::Kind::list) open.push_back({at + token.span, ')'});
    if (token.kind == Token::Kind::section) open.push_back({at + token.span, ']'});
    if (first && token.span == 1) {
      close_until(at + 1);
      first = false;
    }
  }
  close_until(row.size());
}

std::string write_response(const imap::Response& response) {
  std::string out;
  out.append(response.tagged() ? response.tag : response.continuation() ? "+" : "*").append(" ");
  if (response.untagged() && response.status == imap::Status::none) {
    write_tokens(response.data, out);
    return out += "\r\n";
  }
  if (response.status != imap::Status::none) out.append(word(response.status)).append(" ");
  if (!response.code.empty()) {
    out += '[';
    write_tokens(response.code, out);
    out += "] ";
  }
  return out.append(response.text).append("\r\n");
}

}  // namespace backtalk::fuzz
