// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/talk_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "net/clock.hpp"
#include "net/failure_names.hpp"
#include "net/link.hpp"
#include "talk/completion.hpp"
#include "talk/conversation.hpp"
#include "talk/local_command.hpp"
#include "text/duration.hpp"
#include "text/remedy.hpp"
#include "tls/failures.hpp"

namespace backtalk::talk {
namespace {

// What the program says to begin TLS.
std::span<const std::string_view> upgrade_lines(Protocol protocol) {
  static constexpr std::array<std::string_view, 2> kSmtp{"EHLO localhost", "STARTTLS"};
  static constexpr std::array<std::string_view, 2> kLmtp{"LHLO localhost", "STARTTLS"};
  static constexpr std::array<std::string_view, 1> kPop3{"STLS"};
  static constexpr std::array<std::string_view, 1> kImap{"tls STARTTLS"};
  switch (protocol) {
    case Protocol::smtp: return kSmtp;
    case Protocol::lmtp: return kLmtp;
    case Protocol::pop3: return kPop3;
    case Protocol::imap: return kImap;
    case Protocol::http: return {};
  }
  return {};
}

// What it means and what to do, and the name under which it is counted.
std::string explained(std::string_view failure) {
  const std::string_view remedy = text::remedy_for(failure);
  return remedy.empty() ? std::string(failure) : fmt::format("{} ({})", remedy, failure);
}

class Talk final : private Attendant {
 public:
  Talk(const TalkPlan& plan, LineSource& lines, Audience& audience, Screen& screen)
      : plan_(plan),
        screen_(screen),
        lines_(lines),
        conversation_(plan.protocol, audience,
                      {.explain = plan.explain, .lenient = plan.lenient, .pipeline = plan.pipeline}) {}

  Outcome run() {
    if (auto problem = connect()) return {Outcome::Kind::no_connection, *std::move(problem)};
    if (secures_at_once()) link_.secure(plan_.transport.plan.make());
    upgrade_left_ = plan_.starttls ? upgrade_lines(plan_.protocol) : std::span<const std::string_view>();
    lines_.join(conversation_);
    moved();
    asked_at_ = moved_at_;
    while (true) {
      if (auto outcome = turn()) {
        conversation_.give_up();
        if (!conversation_.problem().empty()) outcome = {Outcome::Kind::failed, conversation_.problem()};
        if (auto problem = lines_.problem(); !problem.empty())
          outcome = {Outcome::Kind::failed, std::move(problem)};
        link_.close();
        if (!screen_.flush() && outcome->kind == Outcome::Kind::answered) return unwritable();
        return *outcome;
      }
    }
  }

 private:
  // Tries the server's addresses in turn, each for its share of the time that is left. A sentence
  // if none of them can be connected to.
  std::optional<std::string> connect() {
    const std::uint64_t end_by = net::now_ns() + plan_.timeout_ns;
    const std::size_t count = plan_.addresses.size();
    std::string failures;
    for (std::size_t i = 0; i < count; ++i) {
      const net::Endpoint& address = plan_.addresses[i];
      const std::uint64_t left_ns = end_by - std::min(end_by, net::now_ns());
      const int error = link_.connect(address, left_ns / (count - i));
      if (error == 0) {
        if (i > 0) screen_.remark(fmt::format("connected to {}", address.text()));
        return std::nullopt;
      }
      const std::string why = explained(net::connect_failure(error, address));
      if (count == 1) return fmt::format("cannot connect: {}", why);
      const std::string failure = fmt::format("{}: {}", address.text(), why);
      if (i + 1 < count) screen_.remark(failure);
      failures.append("\n  ").append(failure);
    }
    return fmt::format("cannot connect to any of the {} addresses:{}", count, failures);
  }

  [[nodiscard]] bool secures_at_once() const {
    return plan_.transport.plan.make && plan_.transport.plan.start == net::TransportStart::at_once;
  }
  static Outcome unwritable() { return {Outcome::Kind::bad_environment, "what is said cannot be written"}; }

  void set_aside(bool aside) {
    screen_.set_aside(aside);
    lines_.set_aside(aside);
  }

  [[nodiscard]] bool has_line() { return local_ || lines_.has_line(net::now_ns()); }
  // All lines have gone out.
  [[nodiscard]] bool is_out_of_lines() { return !has_line() && lines_.ended(); }

  // Something went out or came in: the time for an answer begins again.
  void moved() { moved_at_ = net::now_ns(); }

  // Says what can be said, waits, and hears what there is. The outcome, once there is one.
  std::optional<Outcome> turn() {
    if (conversation_.wants_tls() && !link_.securing() && !link_.is_sending()) {
      if (!plan_.transport.plan.make)
        return Outcome{Outcome::Kind::failed, "the server waits for TLS, which this conversation has not"};
      link_.secure(plan_.transport.plan.make());
      moved();
    }
    if (auto outcome = say()) return outcome;
    if (!screen_.flush()) return unwritable();
    if (is_over()) return judged();
    if (is_cut_short())
      return Outcome{Outcome::Kind::failed,
                     fmt::format("the input ends in the middle of {}", conversation_.inside())};
    const bool reads = wants_lines();
    if (reads && lines_.is_edited()) return edit();
    if (lines_.wakes_at_ns()) moved();
    const auto left = time_left();
    if (left == 0) return listens_until_ ? std::nullopt : std::optional(timed_out());
    const bool readable = link_.wait(reads ? lines_.descriptor() : -1, left);
    if (readable && !lines_.read())
      return Outcome{Outcome::Kind::bad_environment,
                     "the input cannot be read, or has a line of more than 1 MiB"};
    return hear();
  }

  // Lets a line be edited, and attends to the server meanwhile.
  std::optional<Outcome> edit() {
    stopped_.reset();
    lines_.edit(*this);
    return std::exchange(stopped_, std::nullopt);
  }

  Event wait(int descriptor) override {
    const auto left = time_left();
    if (left == 0) {
      stopped_ = timed_out();
      return Event::stop;
    }
    const bool readable = link_.wait(descriptor, left);
    stopped_ = hear();
    if (stopped_ || !wants_lines()) return Event::stop;
    return readable ? Event::readable : Event::nothing;
  }
  [[nodiscard]] bool has_news() const override { return screen_.has_news(); }
  void show_news() override {
    if (!screen_.flush()) stopped_ = unwritable();
  }
  [[nodiscard]] LineKind kind() const override {
    if (conversation_.secret_follows({})) return LineKind::secret;
    return conversation_.at_command() ? LineKind::command : LineKind::content;
  }
  [[nodiscard]] bool secret_follows(std::string_view beginning) const override {
    return conversation_.secret_follows(beginning);
  }

  // An outcome, if a command of the program ends the conversation.
  std::optional<Outcome> say() {
    if (link_.securing()) return std::nullopt;
    while (!is_listening() && conversation_.may_type()) {
      if (!upgrade_left_.empty()) {
        if (conversation_.due() > 0 || (upgrade_begun_ && !conversation_.accepted())) break;
        upgrade_begun_ = true;
        set_aside(true);
        conversation_.type(upgrade_left_.front());
        upgrade_left_ = upgrade_left_.subspan(1);
        continue;
      }
      if (is_upgrading()) break;
      if (local_) {
        if (conversation_.due() > 0) break;
        if (auto outcome = obey(*std::exchange(local_, std::nullopt))) return outcome;
        continue;
      }
      if (!has_line()) break;
      type(lines_.take());
    }
    const std::string octets = conversation_.take_output();
    if (!octets.empty()) {
      link_.send(octets);
      moved();
      asked_at_ = moved_at_;
    }
    return std::nullopt;
  }

  void type(std::string_view line) {
    const bool at_command = conversation_.at_command();
    const bool may_be_local = at_command && lines_.has_local_commands();
    if (may_be_local && is_local(line)) {
      local_ = line;
      lines_.remember(line);
      return;
    }
    const bool is_open = conversation_.type(may_be_local ? for_server(line) : line);
    if (is_open && at_command) lines_.remember(line);
  }

  // Carries out a line that is for the program.
  std::optional<Outcome> obey(const std::string& line) {
    screen_.remark(line);
    auto read = read_local(line);
    auto problem = std::holds_alternative<std::string>(read) ? std::optional(std::get<std::string>(read))
                                                             : obey(std::get<LocalCommand>(read));
    if (quits_) return judged();
    if (!problem) return std::nullopt;
    // Somebody who types sees it; what comes from a pipe relies on it.
    if (!lines_.is_edited()) return Outcome{Outcome::Kind::failed, *std::move(problem)};
    screen_.remark(*problem);
    return std::nullopt;
  }

  // A sentence if that fails.
  std::optional<std::string> obey(const LocalCommand& command) {
    switch (command.name) {
      case LocalCommand::Name::help: show_help(); return std::nullopt;
      case LocalCommand::Name::tls: return show_tls();
      case LocalCommand::Name::starttls: return start_tls();
      case LocalCommand::Name::save: return screen_.save(command.argument);
      case LocalCommand::Name::wait:
        listens_until_ = net::now_ns() + (command.duration_ns > 0 ? command.duration_ns : plan_.timeout_ns);
        listens_once_ = command.duration_ns == 0;
        return std::nullopt;
      case LocalCommand::Name::quit: quits_ = true; return std::nullopt;
    }
    return std::nullopt;
  }

  void show_help() {
    for (const auto commands : {local_command_help(), command_help(plan_.protocol)}) {
      for (const CommandHelp& one : commands) screen_.remark(fmt::format("{:<14} {}", one.text, one.help));
    }
  }

  std::optional<std::string> show_tls() {
    const auto tls = link_.secured() ? plan_.transport.negotiated() : std::nullopt;
    if (!tls) return "the connection is in clear text";
    screen_.remark(fmt::format("version: {}", tls->version));
    screen_.remark(fmt::format("cipher: {}", tls->cipher));
    if (!tls->protocol.empty()) screen_.remark(fmt::format("ALPN: {}", tls->protocol));
    screen_.remark(plan_.transport.verifies ? "certificate: verified" : "certificate: NOT verified");
    if (!tls->peer) return std::nullopt;
    screen_.remark(fmt::format("subject: {}", tls->peer->subject));
    screen_.remark(fmt::format("issuer: {}", tls->peer->issuer));
    screen_.remark(fmt::format("valid: {} to {}", tls->peer->begins, tls->peer->ends));
    for (const std::string& name : tls->peer->names) screen_.remark(fmt::format("name: {}", name));
    return std::nullopt;
  }

  std::optional<std::string> start_tls() {
    const auto lines = upgrade_lines(plan_.protocol);
    if (lines.empty()) return "HTTP has no command that begins TLS; the scheme https has it from the start";
    if (link_.secured()) return "TLS has begun already";
    conversation_.type(lines.back());
    return std::nullopt;
  }

  // Lines wait, as /wait says.
  [[nodiscard]] bool is_listening() {
    if (listens_until_ && net::now_ns() >= *listens_until_) {
      if (listens_once_) screen_.remark("nothing came");
      listens_until_.reset();
    }
    return listens_until_.has_value();
  }

  [[nodiscard]] bool is_upgrading() const { return plan_.starttls && !link_.secured(); }

  // All was said, and all is answered.
  [[nodiscard]] bool is_over() {
    return is_out_of_lines() && !listens_until_ && conversation_.due() == 0 && !is_upgrading() &&
           !link_.securing() && !link_.is_sending() && conversation_.inside().empty();
  }

  // What was begun has to be gone on with, and there is nothing left to go on with.
  [[nodiscard]] bool is_cut_short() {
    return is_out_of_lines() && !conversation_.inside().empty() && conversation_.may_type() &&
           !is_upgrading() && !link_.is_sending();
  }

  // Not more of them than the server takes.
  [[nodiscard]] bool wants_lines() {
    return !link_.is_sending() && !has_line() && !lines_.ended() && !is_upgrading() && !listens_until_ &&
           conversation_.may_type();
  }

  // Nothing has to come while the user thinks, or waits.
  [[nodiscard]] std::optional<std::uint64_t> time_left() const {
    if (listens_until_) return *listens_until_ - std::min(*listens_until_, net::now_ns());
    if (const auto wakes_at_ns = lines_.wakes_at_ns()) {
      const std::uint64_t now_ns = net::now_ns();
      return std::max<std::uint64_t>(*wakes_at_ns, now_ns + 1) - now_ns;
    }
    // A line that breaks the protocol and does not end keeps the user from the next one.
    const bool waits = conversation_.due() > 0 || !conversation_.may_type() || !lines_.awaited().empty() ||
                       link_.securing() || link_.is_sending() || is_upgrading();
    if (!waits && !lines_.ended()) return std::nullopt;
    const std::uint64_t passed = net::now_ns() - moved_at_;
    return plan_.timeout_ns - std::min(plan_.timeout_ns, passed);
  }

  std::optional<Outcome> hear() {
    const bool was_securing = link_.securing();
    const std::string_view octets = link_.receive();
    if (!octets.empty()) {
      screen_.set_waited(net::now_ns() - asked_at_);
      moved();
      if (listens_once_) listens_until_.reset();
      conversation_.receive(octets);
    }
    if (was_securing && link_.secured()) secured();
    if (!conversation_.problem().empty()) return Outcome{Outcome::Kind::failed, conversation_.problem()};
    if (was_securing && !link_.failure().empty()) return not_secured();
    if (link_.ended()) return closed();
    if (is_upgrade_refused())
      return Outcome{Outcome::Kind::failed,
                     "the server refuses to begin TLS; nothing was said in clear text"};
    return std::nullopt;
  }

  [[nodiscard]] bool is_upgrade_refused() const {
    const bool answered = is_upgrading() && upgrade_begun_ && conversation_.due() == 0;
    return answered && !conversation_.wants_tls() && (upgrade_left_.empty() || !conversation_.accepted());
  }

  void secured() {
    moved();
    set_aside(false);
    if (const auto tls = plan_.transport.negotiated())
      screen_.remark(fmt::format("{}, {}; the certificate {}", tls->version, tls->cipher,
                                 plan_.transport.verifies ? "is verified" : "is NOT verified"));
    if (conversation_.wants_tls()) conversation_.tls_established();
  }

  [[nodiscard]] Outcome not_secured() const {
    const std::string_view failure = link_.failure();
    // Behind the acceptance of STARTTLS octets in the clear could be from anyone. A STARTTLS that
    // was typed is a part of the conversation.
    const bool failed = conversation_.wants_tls() && (failure == tls::kBadRecord || !plan_.starttls);
    return {failed ? Outcome::Kind::failed : Outcome::Kind::no_connection,
            fmt::format("TLS: {}", explained(failure))};
  }

  Outcome closed() {
    const bool cut = !link_.failure().empty();
    if (!cut) conversation_.end_of_stream();
    if (!conversation_.problem().empty()) return {Outcome::Kind::failed, conversation_.problem()};
    const bool more = has_line() || !conversation_.inside().empty() || has_more_input();
    // Servers that have answered all need not part in good order.
    if (conversation_.due() == 0 && !more && !is_upgrading()) return judged();
    std::string sentence = awaited();
    sentence += cut ? fmt::format("the connection was lost ({})", link_.failure())
                    : std::string("the server closed the connection");
    if (conversation_.due() > 0)
      sentence += fmt::format("; answers that did not come: {}", conversation_.due());
    if (more) sentence += "; not all lines were sent";
    sentence += silence();
    return {Outcome::Kind::failed, std::move(sentence)};
  }

  // What is in the pipe and was not read, because nothing could be said.
  bool has_more_input() {
    if (lines_.descriptor() < 0) return !lines_.ended();
    while (!lines_.ended() && !has_line() && net::is_readable(lines_.descriptor())) {
      if (!lines_.read()) return false;
    }
    return has_line();
  }

  // What it may mean that nothing at all came.
  [[nodiscard]] std::string silence() const {
    if (conversation_.was_answered()) return {};
    const std::string_view tls = link_.secured() ? "" : ", and does TLS begin at once there";
    return fmt::format(". Are the scheme and the port right{}?", tls);
  }

  // "FILE:3:4: expected "250", and "
  [[nodiscard]] std::string awaited() const {
    std::string awaited = lines_.awaited();
    return awaited.empty() ? awaited : awaited + ", and ";
  }

  [[nodiscard]] Outcome judged() const {
    if (conversation_.confused())
      return {Outcome::Kind::failed, "the server answered what nothing had asked for"};
    return {};
  }

  [[nodiscard]] Outcome timed_out() const {
    const std::string after = text::show_duration(plan_.timeout_ns);
    if (link_.securing())
      return {Outcome::Kind::no_connection, fmt::format("no TLS handshake within {}", after)};
    const bool greets = plan_.protocol != Protocol::http && !conversation_.was_answered();
    if (greets)
      return {Outcome::Kind::failed, fmt::format("{}no greeting within {}{}", awaited(), after, silence())};
    // A script may expect an answer that nothing has asked for.
    const std::size_t due = conversation_.due();
    const std::string unanswered =
        due == 0 ? std::string() : fmt::format(" ({} {} unanswered)", due, due == 1 ? "command" : "commands");
    return {Outcome::Kind::failed,
            fmt::format("{}no answer within {}{}{}", awaited(), after, unanswered, silence())};
  }

  const TalkPlan& plan_;
  Screen& screen_;
  LineSource& lines_;
  Conversation conversation_;
  net::Link link_;
  std::span<const std::string_view> upgrade_left_;
  bool upgrade_begun_ = false;
  std::uint64_t moved_at_ = 0;
  std::uint64_t asked_at_ = 0;                  // the last line went out
  std::optional<Outcome> stopped_;              // while a line was edited
  std::optional<std::string> local_;            // for the program; waits for what is due
  std::optional<std::uint64_t> listens_until_;  // as /wait says
  bool listens_once_ = false;                   // until something comes
  bool quits_ = false;
};

}  // namespace

Outcome talk(const TalkPlan& plan, LineSource& lines, Audience& audience, Screen& screen) {
  return Talk(plan, lines, audience, screen).run();
}

}  // namespace backtalk::talk
