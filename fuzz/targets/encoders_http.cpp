// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <array>
#include <string>
#include <type_traits>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "backtalk/http/write.hpp"
#include "targets/encoders.hpp"

namespace backtalk::fuzz {
namespace {

constexpr http::Limits kRoomy{.head_octets_max = 4096,
                              .line_octets_max = 1024,
                              .fields_max = 16,
                              .trailer_octets_max = 1024,
                              .chunk_extension_octets_max = 64,
                              .interims_max = 4,
                              .expectations_max = 4};

std::string_view trimmed(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

void add_field(std::string& events, std::string_view name, std::string_view value) {
  Comparison::add(events, name, value);
}

// What follows the start line, and what it is to say.
struct Message {
  std::string stream;
  bool chunked = false;
  std::uint64_t octets = 0;
};
constexpr std::uint64_t kBodyMax = 64;  // a longer one is not written

// A head holds the odd fields too: Content-Length and the like by their names.
void write_fields(Values& values, http::HeadWriter& head, Comparison& seen, Message& message) {
  constexpr std::array<std::string_view, 4> kNames{"Content-Length", "transfer-encoding", "HOST", "Accept"};
  constexpr std::array<std::string_view, 6> kValues{"5", " 5 ", "chunked", "5, 5", "a.example:80", "Chunked"};
  for (unsigned count = values.octet() % 6; count > 0; --count) {
    const unsigned choice = values.octet();
    const std::string_view name = (choice & 1U) != 0 ? values.text() : kNames.at(choice / 2 % kNames.size());
    const unsigned other = values.octet();
    const std::string_view value = (other & 1U) != 0 ? values.text() : kValues.at(other / 2 % kValues.size());
    if (head.field(name, value)) continue;
    const auto lowered = [&] {
      std::string low(name);
      for (char& c : low) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      return low;
    }();
    if (lowered == "content-length") {
      message.octets = std::stoull(std::string(trimmed(value)));
      add_field(seen.expected, "Content-Length", std::to_string(message.octets));
    } else if (lowered == "transfer-encoding") {
      message.chunked = true;
      add_field(seen.expected, "Transfer-Encoding", "chunked");
    } else {
      add_field(seen.expected, name, trimmed(value));
    }
  }
}

template <class Parser>
void read_message(Parser& parser, std::string_view stream, Comparison& seen) {
  std::string body;
  const auto take = [&](const auto* event) {
    using Kind = std::remove_cvref_t<decltype(event->kind)>;
    switch (event->kind) {
      case Kind::head:
        if constexpr (requires { event->head.method; }) {
          Comparison::add(seen.got, event->head.method, event->head.target);
        } else {
          Comparison::add(seen.got, event->head.reason, event->head.status);
        }
        Comparison::add(seen.got, "minor", event->head.minor);
        for (const auto& [name, value] : event->head.fields) add_field(seen.got, name, value);
        break;
      case Kind::octets: body.append(event->octets); break;
      case Kind::end:
        Comparison::add(seen.got, "body", body);
        for (const auto& [name, value] : event->trailers) add_field(seen.got, name, value);
        body.clear();
        break;
      case Kind::opaque: Comparison::add(seen.got, "opaque", event->octets); break;
    }
  };
  parser.feed(stream);
  while (const auto* event = parser.next()) take(event);
  parser.finish();
  while (const auto* event = parser.next()) take(event);
  if (parser.error()) Comparison::add(seen.got, "error", word(parser.error().code));
}

void write_body(Values& values, Message& message, Comparison& seen, Report& report) {
  std::string body;
  if (!message.chunked) {
    if (message.octets > kBodyMax) return;
    body.assign(static_cast<std::size_t>(message.octets), 'x');
    message.stream.append(body);
  } else {
    for (unsigned count = values.octet() % 3; count > 0; --count) {
      const std::string_view chunk = values.text();
      writes(message.stream, report, [&](Output& out) { return http::write_chunk(out, chunk); });
      body.append(chunk);
    }
  }
  Comparison::add(seen.expected, "body", body);
  if (!message.chunked) return;
  const std::array<http::Field, 1> trailers{http::Field{values.text(), values.text()}};
  const bool has_trailers =
      writes(message.stream, report, [&](Output& out) { return http::write_last_chunk(out, trailers); });
  if (has_trailers) {
    add_field(seen.expected, trailers.front().name, trimmed(trailers.front().value));
  } else {
    writes(message.stream, report, [](Output& out) { return http::write_last_chunk(out); });
  }
}

void try_request(Values& values, Report& report) {
  const std::string_view method = values.text();
  const std::string_view target = values.text();
  const std::uint8_t minor = values.octet() % 2 != 0 ? 1 : 0;
  std::string line;
  const bool begins =
      writes(line, report, [&](Output& out) { return http::write_request_line(out, method, target, minor); });
  Message message;
  Comparison seen;
  Output out(message.stream);
  http::HeadWriter head(out);
  if (begins == static_cast<bool>(head.begin_request(method, target, minor))) {
    report.broken("a head begins otherwise than its line");
  }
  if (!begins) return;
  Comparison::add(seen.expected, method, target);
  Comparison::add(seen.expected, "minor", minor);
  const std::string_view name = values.text();
  const auto port = static_cast<std::uint16_t>(values.number());
  std::string authority;
  const bool hosted =
      writes(authority, report, [&](Output& to) { return http::write_authority(to, name, port); });
  if (hosted == static_cast<bool>(head.host(name, port))) report.broken("Host is not its authority");
  if (hosted) add_field(seen.expected, "Host", authority);
  write_fields(values, head, seen, message);
  if (head.end()) return;  // HTTP/1.1 without Host
  write_body(values, message, seen, report);
  http::RequestParser parser(kRoomy);
  read_message(parser, message.stream, seen);
  if (parser.in_message() != (message.octets > kBodyMax)) seen.got += "more";
  seen.report_to(report, message.stream, "the request that is read is not the one that was written");
}

void try_response(Values& values, Report& report) {
  const auto status = static_cast<std::uint16_t>(values.number() % 700);
  const std::string_view reason = values.text();
  const std::uint8_t minor = values.octet() % 2 != 0 ? 1 : 0;
  Message message;
  Comparison seen;
  Output out(message.stream);
  http::HeadWriter head(out);
  if (head.begin_response(status, reason, minor)) return;
  Comparison::add(seen.expected, reason, status);
  Comparison::add(seen.expected, "minor", minor);
  write_fields(values, head, seen, message);
  if (head.end()) report.broken("the head of a response cannot end");
  const bool bodiless = status < 200 || status == 204 || status == 304;
  if (!bodiless) {
    write_body(values, message, seen, report);
  } else if (status >= 200 || status == 101) {
    Comparison::add(seen.expected, "body", "");
  }
  http::ResponseParser parser(kRoomy);
  read_message(parser, message.stream, seen);
  seen.report_to(report, message.stream, "the response that is read is not the one that was written");
}

}  // namespace

void try_http_writers(Values& values, Report& report) {
  try_request(values, report);
  try_response(values, report);
}

}  // namespace backtalk::fuzz
