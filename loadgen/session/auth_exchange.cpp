// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/auth_exchange.hpp"

#include <algorithm>

#include "backtalk/detail/expect.hpp"
#include "session/apop.hpp"
#include "session/base64.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kCancel = "*";
constexpr std::string_view kEmptyInitial = "=";

// Shorter ones are in any text by chance.
constexpr std::size_t kSecretOctetsMin = 8;

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

struct Stretch {
  std::size_t at = std::string_view::npos;
  std::size_t octets = 0;
  [[nodiscard]] bool exists() const { return octets > 0; }
};

// Where the text has the secret, from there on: a short one with no letter or digit before or
// behind it. Of a long one a part is enough at the text's end, and at its beginning, because texts
// are cut.
Stretch find_secret(std::string_view text, std::string_view secret, std::size_t from) {
  if (secret.empty()) return {};
  const bool is_long = secret.size() >= kSecretOctetsMin;
  if (from == 0) {
    // A secret may be so long that the text is nothing else.
    if (text.size() >= kSecretOctetsMin && secret.find(text) != std::string_view::npos)
      return {.at = 0, .octets = text.size()};
    for (std::size_t part = std::min(secret.size(), text.size()); part >= kSecretOctetsMin; --part) {
      if (text.starts_with(secret.substr(secret.size() - part))) return {.at = 0, .octets = part};
    }
  }
  for (std::size_t at = text.find(secret, from); at != std::string_view::npos;
       at = text.find(secret, at + 1)) {
    const std::size_t end = at + secret.size();
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    const bool ends = end == text.size() || !is_word_character(text[end]);
    if (is_long || (begins && ends)) return {.at = at, .octets = secret.size()};
  }
  const std::size_t left = text.size() - std::min(from, text.size());
  for (std::size_t part = std::min(secret.size(), left); part >= kSecretOctetsMin; --part) {
    if (text.ends_with(secret.substr(0, part))) return {.at = text.size() - part, .octets = part};
  }
  return {};
}

// Where the text has what was sent, from there on, or its beginning, or its end: servers cut what
// they repeat. No words look like it.
Stretch find_sent(std::string_view text, std::string_view sent, std::size_t from) {
  if (sent.size() < kSecretOctetsMin) return {};
  Stretch found;
  const std::size_t begin = text.find(sent.substr(0, kSecretOctetsMin), from);
  if (begin != std::string_view::npos) {
    found = {.at = begin, .octets = kSecretOctetsMin};
    while (found.octets < std::min(sent.size(), text.size() - begin) &&
           text[begin + found.octets] == sent[found.octets])
      ++found.octets;
  }
  const std::string_view end = sent.substr(sent.size() - kSecretOctetsMin);
  std::size_t at = text.find(end, from);
  if (at != std::string_view::npos) {
    std::size_t octets = kSecretOctetsMin;
    for (; at > from && octets < sent.size() && text[at - 1] == sent[sent.size() - octets - 1]; ++octets)
      --at;
    if (!found.exists() || at < found.at) found = {.at = at, .octets = octets};
  }
  if (!found.exists() && from == 0 && text.size() >= kSecretOctetsMin &&
      sent.find(text) != std::string_view::npos)
    found = {.at = 0, .octets = text.size()};
  return found;
}

}  // namespace

AuthExchange::AuthExchange(const LoginPlan& plan, std::uint32_t index) : plan_(plan), index_(index) {
  if (plan.mechanism != nullptr) exchange_ = plan.mechanism->make_exchange();
}

std::optional<std::string_view> AuthExchange::begin() {
  BACKTALK_EXPECT(exchange_ != nullptr);
  withheld_ = false;
  initial_.clear();
  line_.clear();
  const auto initial = exchange_->begin(credentials());
  if (!initial) return std::nullopt;
  write_base64(*initial, initial_);
  return initial_.empty() ? kEmptyInitial : initial_;
}

AuthExchange::Answer AuthExchange::answer(std::string_view challenge) {
  if (!read_base64(challenge, challenge_)) return {kCancel, kAuthChallenge};
  if (withheld_) {
    if (!challenge_.empty()) return {kCancel, kAuthChallenge};
    withheld_ = false;
    return {initial_, {}};
  }
  const auto response = exchange_->respond(challenge_);
  if (!response) return {kCancel, exchange_->failure()};
  write_base64(*response, line_);
  return {line_, {}};
}

bool AuthExchange::is_quoted_in(std::string_view text) const {
  return find_secret(text, credentials().password, 0).exists() || find_sent(text, initial_, 0).exists() ||
         find_sent(text, line_, 0).exists();
}

ServerWords AuthExchange::without_secrets(ServerWords words) const {
  words.login = this;
  if (is_quoted_in(words.text)) words.text = kNotShown;
  return words;
}

void AuthExchange::hide_in(std::string& octets) const {
  const auto hide = [&octets](std::string_view secret, auto find) {
    for (Stretch found = find(octets, secret, 0); found.exists();
         found = find(octets, secret, found.at + found.octets)) {
      octets.replace(found.at, found.octets, found.octets, 'x');
    }
  };
  hide(credentials().password, find_secret);
  hide(initial_, find_sent);
  hide(line_, find_sent);
}

std::optional<std::string_view> AuthExchange::apop(std::string_view greeting) {
  BACKTALK_EXPECT(exchange_ != nullptr);
  const auto timestamp = apop_timestamp(greeting);
  if (!timestamp) return std::nullopt;
  static_cast<void>(exchange_->begin(credentials()));
  const auto digest = exchange_->respond(*timestamp);
  line_ = digest.value_or("");  // whoever sees it can try passwords against it
  return digest;
}

}  // namespace backtalk::session
