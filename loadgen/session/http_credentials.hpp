// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The values of the fields of a request that prove who sends it (http_secret_fields.hpp). They are
/// shown nowhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "session/captured_words.hpp"
#include "session/sent_secrets.hpp"

namespace backtalk::session {

struct HttpRequest;

/// `field` as a result may have it: "Name: ***" if its value is a secret. "Name: value", in which
/// blanks may stand around the name.
[[nodiscard]] std::string without_credentials(std::string_view field);

/// What requests send in these fields, and the forms in which a server may repeat it.
struct HttpCredentials {
  /// Values as they are sent, and their parts: what follows the scheme's name, each cookie.
  std::vector<std::string> sent;
  /// Of Basic (RFC 7617), decoded: "user:password", and the password.
  std::vector<std::string> decoded;
  /// Which captured words are sent in these fields, a bit each.
  unsigned slots = 0;
  static_assert(CapturedWords::kSlotsMax < 32);

  [[nodiscard]] bool empty() const { return sent.empty() && slots == 0; }

  /// Adds those of a request.
  void add(const HttpRequest& request);
  /// Adds those of the value of one field.
  void add_value(std::string_view value);
};

/// The secrets of one connection.
class HttpSecrets final : public SentSecrets {
 public:
  /// They outlive it. `login` is null if nobody's name and password are filled in.
  HttpSecrets(const HttpCredentials& credentials, const CapturedWords& captured, const SentSecrets* login)
      : credentials_(credentials), captured_(captured), login_(login) {}

  [[nodiscard]] bool is_quoted_in(std::string_view text) const override;
  void hide_in(std::string& octets) const override;

 private:
  template <class See>
  void each_secret(See see) const;

  const HttpCredentials& credentials_;
  const CapturedWords& captured_;
  const SentSecrets* const login_;
};

}  // namespace backtalk::session
