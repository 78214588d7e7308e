// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/coordinator.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
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
constexpr std::uint64_t kFirstClockNs = 15'000 * kNsPerMs;
// Beside the ranks: whoever looks for open ports, and ranks that try again.
constexpr std::size_t kStrangersBeside = 64;
// How long after it has connected it may take a stranger to say who it is.
constexpr std::uint64_t kHelloNs = 10'000 * kNsPerMs;
// How long nobody is let in if the process has no descriptor left.
constexpr std::uint64_t kWithoutDescriptorsNs = 1000 * kNsPerMs;

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
    // A rank tries again; whoever only holds a connection is gone after a while.
    if (strangers_.size() >= others_.size() + kStrangersBeside) continue;
    Stranger& one = strangers_.emplace_back();
    one.channel = std::make_unique<Channel>(std::move(socket), kHelloOctetsMax);
    one.until = net::now_ns() + kHelloNs;
  }
  // The listener would be ready, again and again.
  if (errno != EAGAIN && errno != EWOULDBLOCK) listens_from_ = net::now_ns() + kWithoutDescriptorsNs;
}

void Coordinator::turn_away(Stranger& stranger, std::string why) {
  stranger.channel->send(Kind::refused, why);
  stranger.channel.reset();
  turned_away_ = std::move(why);
}

// Whoever does not know the token, or calls itself what another is already, is turned away.
void Coordinator::admit(Stranger& stranger, const Frame& frame) {
  const auto hello = frame.kind == Kind::hello ? read_hello(frame.body) : std::nullopt;
  if (!hello) return turn_away(stranger, "it did not say what a rank says");
  if (hello->token != token_)
    return turn_away(stranger, "its token (BACKTALK_TOKEN) is another than rank 0's");
  if (hello->rank >= others_.size())
    return turn_away(stranger, fmt::format("it calls itself rank {}, and there are {} ranks", hello->rank,
                                           others_.size()));
  Other& other = others_[hello->rank];
  if (hello->rank == 0 || other.channel || other.lost)
    return turn_away(stranger, fmt::format("there is a rank {} already", hello->rank));
  other.host = hello->host;
  if (hello->version != kVersion)
    other.problem = fmt::format("it is backtalk {}, and rank 0 is {}", hello->version, kVersion);
  if (!hello->problem.empty()) other.problem = hello->problem;
  other.heard_at = net::now_ns();
  other.channel = std::move(stranger.channel);
  other.channel->set_body_max(result::kJsonOctetsMax);
  other.channel->send(Kind::welcome);
  hear(other);
}

void Coordinator::admit_all() {
  const std::uint64_t now = net::now_ns();
  for (Stranger& one : strangers_) {
    // A rank that has given up this connection tries another.
    if (one.channel->ended()) {
      if (!one.channel->why().empty()) turned_away_ = one.channel->why();
      one.channel.reset();
    } else if (const auto frame = one.channel->next()) {
      admit(one, *frame);
    } else if (now >= one.until) {
      turn_away(one, "it did not say who it is");
    }
  }
  std::erase_if(strangers_, [](const Stranger& one) { return one.channel == nullptr; });
}

void Coordinator::hear_answer(Other& other, std::string_view answer) {
  const auto rank = static_cast<std::size_t>(&other - others_.data());
  const std::size_t blank = answer.find(' ');
  if (blank == std::string_view::npos || rank >= asked_.size() || asked_[rank].number == 0) return;
  const auto number = text::read_whole_number(answer.substr(0, blank));
  const auto shown = text::read_whole_number(answer.substr(blank + 1));
  if (!number || !shown || *number != asked_[rank].number) return;
  other.clock.add(asked_[rank].at, *shown, net::now_ns());
  asked_[rank] = {};
}

void Coordinator::obey(Other& other, Frame frame) {
  switch (frame.kind) {
    case Kind::problem: other.problem = told_text(frame.body, kHelloOctetsMax); break;
    case Kind::opened: other.opened = true; break;
    case Kind::alive: other.completed = text::read_whole_number(frame.body).value_or(0); break;
    case Kind::clock: hear_answer(other, frame.body); break;
    case Kind::begun:
      if (const auto at = text::read_whole_number(frame.body); at && has_begun_)
        other.begun_at = other.clock.here(*at);
      break;
    case Kind::result:
      if (has_begun_) other.result = std::move(frame.body);
      break;
    default: break;  // what only rank 0 says
  }
}

void Coordinator::hear(Other& other) {
  if (other.channel->pump()) other.heard_at = net::now_ns();
  while (auto frame = other.channel->next()) obey(other, *std::move(frame));
}

// Ranks that have ended their connection, or that have been silent for too long, are lost.
void Coordinator::note_ends() {
  for (Other& one : others_) {
    if (!one.channel) continue;
    if (one.channel->ended() && one.result.empty()) {
      const std::string why = one.channel->why();
      lose(one, fmt::format("its connection to rank 0 ended{}, as if it was killed",
                            why.empty() ? why : fmt::format(" ({})", why)));
    } else if (one.channel->ended()) {
      one.channel.reset();
    } else if (net::now_ns() - one.heard_at > kSilentNs) {
      lose(one, fmt::format("it said nothing for {} s", kSilentNs / 1'000'000'000));
    }
  }
}

void Coordinator::wait(std::uint64_t timeout_ns) {
  const bool listens = net::now_ns() >= listens_from_;
  std::vector<pollfd> all{{.fd = listens ? listener_.descriptor() : -1, .events = POLLIN, .revents = 0}};
  for (const Stranger& one : strangers_)
    all.push_back({.fd = one.channel->descriptor(), .events = events_of(*one.channel), .revents = 0});
  for (const Other& one : others_) {
    if (one.channel)
      all.push_back({.fd = one.channel->descriptor(), .events = events_of(*one.channel), .revents = 0});
  }
  poll_for(all, timeout_ns);
  auto polled = all.begin() + 1;
  for (const Stranger& one : strangers_) {
    if ((polled++)->revents != 0) one.channel->pump(kHelloOctetsMax);
  }
  for (Other& one : others_) {
    if (one.channel && (polled++)->revents != 0) hear(one);
  }
  if (all.front().revents != 0) take_new();
  admit_all();
  note_ends();
  if (const std::uint64_t now = net::now_ns(); now - alive_at_ >= kAliveEveryNs) {
    alive_at_ = now;
    tell_all(Kind::alive);
  }
}

std::vector<unsigned> Coordinator::gather(std::uint64_t deadline, const std::function<bool()>& stop) {
  const auto is_here = [](const Other& one) { return one.channel != nullptr; };
  do {
    wait(kLookNs);
  } while (!all_present(is_here) && net::now_ns() < deadline && !stop());
  std::vector<unsigned> missing;
  for (unsigned rank = 1; rank < others_.size(); ++rank) {
    if (!others_[rank].channel) missing.push_back(rank);
  }
  if (missing.empty()) {
    listener_.close();
    strangers_.clear();
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

// Asks those whose last answer has come, and waits for all answers.
void Coordinator::ask_clocks(std::size_t from, std::size_t until, std::uint64_t timeout_ns) {
  for (std::size_t rank = from; rank < until; ++rank) {
    if (!others_[rank].channel || asked_[rank].number != 0) continue;
    asked_[rank] = {.number = ++questions_, .at = net::now_ns()};
    others_[rank].channel->send(Kind::ask_clock, std::to_string(questions_));
  }
  const auto is_answered = [&] {
    for (std::size_t rank = from; rank < until; ++rank) {
      if (others_[rank].channel && asked_[rank].number != 0) return false;
    }
    return true;
  };
  const std::uint64_t deadline = net::now_ns() + timeout_ns;
  while (!is_answered() && net::now_ns() < deadline) wait(kNsPerMs);
}

void Coordinator::compare_clocks() {
  asked_.assign(others_.size(), {});
  for (std::size_t from = 1; from < others_.size(); from += kClocksAtOnce) {
    const std::size_t until = std::min(from + kClocksAtOnce, others_.size());
    // Without an answer there is no begin: the first is waited for.
    ask_clocks(from, until, kFirstClockNs);
    for (unsigned round = 1; round < kClockRounds; ++round) ask_clocks(from, until, kClockNs);
  }
}

std::uint64_t Coordinator::clock_error_max() const {
  std::uint64_t most = 0;
  for (const Other& one : others_) most = std::max(most, one.clock.error_ns());
  return most;
}

void Coordinator::begin(std::uint64_t at) {
  has_begun_ = true;
  for (Other& one : others_) {
    if (!one.channel) continue;
    if (one.clock.is_known()) {
      one.channel->send(Kind::begin, std::to_string(one.clock.there(at)));
    } else {
      lose(one, "it did not answer when it was asked for its time");
    }
  }
}

void Coordinator::gather_results(const Patience& patience, const std::function<bool()>& stop) {
  const auto is_here = [](const Other& one) { return !one.result.empty() || !one.problem.empty(); };
  std::uint64_t deadline = patience.until;
  // A rank of which more comes is heard; that nothing does for long ends the wait.
  const auto is_given_up = [&](const Other& one) {
    return is_here(one) || (net::now_ns() >= deadline && !(one.channel && one.channel->is_within_frame()));
  };
  bool stopped = false;
  while (!all_present(is_given_up)) {
    wait(kLookNs);
    if (stopped || !stop()) continue;
    stopped = true;
    deadline = std::min(deadline, net::now_ns() + patience.after_stop_ns);
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
