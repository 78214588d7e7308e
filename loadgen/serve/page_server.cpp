// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/page_server.hpp"

#include <algorithm>

#include "backtalk/http/field.hpp"
#include "serve/decimal.hpp"

namespace backtalk::serve {

using session::Closing;

namespace {

constexpr std::string_view kPlain = "text/plain; charset=utf-8";

}  // namespace

void PageServer::restart() {
  parser_.reset();
  output_.clear();
  closing_ = Closing::not_yet;
}

std::size_t PageServer::consume(std::string_view bytes) {
  if (over()) return bytes.size();
  parser_.feed(bytes);
  while (const http::RequestEvent* event = parser_.next()) {
    if (event->kind != http::RequestEvent::Kind::head) continue;
    answer(event->head);
    return bytes.size();
  }
  if (parser_.error())
    answer("400 Bad Request", {.content_type = std::string(kPlain), .body = "not a request\n"}, false);
  return bytes.size();
}

void PageServer::answer(const http::RequestHead& head) {
  const bool head_only = head.method == "HEAD";
  if (head.method != "GET" && !head_only)
    return answer("405 Method Not Allowed", {.content_type = std::string(kPlain), .body = "use GET\n"},
                  false);
  const std::string_view path = head.target.substr(0, head.target.find('?'));
  const Page page = find_(path, http::find_field(head.fields, "accept").value_or(""));
  if (page.content_type.empty())
    return answer("404 Not Found", {.content_type = std::string(kPlain), .body = "no such page\n"},
                  head_only);
  if (!page.made)
    return answer("503 Service Unavailable",
                  {.content_type = std::string(kPlain), .body = "not yet: try again\n"}, head_only);
  answer("200 OK", page, head_only);
}

// The client may have sent more than its request: a reset would destroy the answer.
void PageServer::answer(std::string_view status, const Page& page, bool head_only) {
  output_.append("HTTP/1.1 ").append(status).append("\r\nServer: backtalk\r\n");
  if (status.starts_with("405")) output_.append("Allow: GET, HEAD\r\n");
  output_.append("Content-Type: ").append(page.content_type).append("\r\nContent-Length: ");
  append_number(output_, page.body.size());
  output_.append("\r\nConnection: close\r\n\r\n");
  if (!head_only) output_.append(page.body);
  closing_ = Closing::when_client_ends;
}

}  // namespace backtalk::serve
