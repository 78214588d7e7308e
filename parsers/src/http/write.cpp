// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/http/write.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "ascii.hpp"
#include "http/octets.hpp"
#include "write_with.hpp"

namespace backtalk::http {
namespace {

constexpr std::string_view kLength = "content-length";
constexpr std::string_view kCoding = "transfer-encoding";
constexpr std::string_view kHost = "host";
constexpr std::uint16_t kNoContent = 204;

// The error at the first octet of `text` that is not of this kind, counted from `offset`.
Error check_octets(std::string_view text, Octet kind, std::size_t offset) {
  const auto* const odd = std::ranges::find_if_not(text, [kind](char c) { return is(kind, c); });
  return odd == text.end() ? Error{} : unwritable_at(offset + static_cast<std::size_t>(odd - text.begin()));
}

Error check_name(std::string_view name) {
  return name.empty() ? unwritable_at(0) : check_octets(name, kToken, 0);
}

std::string_view without_space(std::string_view value) {
  while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
  return value;
}

constexpr std::string_view version(std::uint8_t minor) {
  return minor == 0 ? "HTTP/1.0" : "HTTP/1.1";
}

constexpr bool is_hex(char c) {
  return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'f');
}

// IPv6address = of hexadecimal digits, colons and dots (RFC 3986 3.2.2)
Error check_ipv6(std::string_view address, std::size_t offset) {
  const auto* const odd =
      std::ranges::find_if_not(address, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  if (odd != address.end()) return unwritable_at(offset + static_cast<std::size_t>(odd - address.begin()));
  return address.find(':') == std::string_view::npos ? unwritable_at(offset) : Error{};
}

// reg-name = *( unreserved / pct-encoded / sub-delims ); an IPv4 address has the same octets
Error check_reg_name(std::string_view name) {
  constexpr std::string_view kOthers = "-._~!$&'()*+,;=";
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool coded = name[i] == '%' && i + 2 < name.size() && is_hex(name[i + 1]) && is_hex(name[i + 2]);
    if (!coded && !ascii::is_alnum(name[i]) && kOthers.find(name[i]) == std::string_view::npos) {
      return unwritable_at(i);
    }
  }
  return {};
}

}  // namespace

Error write_request_line(Output& out, std::string_view method, std::string_view target, std::uint8_t minor) {
  if (const Error error = check_name(method)) return error;
  if (target.empty()) return unwritable_at(method.size() + 1);
  if (const Error error = check_octets(target, kVisible, method.size() + 1)) return error;
  return write_parts(out, method, " ", target, " ", version(minor), "\r\n");
}

Error write_status_line(Output& out, std::uint16_t status, std::string_view reason, std::uint8_t minor) {
  constexpr std::size_t kReasonAt = std::string_view("HTTP/1.1 200 ").size();
  if (status < 100 || status > 599) return {ErrorCode::number_out_of_range, 0};
  if (const Error error = check_octets(reason, kText, kReasonAt)) return error;
  return write_parts(out, version(minor), " ", Digits(status), " ", reason, "\r\n");
}

Error write_field(Output& out, std::string_view name, std::string_view value) {
  if (const Error error = check_name(name)) return error;
  if (const Error error = check_octets(value, kText, name.size() + 1)) return error;
  const std::string_view trimmed = without_space(value);
  return write_parts(out, name, trimmed.empty() ? ":" : ": ", trimmed, "\r\n");
}

Error write_authority(Output& out, std::string_view host, std::uint16_t port) {
  const bool in_brackets = host.starts_with('[') && host.ends_with(']');
  const bool is_ipv6 = in_brackets || host.find(':') != std::string_view::npos;
  const std::string_view address = in_brackets ? host.substr(1, host.size() - 2) : host;
  if (const Error error = is_ipv6 ? check_ipv6(address, in_brackets ? 1 : 0) : check_reg_name(host))
    return error;
  if (host.empty() && port != 0) return unwritable_at(0);
  const std::string_view open = is_ipv6 ? "[" : "";
  const std::string_view close = is_ipv6 ? "]" : "";
  if (port == 0) return write_parts(out, open, address, close);
  return write_parts(out, open, address, close, ":", Digits(port));
}

Error write_chunk(Output& out, std::string_view octets) {
  if (octets.empty()) return {};
  return write_parts(out, Digits(octets.size(), 16), "\r\n", octets, "\r\n");
}

Error write_last_chunk(Output& out, std::span<const Field> trailers) {
  const std::size_t before = out.size();
  Error error = write_parts(out, "0\r\n");
  for (std::size_t i = 0; i < trailers.size() && !error; ++i) {
    const auto& [name, value] = trailers[i];
    error = ascii::equals_lowered(name, kLength) || ascii::equals_lowered(name, kCoding)
                ? Error{ErrorCode::framing_field_in_trailers, 0}
                : write_field(out, name, value);
    if (error && error.code != ErrorCode::no_room) error.offset = i;
  }
  if (!error) error = write_parts(out, "\r\n");
  if (error) out.shorten(before);
  return error;
}

Error HeadWriter::begin_request(std::string_view method, std::string_view target, std::uint8_t minor) {
  minor_ = minor;
  needs_host_ = minor != 0;
  return write_request_line(*out_, method, target, minor);
}

Error HeadWriter::begin_response(std::uint16_t status, std::string_view reason, std::uint8_t minor) {
  minor_ = minor;
  bodiless_ = status < 200 || status == kNoContent;
  return write_status_line(*out_, status, reason, minor);
}

Error HeadWriter::field(std::string_view name, std::string_view value) {
  if (ascii::equals_lowered(name, kLength)) {
    const std::string_view digits = without_space(value);
    std::uint64_t octets = 0;
    const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), octets);
    if (failure == std::errc::result_out_of_range)
      return {ErrorCode::content_length_overflow, name.size() + 1};
    if (failure != std::errc{} || stop != digits.data() + digits.size()) {
      return {ErrorCode::bad_content_length, name.size() + 1};
    }
    return content_length(octets);
  }
  if (ascii::equals_lowered(name, kCoding)) {
    if (!ascii::equals_lowered(without_space(value), "chunked"))
      return {ErrorCode::unknown_coding, name.size() + 1};
    return chunked();
  }
  const bool is_host = ascii::equals_lowered(name, kHost);
  if (is_host && has_host_) return unwritable_at(0);
  const Error error = write_field(*out_, name, value);
  has_host_ |= is_host && !error;
  return error;
}

Error HeadWriter::host(std::string_view host, std::uint16_t port) {
  if (has_host_) return unwritable_at(0);
  const std::size_t before = out_->size();
  Error error = write_parts(*out_, "Host: ");
  if (!error) error = write_authority(*out_, host, port);
  if (!error) error = write_parts(*out_, "\r\n");
  if (error) out_->shorten(before);
  has_host_ |= !error;
  return error;
}

Error HeadWriter::content_length(std::uint64_t octets) {
  if (bodiless_) return unwritable_at(0);
  if (has_length_) return {ErrorCode::repeated_content_length, 0};
  if (has_coding_) return {ErrorCode::length_with_coding, 0};
  const Error error = write_parts(*out_, "Content-Length: ", Digits(octets), "\r\n");
  has_length_ = !error;
  return error;
}

Error HeadWriter::chunked() {
  if (bodiless_) return unwritable_at(0);
  if (minor_ == 0) return {ErrorCode::coding_in_http_1_0, 0};
  if (has_length_) return {ErrorCode::length_with_coding, 0};
  if (has_coding_) return {ErrorCode::repeated_chunked, 0};
  const Error error = write_parts(*out_, "Transfer-Encoding: chunked\r\n");
  has_coding_ = !error;
  return error;
}

Error HeadWriter::end() {
  if (needs_host_ && !has_host_) return unwritable_at(0);
  return write_parts(*out_, "\r\n");
}

}  // namespace backtalk::http
