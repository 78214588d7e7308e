// SPDX-License-Identifier: Apache-2.0 OR MIT
// HTTP: heads of responses and requests, and bodies of 100 KB.
#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <utility>

#include "input.hpp"

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

// Like the request with which HTTP parsers have been timed for years: a browser's of 2010, 703
// octets, nine fields, one long cookie.
constexpr std::string_view kRequest =
    "GET /wp-content/uploads/2010/03/a-picture-of-something-in-pink.jpg HTTP/1.1\r\n"
    "Host: www.example.com\r\n"
    "User-Agent: Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10.6; ja-JP-mac; rv:1.9.2.3) Gecko/20100401 "
    "Firefox/3.6.3 Extension/0.9\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: ja,en-us;q=0.7,en;q=0.3\r\n"
    "Accept-Encoding: gzip,deflate\r\n"
    "Accept-Charset: Shift_JIS,utf-8;q=0.7,*;q=0.7\r\n"
    "Keep-Alive: 115\r\n"
    "Connection: keep-alive\r\n"
    "Cookie: wp_example_visits=2; wp_example_visit_lasttime=1269964800; "
    "__utma=123456789.1234567890.1234567890.1234567890.1234567890.1; "
    "__utmz=123456789.1234567890.1.1.utmccn=(referral)|utmcsr=reader.example.com|utmcct=/reader/|"
    "utmcmd=referral; padding=0123456789012345\r\n\r\n";

std::vector<std::string> different_requests() {
  constexpr std::array<std::string_view, 5> kMethods{"GET", "GET", "GET", "POST", "HEAD"};
  constexpr std::array<std::string_view, 4> kHosts{"example.com", "www.example.org", "cdn.assets.example.net",
                                                   "localhost:8080"};
  std::mt19937 random(1025);
  std::vector<std::string> all;
  for (int i = 0; i < 1024; ++i) {
    std::array<Pair, kFields.size()> fields = kFields;
    for (std::size_t k = fields.size() - 1; k > 0; --k) std::swap(fields[k], fields[random() % (k + 1)]);
    std::string head(kMethods[random() % kMethods.size()]);
    head += " /";
    for (std::size_t depth = random() % 5; depth > 0; --depth) {
      head.append(3 + random() % 12, static_cast<char>('a' + random() % 26)) += '/';
    }
    head += "index-" + std::to_string(random() % 100000) + " HTTP/1.1\r\n";
    append(head, {"Host", kHosts[random() % kHosts.size()]});
    const std::size_t count = 3 + random() % 7;
    for (std::size_t k = 0; k < count; ++k) append(head, fields[k]);
    all.push_back(head + "\r\n");
  }
  return all;
}

constexpr std::size_t kBodyOctets = 102400;

// Bodies are rarely one repeated letter: this is text with many different octets.
std::string body_octets() {
  std::mt19937 random(9);
  std::string body;
  while (body.size() < kBodyOctets) {
    for (std::size_t word = 3 + random() % 9; word > 0; --word)
      body += static_cast<char>('a' + random() % 26);
    body += random() % 12 == 0 ? '\n' : ' ';
  }
  body.resize(kBodyOctets);
  return body;
}

std::string with_length() {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(kBodyOctets) +
         "\r\n\r\n" + body_octets();
}

std::string chunked(std::size_t chunk_octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::string body = body_octets();
  std::string stream = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += chunk_octets) {
    const std::size_t size = std::min(chunk_octets, body.size() - at);
    std::string digits;
    for (std::size_t rest = size; rest > 0; rest /= 16) digits.insert(digits.begin(), kDigits[rest % 16]);
    stream.append(digits).append("\r\n").append(body, at, size).append("\r\n");
  }
  return stream + "0\r\n\r\n";
}

}  // namespace

std::vector<Input> http_inputs() {
  const std::vector<std::size_t> cuts{kWhole, kHalf, 64, 16, 1};
  const std::vector<std::size_t> body_cuts{kWhole, 16384, 1448};
  return {
      {.protocol = "http",
       .name = "a",
       .what = "an Apache response of 6 fields",
       .streams = {std::string(kApache)},
       .pieces = cuts},
      {.protocol = "http",
       .name = "b",
       .what = "an nginx response of 8 fields",
       .streams = {std::string(kNginx)},
       .pieces = cuts},
      {.protocol = "http",
       .name = "c",
       .what = "a large site's response of 28 fields",
       .streams = {large_response()},
       .pieces = cuts},
      {.protocol = "http",
       .name = "d",
       .what = "b, 100 times in one stream",
       .units = 100,
       .streams = {repeated(kNginx, 100)},
       .pieces = cuts},
      {.protocol = "http",
       .name = "e",
       .what = "a browser's request of 9 fields",
       .streams = {std::string(kRequest)},
       .pieces = cuts,
       .side = Side::client},
      {.protocol = "http",
       .name = "f",
       .what = "1,024 different responses in turn, too many for a branch predictor to learn",
       .streams = different_responses(),
       .pieces = cuts,
       .subject = "http-response"},
      {.protocol = "http",
       .name = "g",
       .what = "1,024 different requests in turn",
       .streams = different_requests(),
       .pieces = {kWhole, kHalf},
       .side = Side::client,
       .subject = "http-request"},
      {.protocol = "http",
       .name = "body-length",
       .what = "a response with Content-Length and a body of 100 KB",
       .unit = "body",
       .streams = {with_length()},
       .pieces = body_cuts},
      {.protocol = "http",
       .name = "body-chunked",
       .what = "a response with a body of 100 KB in chunks of 1,448 octets",
       .unit = "body",
       .streams = {chunked(1448)},
       .pieces = body_cuts},
      {.protocol = "http",
       .name = "body-chunked-16",
       .what = "a response with a body of 100 KB in chunks of 16 octets",
       .unit = "body",
       .streams = {chunked(16)},
       .pieces = {kWhole},
       .subject = "http-chunked"},
  };
}

}  // namespace backtalk::bench
