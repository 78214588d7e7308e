// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/http_dialect.hpp"

#include <algorithm>

#include "backtalk/http/limits.hpp"
#include "session/base64.hpp"
#include "session/http_credentials.hpp"
#include "session/http_secret_fields.hpp"
#include "talk/text_of.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {
namespace {

// RFC 9110 15
std::string_view meaning_of_status(unsigned status) {
  switch (status / 100) {
    case 1: return "the answer follows later";
    case 2: return "done";
    case 3: return "elsewhere";
    case 4: return "the request is refused";
    case 5: return "the server failed";
    default: return "a class that HTTP does not have";
  }
}

std::string framing_of(const http::ResponseHead& head) {
  switch (head.framing) {
    case http::Framing::none: return "no body";
    case http::Framing::content_length: return text_of("a body of ", head.content_length, " octets");
    case http::Framing::chunked: return "a body in chunks";
    case http::Framing::close: return "a body up to the end of the connection";
  }
  return {};
}

// The name in a field line of credentials; empty in any other.
std::string_view credential_field_of(std::string_view line) {
  const std::string_view name = line.substr(0, std::min(line.find(':'), line.size()));
  return name.size() < line.size() && session::is_credential_field(name) ? name : std::string_view();
}

}  // namespace

bool HttpDialect::is_secret_field(std::string_view beginning) const {
  return at_ == At::head && !credential_field_of(beginning).empty();
}

Next HttpDialect::next() const {
  if (at_ != At::between) return Next::content;
  if (connects_ || due_ >= http::Limits{}.expectations_max) return Next::undecided;
  return Next::command;
}

std::string_view HttpDialect::inside() const {
  switch (at_) {
    case At::between: return {};
    case At::head:
    case At::broken: return "the head of a request, which an empty line ends";
    case At::body: return "a body, whose octets Content-Length has told";
    case At::chunks: return "a body, which a chunk of 0 octets and an empty line end";
  }
  return {};
}

Typed HttpDialect::type(std::string_view line, std::string& out) {
  if (at_ == At::body) return type_body(line, out);
  const std::string whole = std::string(line) + "\r\n";
  out.append(whole);
  if (tunnel_) return {.shown = std::string(line)};
  Typed typed = type_line(line);
  if (at_ == At::broken) {
    if (line.empty()) ask(method_);
  } else {
    read_request(whole);
  }
  return typed;
}

// What is left of the line behind a body begins the next request. A line end there is no part of
// anything.
Typed HttpDialect::type_body(std::string_view line, std::string& out) {
  const std::string whole = std::string(line) + "\r\n";
  const auto octets = static_cast<std::size_t>(std::min<std::uint64_t>(left_, whole.size()));
  out.append(whole, 0, octets);
  left_ -= octets;
  read_request(std::string_view(whole).substr(0, octets));
  const std::size_t taken = std::min(octets, line.size());
  return {.shown = std::string(line.substr(0, taken)), .taken = taken};
}

Typed HttpDialect::type_line(std::string_view line) {
  if (at_ == At::between && !line.empty()) {
    std::string_view rest = line;
    method_ = take_word(rest);
    at_ = At::head;
    if (auto typed = type_foreign_login(line)) return *std::move(typed);
  }
  // A field goes on in a line that begins with a blank (RFC 9112 5.2).
  if (!field_.empty() && line.find_first_of(kBlanks) == 0) return type_credentials(line, line);
  field_ = at_ == At::chunks ? std::string_view() : credential_field_of(line);
  return field_.empty() ? Typed{.shown = std::string(line)}
                        : type_credentials(line, line.substr(field_.size() + 1));
}

// They are at the end of the line.
Typed HttpDialect::type_credentials(std::string_view line, std::string_view credentials) {
  std::string_view secret = credentials;
  if (session::has_auth_scheme(field_)) take_word(secret);
  if (without_blanks(secret).empty()) secret = credentials;
  secret.remove_prefix(std::min(secret.find_first_not_of(kBlanks), secret.size()));
  if (secret.empty()) return {.shown = std::string(line)};
  const std::string_view before = line.substr(0, line.size() - secret.size());
  secret = without_blanks(secret);
  secrets_.add(secret);
  if (!session::has_auth_scheme(field_)) hide_cookies(secret);
  if (const auto basic = session::from_base64(secret); basic && basic->find(':') != std::string::npos)
    secrets_.add(std::string_view(*basic).substr(basic->find(':') + 1));
  return {.shown = std::string(before).append(kHidden)};
}

// A server may repeat one of them alone, or its value.
void HttpDialect::hide_cookies(std::string_view cookies) {
  session::HttpCredentials parts;
  parts.add_value(cookies);
  for (const std::string& one : parts.sent) secrets_.add(one);
  for (const std::string& one : parts.decoded) secrets_.add(one);
}

void HttpDialect::read_request(std::string_view octets) {
  using Kind = http::RequestEvent::Kind;
  requests_.feed(octets);
  while (const auto* event = requests_.next()) {
    if (event->kind == Kind::head) {
      left_ = event->head.content_length;
      at_ = event->head.framing == http::Framing::chunked ? At::chunks : At::body;
      ask(event->head.method);
    } else if (event->kind == Kind::end) {
      at_ = At::between;
    }
  }
  if (!requests_.error()) return;
  requests_.reset();
  const bool in_head = at_ == At::head;
  at_ = in_head ? At::broken : At::between;
  if (in_head && octets == "\r\n") ask(method_);
}

void HttpDialect::ask(std::string_view method) {
  const http::Method kind = http::method_of(method);
  static_cast<void>(parser_.expect(kind));
  connects_ = kind == http::Method::connect;
  if (at_ == At::broken) at_ = At::between;
  ++due_;
}

bool HttpDialect::hear(Heard& heard) {
  using Kind = http::ResponseEvent::Kind;
  const http::ResponseEvent* const event = parser_.next();
  if (event == nullptr) return false;
  heard = {};
  switch (event->kind) {
    case Kind::head: on_head(event->head, heard); break;
    case Kind::octets: body_octets_ += event->octets.size(); break;
    case Kind::opaque: break;
    case Kind::end:
      heard.end = parser_.offset();
      heard.complete = true;
      if (due_ > 0) --due_;
      if (body_octets_ > 0)
        heard.remarks.push_back(text_of("the body is complete: ", body_octets_, " octets"));
      if (!event->trailers.empty()) heard.remarks.push_back(text_of("trailers: ", event->trailers.size()));
      break;
  }
  return true;
}

void HttpDialect::on_head(const http::ResponseHead& head, Heard& heard) {
  heard.end = head.offset + head.octets;
  heard.complete = head.interim() || head.tunnel;
  body_octets_ = 0;
  std::string text = text_of(head.status, ": ", meaning_of_status(head.status));
  if (!head.interim()) text += "; " + framing_of(head);
  if (!head.interim() && !head.tunnel)
    text += head.keeps_connection() ? "; the connection stays open" : "; the connection ends with it";
  if (head.tunnel) text += "; what follows is not HTTP";
  heard.remarks.push_back(std::move(text));
  if (head.interim()) return;
  connects_ = false;
  accepted_ = head.status < 400;
  if (due_ == 0) {
    heard.warnings.emplace_back("nothing asked for this response");
    // A server that closes an idle connection may say so (RFC 9110 15.5.9).
    if (head.status != 408) confused_ = true;
  }
  if (head.tunnel) {
    tunnel_ = true;
    if (due_ > 0) --due_;
  }
}

}  // namespace backtalk::talk
