#include "http/inputs.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <utility>

namespace backtalk::bench {
namespace {

constexpr std::string_view kApache =
    "HTTP/1.1 200 OK\r\n"
    "Date: Wed, 21 Dec 2005 21:49:37 GMT\r\n"
    "Server: Apache/2.0.54 (Debian GNU/Linux) DAV/2 SVN/1.1.4 PHP/4.3.10-16\r\n"
    "X-Powered-By: PHP/4.3.10-16\r\n"
    "Content-Length: 0\r\n"
    "Connection: keep-alive\r\n"
    "Content-Type: text/html; charset=iso-8859-1\r\n\r\n";

constexpr std::string_view kNginx =
    "HTTP/1.1 200 OK\r\n"
    "Server: nginx/1.22.1\r\n"
    "Date: Sun, 22 Nov 2026 10:11:12 GMT\r\n"
    "Content-Type: text/html\r\n"
    "Content-Length: 0\r\n"
    "Last-Modified: Thu, 19 Nov 2026 08:00:00 GMT\r\n"
    "Connection: keep-alive\r\n"
    "ETag: \"655a1b80-267\"\r\n"
    "Accept-Ranges: bytes\r\n\r\n";

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array kFields{
    Pair{"Date", "Sun, 22 Nov 2026 10:11:12 GMT"},
    Pair{"Server", "nginx"},
    Pair{"Server", "Apache/2.4.57 (Debian)"},
    Pair{"Content-Type", "text/html; charset=utf-8"},
    Pair{"Content-Type", "application/json"},
    Pair{"Cache-Control", "max-age=0, private, must-revalidate"},
    Pair{"Expires", "Thu, 01 Jan 1970 00:00:00 GMT"},
    Pair{"ETag", "W/\"4a6f1d0b9a7c5e3f2b1a0c9d8e7f6a5b\""},
    Pair{"Last-Modified", "Thu, 19 Nov 2026 08:00:00 GMT"},
    Pair{"Accept-Ranges", "bytes"},
    Pair{"Connection", "keep-alive"},
    Pair{"Keep-Alive", "timeout=5, max=100"},
    Pair{"Vary", "Accept-Encoding"},
    Pair{"Vary",
         "X-PJAX, X-PJAX-Container, Turbo-Visit, Turbo-Frame, Accept-Encoding, Accept, X-Requested-With"},
    Pair{"X-Frame-Options", "deny"},
    Pair{"X-Content-Type-Options", "nosniff"},
    Pair{"X-XSS-Protection", "0"},
    Pair{"Referrer-Policy", "origin-when-cross-origin, strict-origin-when-cross-origin"},
    Pair{"Strict-Transport-Security", "max-age=31536000; includeSubdomains; preload"},
    Pair{"Set-Cookie", "session=8cZrT1w2QkS0vXq5; path=/; secure; HttpOnly; SameSite=Lax"},
    Pair{"Set-Cookie",
         "logged_in=no; domain=.example.com; path=/; expires=Mon, 22 Nov 2027 10:11:12 GMT; secure"},
    Pair{"Content-Language", "en-US"},
    Pair{"Content-Encoding", "gzip"},
    Pair{"X-Request-Id", "C0DE:3F2A:1B9C7D:2E4F6A:655DD1F0"},
    Pair{"Age", "12"},
    Pair{"Via", "1.1 varnish"},
    Pair{"X-Cache", "HIT"},
    Pair{"X-Served-By", "cache-fra-eddf8230041-FRA"},
    Pair{"Alt-Svc", "h3=\":443\"; ma=86400"},
    Pair{"Access-Control-Allow-Origin", "*"},
    Pair{"P3P", "CP=\"This is not a P3P policy\""},
};

constexpr std::string_view kPolicy =
    "default-src 'none'; base-uri 'self'; child-src github.example/assets-cdn/worker/ gist.example; "
    "connect-src 'self' "
    "uploads.example www.status.example collector.example raw.example api.example; font-src assets.example; "
    "form-action "
    "'self'; frame-ancestors 'none'; img-src 'self' data: assets.example media.example avatars.example";

void append(std::string& head, const Pair& field) {
  head.append(field.first).append(": ").append(field.second).append("\r\n");
}

std::string large_response() {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (std::size_t i = 0; i < 26; ++i) append(head, kFields[i]);
  append(head, {"Content-Security-Policy", kPolicy});
  return head + "Content-Length: 0\r\n\r\n";
}

std::vector<std::string> different_responses() {
  constexpr std::array<std::string_view, 6> kStatus{
      "200 OK", "200 OK", "404 Not Found", "302 Found", "500 Internal Server Error", "206 Partial Content"};
  std::mt19937 random(1024);
  std::vector<std::string> all;
  for (int i = 0; i < 1024; ++i) {
    std::array<Pair, kFields.size()> fields = kFields;
    for (std::size_t k = fields.size() - 1; k > 0; --k) std::swap(fields[k], fields[random() % (k + 1)]);
    std::string head = "HTTP/1.1 " + std::string(kStatus[random() % kStatus.size()]) + "\r\n";
    const std::size_t count = 4 + random() % 6;
    const std::size_t length_at = random() % count;
    for (std::size_t k = 0; k < count; ++k) {
      append(head, fields[k]);
      if (k == length_at) append(head, {"Content-Length", "0"});
    }
    all.push_back(head + "\r\n");
  }
  return all;
}

std::string repeated(std::string_view message, int times) {
  std::string stream;
  for (int i = 0; i < times; ++i) stream.append(message);
  return stream;
}

}  // namespace

const std::vector<HttpInput>& http_inputs() {
  static const std::vector<HttpInput> inputs{
      {"a", {std::string(kApache)}, 1},    {"b", {std::string(kNginx)}, 1}, {"c", {large_response()}, 1},
      {"d", {repeated(kNginx, 100)}, 100}, {"f", different_responses(), 1},
  };
  return inputs;
}

}  // namespace backtalk::bench
