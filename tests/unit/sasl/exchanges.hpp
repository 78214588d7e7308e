// SPDX-License-Identifier: Apache-2.0 OR MIT
// Exchanges between our client's side and our server's.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sasl/authenticator.hpp"
#include "sasl/mechanism.hpp"

namespace backtalk::sasl::test {

inline const session::Credentials kTim{.user = "tim", .password = "tanstaaftanstaaf"};  // RFC 2195

inline constexpr Mechanism kAllOfSasl[] = {Mechanism::plain, Mechanism::login, Mechanism::cram_md5,
                                           Mechanism::scram_sha_256, Mechanism::xoauth2};

/// A server that knows Tim, and a user whose password is not ASCII.
inline std::unique_ptr<session::Authenticator> server() {
  return authenticators([](std::string_view user) -> std::optional<std::string> {
    if (user == kTim.user) return kTim.password;
    if (user == "j\xC3\xB6rg") return "p\xC3\xA4ss w\xC3\xB6rd";
    return std::nullopt;
  })();
}

inline std::unique_ptr<session::SaslExchange> client(Mechanism mechanism) {
  return client_mechanism(mechanism)->make_exchange();
}

struct Outcome {
  bool accepted = false;
  std::string user;
  bool complete = false;       ///< what the client says of it
  std::string client_failure;  ///< why the client gave up
  std::vector<std::string> challenges = {};
  std::vector<std::string> responses = {};
};

/// Runs an exchange to its end. With `initial` false the client keeps its initial response for the
/// first challenge.
inline Outcome run(session::SaslExchange& client, session::Authenticator& server, std::string_view mechanism,
                   const session::Credentials& credentials, bool initial = true) {
  constexpr int kStepsMax = 10;
  Outcome out;
  auto held = client.begin(credentials);
  const bool sends_initial = initial && held.has_value();
  if (sends_initial) out.responses.emplace_back(*held);
  session::AuthStep step = server.begin(mechanism, sends_initial ? held : std::nullopt);
  if (sends_initial) held.reset();
  for (int i = 0; i < kStepsMax && step.kind == session::AuthStep::Kind::challenge; ++i) {
    out.challenges.emplace_back(step.text);
    const auto response = held ? held : client.respond(step.text);
    held.reset();
    if (!response) break;
    out.responses.emplace_back(*response);
    step = server.step(*response);
  }
  out.accepted = step.kind == session::AuthStep::Kind::success;
  if (out.accepted) out.user = step.text;
  out.complete = client.complete();
  out.client_failure = client.failure();
  return out;
}

}  // namespace backtalk::sasl::test
