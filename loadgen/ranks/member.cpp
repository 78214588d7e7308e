// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/member.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>

#include "net/clock.hpp"
#include "net/url.hpp"
#include "ranks/coordinator.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "text/whole_number.hpp"

namespace backtalk::ranks {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr std::uint64_t kConnectNs = 2 * kSecondNs;
// How long whoever listens there may take to answer: rank 0 may be busy with many.
constexpr std::uint64_t kAnswerNs = 15 * kSecondNs;
constexpr auto kRetryAfter = std::chrono::milliseconds(50);
// What rank 0 says is short.
constexpr std::size_t kBodyMax = std::size_t{64} << 10;
// How long rank 0 may take to hear of the last words.
constexpr std::uint64_t kFarewellNs = 600 * kSecondNs;

std::variant<std::vector<net::Endpoint>, std::string> endpoints_of(const std::string& place) {
  auto read = net::read_url("tcp://" + place);
  if (const auto* problem = std::get_if<std::string>(&read)) return *problem;
  const auto& url = std::get<net::Url>(read);
  if (!url.port_given) return fmt::format("`{}`: HOST:PORT is expected", place);
  return net::resolve_all(url);
}

std::uint64_t completed_of(std::span<const stats::IntervalRow> rows) {
  std::uint64_t sum = 0;
  for (const stats::IntervalRow& one : rows) sum += one.completed;
  return sum;
}

}  // namespace

Member::Answer Member::greet(const net::Endpoint& to, const Hello& hello, std::uint64_t deadline,
                             const std::function<bool()>& stop) {
  auto socket = std::make_unique<net::PolledSocket>();
  if (const int error = socket->connect(to, kConnectNs); error != 0)
    return {.why_not = std::generic_category().message(error)};
  channel_ = std::make_unique<Channel>(std::move(socket), kBodyMax);
  channel_->send(Kind::hello, write_hello(hello));
  const std::uint64_t until = std::min(deadline, net::now_ns() + kAnswerNs);
  while (!stop() && net::now_ns() < until) {
    static_cast<void>(channel_->socket().wait(channel_->has_output(), -1, kLookNs));
    channel_->pump();
    if (const auto frame = channel_->next()) {
      if (frame->kind == Kind::welcome) return {.is_welcome = true, .why_not = {}};
      if (frame->kind == Kind::refused)
        return {.is_refusal = true, .why_not = told_text(frame->body, kHelloOctetsMax)};
    }
    if (!channel_->ended()) continue;
    const std::string why = channel_->why();
    return {.why_not = why.empty() ? "it ended the connection" : why};
  }
  return {.why_not = "it did not answer"};
}

std::optional<std::string> Member::connect(std::span<const std::string> places, const Hello& hello,
                                           std::uint64_t deadline, const std::function<bool()>& stop) {
  std::string why = "no address is known";
  while (net::now_ns() < deadline && !stop()) {
    std::string refusal;
    for (const std::string& place : places) {
      const auto found = endpoints_of(place);
      if (const auto* problem = std::get_if<std::string>(&found)) {
        why = *problem;
        continue;
      }
      for (const net::Endpoint& to : std::get<std::vector<net::Endpoint>>(found)) {
        const Answer answer = greet(to, hello, deadline, stop);
        if (answer.is_welcome) return std::nullopt;
        (answer.is_refusal ? refusal : why) = fmt::format("{}: {}", place, answer.why_not);
      }
    }
    // It will not be welcome later either.
    if (!refusal.empty()) return fmt::format("rank {}: it was turned away at {}", hello.rank, refusal);
    std::this_thread::sleep_for(kRetryAfter);
  }
  if (stop()) return fmt::format("rank {}: it was interrupted before it had found rank 0", hello.rank);
  return fmt::format("rank {}: rank 0 was not found ({})", hello.rank, why);
}

void Member::say_alive(std::uint64_t completed) {
  const std::uint64_t now = net::now_ns();
  if (now - alive_at_ < kAliveEveryNs) return;
  alive_at_ = now;
  channel_->send(Kind::alive, std::to_string(completed));
}

void Member::obey(const Frame& frame, load::LoadRun& run) {
  switch (frame.kind) {
    case Kind::open:
      if (step_ != Step::waiting) break;
      if (const auto problem = run.open()) {
        channel_->send(Kind::problem, *problem);
        step_ = Step::over;
      } else {
        step_ = Step::opening;
      }
      break;
    case Kind::ask_clock: channel_->send(Kind::clock, fmt::format("{} {}", frame.body, net::now_ns())); break;
    case Kind::begin:
      if (step_ != Step::opening && step_ != Step::opened) break;
      run.begin(text::read_whole_number(frame.body).value_or(0));
      step_ = Step::running;
      break;
    case Kind::stop:
      if (step_ != Step::waiting && step_ != Step::over && !stopped_) run.stop();
      stopped_ = true;
      break;
    case Kind::refused:
    case Kind::done: done_ = true; break;
    default: break;  // what only other ranks say
  }
}

void Member::step(load::LoadRun& run) {
  if (step_ == Step::opening && run.opened()) {
    channel_->send(Kind::opened);
    step_ = Step::opened;
  }
  if (step_ == Step::running && run.done()) {
    send_result(run);
    step_ = Step::over;
  }
}

void Member::send_result(load::LoadRun& run) {
  const auto finished = run.finish();
  if (const auto* problem = std::get_if<std::string>(&finished)) {
    channel_->send(Kind::problem, *problem);
    return;
  }
  const auto& result = std::get<result::RunResult>(finished);
  if (const auto at = run.begun_at()) channel_->send(Kind::begun, std::to_string(*at));
  channel_->send(Kind::result, result::to_json(result, report::judge(result)));
}

// Before it has opened sessions there is nothing to end but the run: without its part, the load
// would be less than what was asked for.
void Member::end_early(load::LoadRun& run) {
  stopped_ = true;
  if (step_ == Step::waiting) {
    channel_->send(Kind::problem, "it was interrupted before the load");
    step_ = Step::over;
  } else if (step_ != Step::over) {
    run.stop();
  }
}

std::optional<std::string> Member::follow(load::LoadRun& run, const std::function<bool()>& stop) {
  heard_at_ = net::now_ns();
  while (!done_) {
    static_cast<void>(channel_->socket().wait(channel_->has_output(), -1, kLookNs));
    if (channel_->pump()) heard_at_ = net::now_ns();
    while (const auto frame = channel_->next()) obey(*frame, run);
    step(run);
    if (done_) break;
    // Without it nobody could end the load.
    if (channel_->ended() || net::now_ns() - heard_at_ > kSilentNs) return "rank 0 was lost";
    say_alive(step_ == Step::running ? completed_of(run.poll()) : 0);
    if (stop() && !stopped_) end_early(run);
  }
  return std::nullopt;
}

void Member::wait_for_end(const std::function<bool()>& stop) {
  const std::uint64_t until = net::now_ns() + kFarewellNs;
  while (!done_ && !channel_->ended() && net::now_ns() < until && !stop()) {
    static_cast<void>(channel_->socket().wait(channel_->has_output(), -1, kLookNs));
    channel_->pump();
    while (const auto frame = channel_->next()) {
      if (frame->kind == Kind::refused || frame->kind == Kind::done) done_ = true;
    }
    say_alive(0);
  }
}

}  // namespace backtalk::ranks
