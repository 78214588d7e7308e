// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/coordinator.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "net/clock.hpp"
#include "ranks/hello.hpp"
#include "result/json.hpp"
#include "text/whole_number.hpp"

namespace backtalk::ranks {
namespace {

constexpr std::uint64_t kNsPerMs = 1'000'000;
constexpr unsigned kClockRounds = 16;
// At a time, so that none waits for another's turn to be read.
constexpr std::size_t kClocksAtOnce = 8;
constexpr std::uint64_t kClockNs = 200 * kNsPerMs;
constexpr std::size_t kStrangersMax = 65'536;

void poll_for(std::vector<pollfd>& all, std::uint64_t timeout_ns) {
  const timespec time{.tv_sec = static_cast<time_t>(timeout_ns / 1'000'000'000),
                      .tv_nsec = static_cast<long>(timeout_ns % 1'000'000'000)};
  static_cast<void>(::ppoll(all.data(), all.size(), &time, nullptr));
}

short events_of(const Channel& channel) {
  return static_cast<short>(channel.has_output() ? POLLIN | POLLOUT : POLLIN);
}

}  // namespace

template <class Predicate>
bool Coordinator::all_present(Predicate predicate) const {
  return std::all_of(others_.begin() + 1, others_.end(),
                     [&](const Other& one) { return one.lost || predicate(one); });
}

void Coordinator::lose(Other& other, std::string why) {
  other.lost = true;
  other.why_lost = std::move(why);
  other.channel.reset();
}

void Coordinator::take_new() {
  while (auto socket = listener_.accept()) {
    if (strangers_.size() >= kStrangersMax) continue;
    strangers_.push_back(std::make_unique<Channel>(std::move(socket), result::kJsonOctetsMax));
  }
}

// Whoever does not know the token, or calls itself what another is already, is turned away.
void Coordinator::admit() {
  for (auto& stranger : strangers_) {
    stranger->pump();
    const auto frame = stranger->next();
    if (!frame) continue;
    const auto hello = frame->kind == Kind::hello ? read_hello(frame->body) : std::nullopt;
    if (!hello || hello->token != token_ || hello->rank == 0 || hello->rank >= others_.size()) {
      stranger->send(Kind::refused, "it is not a rank of this run");
      stranger.reset();
      continue;
    }
    Other& other = others_[hello->rank];
    if (other.channel || other.lost) {
      stranger->send(Kind::refused, fmt::format("there is a rank {} already", hello->rank));
      stranger.reset();
      continue;
    }
    other.host = hello->host;
    if (hello->version != kVersion)
      other.problem = fmt::format("it is backtalk {}, and rank 0 is {}", hello->version, kVersion);
    if (!hello->problem.empty()) other.problem = hello->problem;
    other.heard_at = net::now_ns();
    other.channel = std::move(stranger);
  }
  std::erase_if(strangers_, [](const auto& one) { return one == nullptr || one->ended(); });
}

void Coordinator::obey(Other& other, const Frame& frame) {
  other.heard_at = net::now_ns();
  const auto rank = static_cast<std::size_t>(&other - others_.data());
  switch (frame.kind) {
    case Kind::problem: other.problem = frame.body; break;
    case Kind::opened: other.opened = true; break;
    case Kind::alive: other.completed = text::read_whole_number(frame.body).value_or(0); break;
    case Kind::clock:
      if (const auto shown = text::read_whole_number(frame.body);
          shown && rank < asked_at_.size() && asked_at_[rank] != 0) {
        other.clock.add(asked_at_[rank], *shown, other.heard_at);
        asked_at_[rank] = 0;
      }
      break;
    case Kind::begun:
      if (const auto at = text::read_whole_number(frame.body)) other.begun_at = other.clock.here(*at);
      break;
    case Kind::result: other.result = frame.body; break;
    default: break;  // what only rank 0 says
  }
}

void Coordinator::hear(Other& other) {
  other.channel->pump();
  while (const auto frame = other.channel->next()) obey(other, *frame);
  if (other.channel->ended() && other.result.empty()) {
    const std::string why = other.channel->why();
    lose(other, fmt::format("its connection to rank 0 ended{}, as if it was killed",
                            why.empty() ? why : fmt::format(" ({})", why)));
  } else if (other.channel->ended()) {
    other.channel.reset();
  } else if (net::now_ns() - other.heard_at > kSilentNs) {
    lose(other, fmt::format("it said nothing for {} s", kSilentNs / 1'000'000'000));
  }
}

void Coordinator::wait(std::uint64_t timeout_ns) {
  std::vector<pollfd> all{{.fd = listener_.descriptor(), .events = POLLIN, .revents = 0}};
  for (const auto& one : strangers_)
    all.push_back({.fd = one->descriptor(), .events = events_of(*one), .revents = 0});
  for (const Other& one : others_) {
    if (one.channel)
      all.push_back({.fd = one.channel->descriptor(), .events = events_of(*one.channel), .revents = 0});
  }
  poll_for(all, timeout_ns);
  take_new();
  admit();
  for (Other& one : others_) {
    if (one.channel) hear(one);
  }
  if (const std::uint64_t now = net::now_ns(); now - alive_at_ >= kAliveEveryNs) {
    alive_at_ = now;
    tell_all(Kind::alive);
  }
}

std::vector<unsigned> Coordinator::gather(std::uint64_t deadline, const std::function<bool()>& stop) {
  const auto is_here = [](const Other& one) { return one.channel != nullptr; };
  while (!all_present(is_here) && net::now_ns() < deadline && !stop()) wait(kLookNs);
  std::vector<unsigned> missing;
  for (unsigned rank = 1; rank < others_.size(); ++rank) {
    if (!others_[rank].channel) missing.push_back(rank);
  }
  return missing;
}

void Coordinator::tell_all(Kind kind, std::string_view body) {
  for (Other& one : others_) {
    if (one.channel) one.channel->send(kind, body);
  }
}

std::optional<unsigned> Coordinator::first_refusal() const {
  for (unsigned rank = 1; rank < others_.size(); ++rank) {
    if (!others_[rank].problem.empty()) return rank;
  }
  return std::nullopt;
}

bool Coordinator::all_opened() const {
  return all_present([](const Other& one) { return one.opened || !one.problem.empty(); });
}

void Coordinator::compare_clocks() {
  asked_at_.assign(others_.size(), 0);
  const auto is_answered = [this](std::size_t from, std::size_t until) {
    return std::all_of(asked_at_.begin() + static_cast<std::ptrdiff_t>(from),
                       asked_at_.begin() + static_cast<std::ptrdiff_t>(until),
                       [](std::uint64_t at) { return at == 0; });
  };
  for (std::size_t from = 1; from < others_.size(); from += kClocksAtOnce) {
    const std::size_t until = std::min(from + kClocksAtOnce, others_.size());
    for (unsigned round = 0; round < kClockRounds; ++round) {
      for (std::size_t rank = from; rank < until; ++rank) {
        if (!others_[rank].channel) continue;
        asked_at_[rank] = net::now_ns();
        others_[rank].channel->send(Kind::ask_clock);
      }
      const std::uint64_t deadline = net::now_ns() + kClockNs;
      while (!is_answered(from, until) && net::now_ns() < deadline) {
        wait(kNsPerMs);
        for (std::size_t rank = from; rank < until; ++rank) {
          if (!others_[rank].channel) asked_at_[rank] = 0;
        }
      }
    }
  }
}

std::uint64_t Coordinator::clock_error_max() const {
  std::uint64_t most = 0;
  for (const Other& one : others_) most = std::max(most, one.clock.error_ns());
  return most;
}

void Coordinator::begin(std::uint64_t at) {
  for (Other& one : others_) {
    if (!one.channel) continue;
    if (one.clock.is_known()) {
      one.channel->send(Kind::begin, std::to_string(one.clock.there(at)));
    } else {
      lose(one, "it did not answer when it was asked for its time");
    }
  }
}

void Coordinator::gather_results(std::uint64_t deadline, const std::function<bool()>& stop) {
  const auto is_here = [](const Other& one) { return !one.result.empty() || !one.problem.empty(); };
  bool stopped = false;
  while (!all_present(is_here) && net::now_ns() < deadline) {
    wait(kLookNs);
    if (stopped || !stop()) continue;
    stopped = true;
    tell_all(Kind::stop);
  }
  for (unsigned rank = 1; rank < others_.size(); ++rank) {
    Other& one = others_[rank];
    if (one.lost || !one.result.empty()) continue;
    lose(one, one.problem.empty() ? "its result did not come in time" : one.problem);
  }
  tell_all(Kind::done);
}

std::uint64_t Coordinator::completed() const {
  std::uint64_t sum = 0;
  for (const Other& one : others_) sum += one.completed;
  return sum;
}

}  // namespace backtalk::ranks
