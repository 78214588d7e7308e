// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "simulated_run.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <variant>

#include "net/url.hpp"
#include "result/from_tally.hpp"
#include "serve/fault_option.hpp"
#include "serve/protocols.hpp"
#include "serve/work_queue.hpp"
#include "session/server_session.hpp"
#include "stats/schedule.hpp"
#include "stats/stage.hpp"
#include "stats/tally.hpp"
#include "workload/protocols.hpp"
#include "workload/stages.hpp"

namespace backtalk::known {
namespace {

constexpr std::uint64_t kNever = session::kNever;

serve::Faults faults_of(const SimulatedLoad& load) {
  serve::Faults out;
  for (const std::string& text : load.faults) {
    if (const auto problem = serve::add_fault(text, out)) throw std::invalid_argument(*problem);
  }
  return out;
}

net::Url url_of(const SimulatedLoad& load) {
  const auto url = net::read_url(load.url);
  if (const auto* problem = std::get_if<std::string>(&url)) throw std::invalid_argument(*problem);
  return std::get<net::Url>(url);
}

// With the rate and the duration that follow from its stages.
SimulatedLoad settled(SimulatedLoad load) {
  if (load.stages.empty()) return load;
  workload::LoadOptions options;
  options.stages = load.stages;
  if (const auto problem = workload::settle_stages(options)) throw std::invalid_argument(*problem);
  load.rate = options.rate;
  load.duration_ns = *options.duration_ns;
  return load;
}

std::vector<stats::Stage> stages_of(const SimulatedLoad& load) {
  if (load.stages.empty()) return {};
  return std::get<std::vector<stats::Stage>>(workload::read_stages(load.stages));
}

workload::Workload workload_of(const SimulatedLoad& load, const net::Url& url) {
  const workload::Protocol* const protocol = workload::find_protocol(url.scheme);
  workload::LoadOptions options;
  options.connections = load.connections;
  options.pipeline = load.pipeline;
  options.rate = load.rate;
  auto workload = protocol->prepare(options, *protocol->make_own(), url);
  if (const auto* problem = std::get_if<std::string>(&workload)) throw std::invalid_argument(*problem);
  return std::get<workload::Workload>(std::move(workload));
}

struct Connection {
  std::unique_ptr<session::Session> client;
  std::unique_ptr<session::ServerSession> server;
  std::string sent = {};              // by the client, not taken by the server yet
  std::uint64_t busy_until = kNever;  // the server works
};

class Simulation {
 public:
  explicit Simulation(const SimulatedLoad& load)
      : load_(settled(load)),
        stages_(stages_of(load)),
        url_(url_of(load)),
        faults_(faults_of(load)),
        service_(serve::find_protocol(url_.scheme)->make_service({.faults = faults_, .store = nullptr})),
        work_(faults_.workers),
        workload_(workload_of(load_, url_)),
        tally_(workload_.command_names.size(), workload_.statuses.size()) {
    for (std::size_t i = 0; i < load.connections; ++i) {
      connections_.push_back({.client = workload_.make_session(
                                  {.index = static_cast<std::uint32_t>(i), .seed = i, .observer = tally_}),
                              .server = service_->make_session()});
    }
    if (load_.rate)
      schedule_.emplace(stats::ArrivalPlan{.rate_per_s = *load_.rate,
                                           .steps = stats::steps_of(stages_, 0, 0),
                                           .arrival = load.arrival,
                                           .start_ns = kStart,
                                           .seed = load.seed});
    tally_.planned_end = kStart + load_.duration_ns;
    tally_.middle = kStart + load_.duration_ns / 2;
    tally_.stages.start(kStart, stages_);
  }

  SimulatedResult run() {
    open();
    while (begin_what_may() || work_goes_on()) now_ = next_event();
    return finish();
  }

 private:
  // A point in time is never 0.
  static constexpr std::uint64_t kStart = kSecond;

  void open() {
    for (Connection& one : connections_) {
      one.client->restart(now_);
      one.server->restart();
      settle(one);
      if (!one.client->ready()) throw std::runtime_error("the handshake is not done at once");
    }
    tally_.sessions_at_start = tally_.sessions_had = tally_.sessions_at_end = connections_.size();
    tally_.connections_opened = connections_.size();
    stamps_.clear();
  }

  [[nodiscard]] bool is_stopped(std::uint64_t at) const {
    return load_.stop && at >= kStart + load_.stop->from_ns &&
           at < kStart + load_.stop->from_ns + load_.stop->for_ns;
  }
  // When a stopped process does what was due at that time.
  [[nodiscard]] std::uint64_t when_running(std::uint64_t at) const {
    return is_stopped(at) ? kStart + load_.stop->from_ns + load_.stop->for_ns : at;
  }

  // True if something may still begin.
  bool begin_what_may() {
    if (!schedule_) return begin_closed();
    for (; schedule_->next() <= now_ && schedule_->next() < tally_.planned_end; schedule_->pop()) {
      tally_.fell_due(schedule_->next());
      waiting_.push_back(
          {.number = ++numbers_, .scheduled = schedule_->next(), .stage = stage_at(schedule_->next())});
    }
    while (!waiting_.empty()) {
      Connection* const free = find_free();
      if (free == nullptr) break;
      begin(*free, waiting_.front());
      waiting_.pop_front();
    }
    return !waiting_.empty() || schedule_->next() < tally_.planned_end;
  }

  [[nodiscard]] std::uint16_t stage_at(std::uint64_t scheduled) const {
    std::uint64_t end = kStart;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      end += stages_[i].duration_ns;
      if (scheduled < end) return static_cast<std::uint16_t>(i);
    }
    return 0;
  }

  bool begin_closed() {
    for (Connection& one : connections_) {
      while (now_ < tally_.planned_end && one.client->room() > 0)
        begin(one, {.number = ++numbers_, .scheduled = now_});
    }
    return false;  // what ends in time begins something
  }

  void begin(Connection& one, const session::Ticket& ticket) {
    tally_.started(ticket);
    one.client->begin(ticket);
    settle(one);
  }

  // The next in turn: all connections carry the same share.
  Connection* find_free() {
    for (std::size_t tried = 0; tried < connections_.size(); ++tried) {
      Connection& one = connections_[turn_++ % connections_.size()];
      if (one.client->room() > 0) return &one;
    }
    return nullptr;
  }

  [[nodiscard]] bool work_goes_on() const {
    return std::ranges::any_of(
        connections_, [](const Connection& one) { return one.busy_until != kNever || !one.sent.empty(); });
  }

  std::uint64_t next_event() {
    std::uint64_t next = kNever;
    if (schedule_ && schedule_->next() < tally_.planned_end) next = schedule_->next();
    for (const Connection& one : connections_) {
      if (one.busy_until != kNever) next = std::min(next, when_running(one.busy_until));
      if (!one.sent.empty() && is_stopped(now_)) next = std::min(next, when_running(now_));
    }
    if (next == kNever || next < now_) throw std::logic_error("nothing more happens");
    now_ = next;
    for (Connection& one : connections_) {
      if (!is_stopped(now_) && one.busy_until <= now_) {
        one.busy_until = kNever;
        one.server->finish_work();
      }
      settle(one);
    }
    return now_;
  }

  // What either side has to say is heard by the other, until both wait.
  void settle(Connection& one) {
    while (exchange(one)) {
    }
  }

  bool exchange(Connection& one) {
    bool anything = false;
    while (const std::size_t octets = one.client->produce(room_, now_)) {
      one.sent.append(room_.data(), octets);
      stamps_.push_back(now_ - kStart);
      anything = true;
    }
    if (is_stopped(now_)) return false;
    if (one.busy_until == kNever && (!one.sent.empty() || one.server->has_more())) {
      const std::size_t taken = one.server->consume(one.sent);
      one.sent.erase(0, taken);
      anything = anything || taken > 0;
      if (one.server->work_ns() > 0) one.busy_until = work_.add(now_, one.server->work_ns());
    }
    if (std::string& output = one.server->output(); !output.empty()) {
      const std::string heard = std::move(output);
      output.clear();
      const std::uint64_t before = tally_.measured().completed;
      one.client->consume(heard, now_);
      count_second(tally_.measured().completed - before);
      anything = true;
    }
    return anything;
  }

  // As the seconds of a run, which are counted from its first.
  void count_second(std::uint64_t completed) {
    const std::uint64_t t_s = (now_ - kStart) / kSecond + 1;
    while (seconds_.size() < t_s) seconds_.emplace_back().t_s = seconds_.size();
    seconds_[t_s - 1].completed += completed;
  }

  SimulatedResult finish() {
    tally_.load_ns = tally_.connected_ns = load_.duration_ns;
    tally_.silent_ns = tally_.planned_end - std::min(tally_.planned_end, tally_.last_answer);
    SimulatedResult out{
        .result = result::from_tally(
            tally_, {},
            {.transaction = "request", .commands = workload_.command_names, .statuses = workload_.statuses}),
        .stamps = std::move(stamps_)};
    out.result.workload.connections = load_.connections;
    out.result.workload.rate = load_.rate;
    out.result.workload.stages = load_.stages;
    out.result.workload.allow_failures = 1;
    out.result.seconds = std::move(seconds_);
    out.result.elapsed_ns = std::max(tally_.planned_end, tally_.last_completion) - kStart;
    return out;
  }

  SimulatedLoad load_;
  std::vector<stats::Stage> stages_;
  net::Url url_;
  serve::Faults faults_;
  std::unique_ptr<serve::Service> service_;
  serve::WorkQueue work_;
  workload::Workload workload_;
  stats::Tally tally_;
  std::vector<Connection> connections_;
  std::optional<stats::ArrivalSchedule> schedule_;
  std::deque<session::Ticket> waiting_;  // due, and no session is free
  std::array<char, 65536> room_{};
  std::vector<std::uint64_t> stamps_;
  std::vector<result::Second> seconds_;
  std::uint64_t numbers_ = 0;
  std::size_t turn_ = 0;
  std::uint64_t now_ = kStart;
};

}  // namespace

SimulatedResult simulate(const SimulatedLoad& load) {
  return std::make_unique<Simulation>(load)->run();
}

}  // namespace backtalk::known
