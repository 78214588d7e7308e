// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/mailbox_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "fill/filler.hpp"
#include "net/clock.hpp"
#include "net/failure_names.hpp"
#include "net/link.hpp"
#include "session/session.hpp"

namespace backtalk::fill {
namespace {

using session::Ending;

constexpr std::size_t kSendOctets = std::size_t{256} << 10;
// How often a wait looks at whether the user wants no more.
constexpr std::uint64_t kLookNs = 100'000'000;
// How long what is in flight then has to be answered.
constexpr std::uint64_t kGraceNs = 2'000'000'000;

class Connection {
 public:
  Connection(const FillPlan& plan, Filler& filler, const std::atomic<bool>& stop)
      : plan_(plan), filler_(filler), session_(filler.session()), stop_(stop), out_(kSendOctets) {}

  // False if it could not be opened, or if the user wants no more.
  bool open(std::uint64_t user) {
    int error = ECANCELED;
    const std::size_t count = plan_.addresses.size();
    for (std::size_t i = 0; i < count && error != 0 && !is_stopped(); ++i) {
      const net::Endpoint& address = plan_.addresses[(user + i) % count];
      error = link_.connect(address, plan_.timeout_ns, &stop_);
      if (error != 0 && error != ECANCELED && i + 1 == count)
        filler_.fail_to_connect(net::connect_failure(error, address));
    }
    if (error != 0) return false;
    if (plan_.transport.plan.make && plan_.transport.plan.start == net::TransportStart::at_once) secure();
    return true;
  }

  void converse() {
    if (link_.securing() && !shake_hands()) return;
    filler_.begin(net::now_ns());
    while (!session_.over()) {
      if (is_stopped() && stopped_at_ == 0) {
        stopped_at_ = net::now_ns();
        filler_.stop();
      }
      send();
      if (session_.over()) break;
      if (session_.wants_tls() && !link_.securing() && !link_.secured()) secure();
      link_.wait(-1, kLookNs);
      receive();
    }
    link_.close();
  }

 private:
  [[nodiscard]] bool is_stopped() const { return stop_.load(std::memory_order_relaxed); }

  void secure() {
    begun_securing_ = net::now_ns();
    link_.secure(plan_.transport.plan.make());
  }

  // Before the session begins: nothing is in flight that an end would have to wait for.
  bool shake_hands() {
    while (link_.securing() && !link_.ended()) {
      if (is_stopped()) return false;
      link_.wait(-1, kLookNs);
      early_.append(link_.receive());
      if (net::now_ns() - begun_securing_ > plan_.timeout_ns) {
        filler_.fail_to_connect(net::kHandshakeTimeout);
        return false;
      }
    }
    if (link_.secured()) return true;
    filler_.fail_to_connect(link_.failure().empty() ? session::kServerClosed : link_.failure());
    return false;
  }

  void send() {
    if (!early_.empty()) session_.consume(std::exchange(early_, {}), net::now_ns());
    for (;;) {
      const std::uint64_t now = net::now_ns();
      filler_.advance(now);
      if (link_.is_sending() || link_.ended()) return;
      const std::size_t octets = session_.produce(out_, now);
      if (octets == 0) return;
      link_.send({out_.data(), octets});
    }
  }

  void receive() {
    const bool was_securing = link_.securing();
    const std::string_view octets = link_.receive();
    const std::uint64_t now = net::now_ns();
    if (was_securing && link_.secured()) session_.tls_established(now);
    if (!octets.empty()) session_.consume(octets, now);
    if (session_.over()) return;
    if (link_.ended()) {
      session_.end(Ending::failed, link_.failure().empty() ? session::kServerClosed : link_.failure(), now);
    } else if (const auto since = session_.waiting_since(); since != 0 && now - since > plan_.timeout_ns) {
      session_.end(Ending::failed, link_.securing() ? net::kHandshakeTimeout : session::kTimeout, now);
    } else if (stopped_at_ != 0 && now - stopped_at_ > kGraceNs) {
      session_.end(Ending::unfinished, session::kRunOver, now);
    }
  }

  const FillPlan& plan_;
  Filler& filler_;
  session::Session& session_;
  const std::atomic<bool>& stop_;
  net::Link link_;
  std::vector<char> out_;
  std::string early_;  // came with the end of the handshake
  std::uint64_t begun_securing_ = 0;
  std::uint64_t stopped_at_ = 0;
};

}  // namespace

FillResult fill_mailbox(const FillPlan& plan, std::uint64_t user, const std::atomic<bool>& stop) {
  const std::unique_ptr<Filler> filler = make_filler(plan, user);
  do {
    Connection connection(plan, *filler, stop);
    if (!connection.open(user)) break;
    connection.converse();
  } while (filler->wants_another_connection() && !stop.load(std::memory_order_relaxed));
  if (stop.load(std::memory_order_relaxed)) filler->stop();
  return filler->finish();
}

}  // namespace backtalk::fill
