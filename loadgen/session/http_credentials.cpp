// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/http_credentials.hpp"

#include <algorithm>
#include <optional>

#include "session/base64.hpp"
#include "session/http_plan.hpp"
#include "session/http_secret_fields.hpp"
#include "session/quoted_secret.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kFieldBlanks = " \t\r\n";
constexpr std::string_view kBetweenParts = " \t\r\n,;";
constexpr std::string_view kHidden = "***";
// Shorter parts of a value, such as the "1" of "a=1", are in any text by chance.
constexpr std::size_t kPartOctetsMin = 4;
// In place of a placeholder; no request has that octet.
constexpr char kFilledIn = '\0';

std::string_view without_field_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kFieldBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kFieldBlanks) + 1);
}

// A request's head, with kFilledIn for each placeholder.
struct Head {
  std::string text;
  std::vector<std::optional<unsigned>> slots;  // of the placeholders, in order; none: not captured
};

Head head_of(const HttpRequest& request) {
  Head head;
  request.filled.each_piece([&head](std::string_view text, const CommandTemplate::Placeholder* placeholder) {
    head.text += text;
    if (placeholder == nullptr) return;
    head.text += kFilledIn;
    const bool is_captured = placeholder->field == CommandTemplate::Field::captured;
    head.slots.push_back(is_captured ? std::optional<unsigned>(placeholder->slot) : std::nullopt);
  });
  head.text += request.octets;
  const std::size_t end = head.text.find("\r\n\r\n");
  if (end != std::string::npos) head.text.resize(end + 2);
  return head;
}

// A field line with what is folded into it (RFC 9112 5.2), with its last CRLF.
std::string_view field_line_at(std::string_view text) {
  std::size_t end = text.find("\r\n");
  while (end != std::string_view::npos && end + 2 < text.size() &&
         (text[end + 2] == ' ' || text[end + 2] == '\t'))
    end = text.find("\r\n", end + 2);
  return end == std::string_view::npos ? text : text.substr(0, end + 2);
}

// What stands behind "name=", without quotes; all of it if that is not there.
std::string_view value_of_part(std::string_view part) {
  const std::size_t equals = part.find('=');
  // The "=" at the end of base64 is padding.
  if (equals == std::string_view::npos || part.find_first_not_of('=', equals) == std::string_view::npos)
    return part;
  part.remove_prefix(equals + 1);
  if (part.starts_with('"')) part.remove_prefix(1);
  if (part.ends_with('"')) part.remove_suffix(1);
  return part;
}

void add_once(std::vector<std::string>& all, std::string_view text) {
  if (!text.empty() && std::ranges::find(all, text) == all.end()) all.emplace_back(text);
}

}  // namespace

std::string without_credentials(std::string_view field) {
  const std::size_t colon = field.find(':');
  if (colon == std::string_view::npos || !is_credential_field(field.substr(0, colon)))
    return std::string(field);
  return std::string(field.substr(0, colon)).append(": ").append(kHidden);
}

void HttpCredentials::add(const HttpRequest& request) {
  const Head head = head_of(request);
  std::string_view left = head.text;
  auto slot = head.slots.begin();
  while (!left.empty()) {
    const std::string_view line = field_line_at(left);
    left.remove_prefix(line.size());
    const auto behind = slot + std::ranges::count(line, kFilledIn);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && is_credential_field(line.substr(0, colon))) {
      add_value(line.substr(colon + 1));
      for (auto one = slot; one != behind; ++one) {
        if (*one) slots |= 1U << **one;
      }
    }
    slot = behind;
  }
}

// Of a value with placeholders the stretches between these.
void HttpCredentials::add_value(std::string_view value) {
  for (std::size_t from = 0; from <= value.size();) {
    const std::size_t end = std::min(value.find(kFilledIn, from), value.size());
    const std::string_view stretch = without_field_blanks(value.substr(from, end - from));
    const bool is_first = from == 0;
    from = end + 1;
    const bool is_whole = stretch.size() == without_field_blanks(value).size();
    if (is_whole || stretch.size() >= kPartOctetsMin) add_once(sent, stretch);
    for (std::size_t at = 0; (at = stretch.find_first_not_of(kBetweenParts, at)) != std::string_view::npos;) {
      const std::string_view part =
          stretch.substr(at, std::min(stretch.find_first_of(kBetweenParts, at), stretch.size()) - at);
      const bool is_scheme = is_first && at == 0 && part.find('=') == std::string_view::npos &&
                             stretch.substr(part.size()).starts_with(' ');
      at += part.size();
      if (is_scheme) continue;
      if (part.size() >= kPartOctetsMin) add_once(sent, part);
      const std::string_view inner = value_of_part(part);
      if (inner.size() >= kPartOctetsMin) add_once(sent, inner);
      const auto basic = from_base64(part);
      if (!basic || basic->find(':') == std::string::npos) continue;
      add_once(decoded, *basic);
      add_once(decoded, std::string_view(*basic).substr(basic->find(':') + 1));
    }
  }
}

// Each with the way in which it is looked for.
template <class See>
void HttpSecrets::each_secret(See see) const {
  for (const std::string& one : credentials_.sent) see(one, find_secret);
  for (const std::string& one : credentials_.sent) see(one, find_sent);
  for (const std::string& one : credentials_.decoded) see(one, find_secret);
  for (unsigned slot = 0; slot < CapturedWords::kSlotsMax; ++slot) {
    if ((credentials_.slots >> slot & 1U) == 0) continue;
    for (std::size_t row = 0; row <= captured_.connection_row(); ++row)
      see(captured_.word(row, slot), find_secret);
  }
}

bool HttpSecrets::is_quoted_in(std::string_view text) const {
  bool is_quoted = login_ != nullptr && login_->is_quoted_in(text);
  each_secret(
      [&](std::string_view secret, auto find) { is_quoted = is_quoted || find(text, secret, 0).exists(); });
  return is_quoted;
}

void HttpSecrets::hide_in(std::string& octets) const {
  if (login_ != nullptr) login_->hide_in(octets);
  each_secret([&octets](std::string_view secret, auto find) { overwrite(octets, secret, find); });
}

}  // namespace backtalk::session
