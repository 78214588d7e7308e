// SPDX-License-Identifier: Apache-2.0 OR MIT
// Dovecot's parsers: lib-smtp and lib-imap as its proxies and its server use them.
#include "peers/dovecot.h"

#include <benchmark/benchmark.h>

#include "peers/peers.hpp"

namespace backtalk::bench {
namespace {

template <class Log>
dovecot_sink sink_of(Log& log) {
  if constexpr (Log::kRecords) {
    return {.context = &log,
            .fact = [](void* context, const char* topic,
                       const char* text) { static_cast<EventLog*>(context)->add(topic, text); },
            .octets =
                [](void* context, const char* topic, const void* bytes, std::size_t size) {
                  static_cast<EventLog*>(context)->octets(topic, {static_cast<const char*>(bytes), size});
                }};
  } else {
    return {};
  }
}

class Smtp {
 public:
  explicit Smtp(const Input& input) : ehlo_(input.name == "ehlo"), commands_(input.side == Side::client) {
    dovecot_begin();
  }

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    const dovecot_sink sink = sink_of(log);
    return commands_ ? dovecot_smtp_commands(stream.data(), stream.size(), piece, &sink)
                     : dovecot_smtp_replies(stream.data(), stream.size(), piece, ehlo_ ? 1 : 0, &sink);
  }

 private:
  bool ehlo_;
  bool commands_;
};

class Imap {
 public:
  explicit Imap(const Input& input) : commands_(input.side == Side::client) { dovecot_begin(); }

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    const dovecot_sink sink = sink_of(log);
    return commands_ ? dovecot_imap_commands(stream.data(), stream.size(), piece, &sink)
                     : dovecot_imap_responses(stream.data(), stream.size(), piece, &sink);
  }

 private:
  bool commands_;
};

class Pop3 {
 public:
  explicit Pop3(const Input& input) : lines_(input.name != "retr") { dovecot_begin(); }

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    const dovecot_sink sink = sink_of(log);
    return dovecot_pop3_response(stream.data(), stream.size(), piece, lines_ ? 1 : 0, &sink);
  }

 private:
  bool lines_;
};

ContenderInfo dovecot(std::string name, std::vector<std::string> leaves_out, std::string remarks) {
  return peer(std::move(name), BACKTALK_BENCH_DOVECOT_VERSION, "Debian's library, -O2 without -march", "none",
              std::move(leaves_out), std::move(remarks));
}

}  // namespace

void add_dovecot() {
  add_rows<Smtp>(dovecot("dovecot", {"SMTPUTF8"}, "accepts bare LF; copies text"),
                 inputs_of("smtp", Side::server));
  add_rows<Smtp>(dovecot("dovecot", {}, "accepts bare LF; copies arguments and checks their characters"),
                 inputs_of("smtp", Side::client));
  const std::string copies = "accepts bare LF, copies every atom, string and literal";
  add_rows<Imap>(dovecot("dovecot", {}, copies), inputs_of("imap", Side::server));
  add_rows<Imap>(dovecot("dovecot", {}, copies), inputs_of("imap", Side::client));
  const std::string framing = "framing only, does not decode numbers; accepts bare LF";
  add_rows<Pop3>(dovecot("dovecot", {}, framing), inputs_of("pop3", Side::server, {"list", "uidl", "retr"}));
}

}  // namespace backtalk::bench
