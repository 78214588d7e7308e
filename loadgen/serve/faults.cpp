// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/faults.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "text/duration.hpp"

namespace backtalk::serve {
namespace {

constexpr std::array kNames{
    FaultName{"delay", "T", "hold every reply back this long, e.g. delay=10ms"},
    FaultName{
        "service", "DIST",
        "smtp: the time to answer the end of a message, NOOP and RSET, one after another on each connection:"
        " const:T, exp:MEAN, bimodal:T:T2:P% (T2 with that probability), slow-share:T:T2:M/N (T2 on M of"
        " every N connections)"},
    FaultName{"stall", "T/PERIOD", "stop the whole server this long in every period, e.g. stall=100ms/1s"},
    FaultName{"split", "N", "send no more than N octets at a time"},
    FaultName{"close", "N", "after N replies on a connection, close it instead of replying"},
    FaultName{"reset", "N", "after N replies, reset the connection"},
    FaultName{"mute", "N", "after N replies, never reply again"},
    FaultName{"half", "N", "after N replies, send half a reply and close"},
    FaultName{"bare-lf", "N", "after N replies, end one with LF alone"},
    FaultName{"bare-cr", "N", "after N replies, end one with CR alone"},
    FaultName{"nul", "N", "after N replies, put a NUL into one"},
    FaultName{"garbage", "N", "after N replies, send binary noise"},
    FaultName{"endless", "N", "after N replies, send a line that does not end"},
    FaultName{"unasked", "N", "after N replies, send one twice"},
    FaultName{"refuse-mail", "N", "smtp: refuse every N-th MAIL"},
    FaultName{"refuse-rcpt", "N", "smtp: refuse every N-th RCPT"},
    FaultName{"refuse-message", "N", "smtp: refuse every N-th message at its end"},
    FaultName{"messages-max", "N", "smtp: 421 after N messages on a connection"},
};

struct MischiefName {
  std::string_view name;
  Mischief mischief;
};
constexpr std::array kMischiefs{
    MischiefName{"close", Mischief::close},     MischiefName{"reset", Mischief::reset},
    MischiefName{"mute", Mischief::mute},       MischiefName{"half", Mischief::half},
    MischiefName{"bare-lf", Mischief::bare_lf}, MischiefName{"bare-cr", Mischief::bare_cr},
    MischiefName{"nul", Mischief::nul},         MischiefName{"garbage", Mischief::garbage},
    MischiefName{"endless", Mischief::endless}, MischiefName{"unasked", Mischief::unasked},
};

bool read_number(std::string_view text, std::uint64_t& number) {
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} && stop == text.data() + text.size();
}

bool read_stall(std::string_view value, Faults& faults) {
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) return false;
  const auto stall = text::read_duration(value.substr(0, slash));
  const auto period = text::read_duration(value.substr(slash + 1));
  if (!stall || !period || *stall >= *period) return false;
  faults.stall_ns = *stall;
  faults.stall_period_ns = *period;
  return true;
}

bool read_service_time(std::string_view value, Faults& faults) {
  const auto plan = read_service(value);
  if (plan) faults.service = *plan;
  return plan.has_value();
}

bool read_value(std::string_view name, std::string_view value, Faults& faults) {
  if (name == "delay") {
    const auto delay = text::read_duration(value);
    faults.delay_ns = delay.value_or(0);
    return delay.has_value();
  }
  if (name == "service") return read_service_time(value, faults);
  if (name == "stall") return read_stall(value, faults);
  for (const MischiefName& one : kMischiefs) {
    if (one.name != name) continue;
    faults.mischief = one.mischief;
    return read_number(value, faults.after_replies);
  }
  std::uint64_t* const place = name == "split"            ? &faults.split_octets
                               : name == "refuse-mail"    ? &faults.refuse_sender_every
                               : name == "refuse-rcpt"    ? &faults.refuse_recipient_every
                               : name == "refuse-message" ? &faults.refuse_message_every
                               : name == "messages-max"   ? &faults.messages_max
                                                          : nullptr;
  return place != nullptr && read_number(value, *place) && *place > 0;
}

}  // namespace

std::span<const FaultName> fault_names() {
  return kNames;
}

std::optional<std::string> add_fault(std::string_view text, Faults& faults) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string_view name = text.substr(0, equals);
  const std::string_view value = text.substr(std::min(equals + 1, text.size()));
  for (const FaultName& known : kNames) {
    if (known.name != name) continue;
    if (read_value(name, value, faults)) return std::nullopt;
    return fmt::format("--fault {}: `{}` should be {}={} ({})", name, text, name, known.value, known.meaning);
  }
  return fmt::format("--fault `{}`: there is no such fault; `backtalk serve --help` lists them", name);
}

}  // namespace backtalk::serve
