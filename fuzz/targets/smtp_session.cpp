// SPDX-License-Identifier: Apache-2.0 OR MIT
// The client's side of SMTP and LMTP against a hostile server: session::SmtpSession. The stream is what the
// server says; the client speaks at fixed places of it, so that what it says does not depend on the cuts.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"
#include "session/smtp_session.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
using namespace backtalk::session;

constexpr unsigned kTransactions = 12;

// What varies, a bit each.
enum Variant : unsigned { lmtp = 1, bdat = 2, deep = 4, two_recipients = 8, bursts = 16, noop = 32 };
constexpr unsigned kVariants = 64;

SmtpPlan plan_of(unsigned variant) {
  SmtpPlan plan;
  plan.lmtp = (variant & lmtp) != 0;
  plan.hello = "client.example";
  plan.from = "a{n}@example.org";
  plan.recipients = {"b@example.net"};
  if ((variant & two_recipients) != 0) plan.recipients.emplace_back("c{n}@example.net");
  plan.message = make_wire_message("Subject: x\r\n\r\n.Hello\r\n");
  plan.submission = (variant & bdat) != 0 ? SmtpPlan::Submission::bdat : SmtpPlan::Submission::data;
  plan.exercise = (variant & noop) != 0 ? SmtpPlan::Exercise::noop : SmtpPlan::Exercise::message;
  plan.depth = (variant & deep) != 0 ? 4 : 1;
  return plan;
}

const SmtpPlan& shared_plan(unsigned variant) {
  static const std::vector<SmtpPlan> plans = [] {
    std::vector<SmtpPlan> all;
    all.reserve(kVariants);
    for (unsigned i = 0; i < kVariants; ++i) all.push_back(plan_of(i));
    return all;
  }();
  return plans[variant];
}

// Keeps the books: everything that is begun ends once, everything that is answered was sent.
class Books final : public Observer {
 public:
  void open(const SmtpPlan& plan) {
    *this = Books{};
    outstanding_max_ = pending_commands_max(plan);
  }
  void write_to(Report* report) { report_ = report; }
  void at(std::uint64_t offset) { offset_ = offset; }
  void begin(std::uint64_t number) {
    if (number < kTransactions) in_flight_[number] = true;
    ++begun;
  }

  void command_sent(unsigned command, bool) override {
    if (++outstanding_ > outstanding_max_)
      report_->broken("more commands wait for replies than there is room");
    report_->event("sent", offset_).text(kSmtpCommandNames[command]);
  }
  void command_answered(const CommandAnswer& answer) override {
    if (outstanding_ == 0) {
      report_->broken("a command was answered that was not sent");
    } else {
      --outstanding_;
    }
    report_->event(answer.ok ? "accepted" : "refused", offset_).text(kSmtpCommandNames[answer.command]);
  }
  void transaction_ended(const TransactionEnd& end) override {
    const std::uint64_t number = end.ticket.number;
    if (number >= kTransactions || !in_flight_[number]) {
      report_->broken("a transaction ended that was not under way, or ended twice");
    } else {
      in_flight_[number] = false;
    }
    if (end.ending == Ending::failed && end.reason.empty()) report_->broken("a failure without a reason");
    ++ended;
    report_->event("ended", offset_).number(number).number(static_cast<std::uint64_t>(end.ending));
    report_->text(end.reason).number(end.in_doubt ? 1 : 0);
  }
  void connection_failed(std::string_view name) override {
    report_->event("connection failed", offset_).text(name);
  }
  void server_said(const ServerWords& words) override {
    if (words.name.empty()) report_->broken("words without a name");
    if (words.text.size() > kServerWordsMax) report_->broken("more is quoted than may be");
    report_->event("said", offset_).text(words.name).number(words.command).number(words.status);
    // How much of a broken line can be quoted depends on how much of it came at once.
    report_->number(words.offset).text(words.status != kNoStatus ? words.text : std::string_view{});
  }
  void note(std::string_view sentence) override { report_->event("note", offset_).text(sentence); }

  unsigned begun = 0;
  unsigned ended = 0;

 private:
  Report* report_ = nullptr;
  std::uint64_t offset_ = 0;
  std::size_t outstanding_ = 0;
  std::size_t outstanding_max_ = 0;
  std::array<bool, kTransactions> in_flight_{};
};

class SmtpClient final : public backtalk::fuzz::Adapter {
 public:
  void begin(const Settings& settings) override {
    plan_ = &shared_plan(settings.variant);
    bursts_ = (settings.variant & bursts) != 0;
    session_.emplace(*plan_, SessionContext{.observer = books_});
    open();
  }
  bool reset() override {
    open();
    return true;
  }

  void feed(std::string_view bytes, Report& report) override {
    books_.write_to(&report);
    connect();
    while (!bytes.empty()) {
      const std::size_t count = until_client_speaks(bytes);
      session_->consume(bytes.substr(0, count), now_);
      consumed_ += count;
      const bool speaks = bursts_ ? consumed_ % kBurst == 0 : bytes[count - 1] == '\n';
      bytes.remove_prefix(count);
      if (speaks) speak(report);
    }
    // In lock step nothing is said while a reply is only half there, however it is cut.
    if (!bursts_) speak(report);
  }

  void finish(Report& report) override {
    books_.write_to(&report);
    connect();
    speak(report);
    session_->end(Ending::unfinished, "", now_);
    if (books_.begun != books_.ended) report.broken("a transaction was begun and never ended");
    if (!session_->over()) report.broken("the session goes on after its end");
    if (session_->waiting_since() != 0) report.broken("a command waits for a reply after the end");
    std::array<char, Session::kOutputMin> out;
    if (session_->produce(out, now_) != 0) report.broken("something is said after the end");
  }

 private:
  static constexpr std::uint64_t kBurst = 64;

  void open() {
    books_.open(*plan_);
    connected_ = finishing_ = false;
    now_ = 1;
    consumed_ = said_ = supplied_ = 0;
  }

  void connect() {
    if (connected_) return;
    connected_ = true;
    session_->restart(now_);
  }

  // How many bytes the session gets before the client speaks: to the end of a line, or of a burst.
  [[nodiscard]] std::size_t until_client_speaks(std::string_view bytes) const {
    if (bursts_) {
      const std::uint64_t left = kBurst - consumed_ % kBurst;
      return static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size()));
    }
    return std::min(bytes.find('\n'), bytes.size() - 1) + 1;
  }

  // What was said may make room for another transaction: until there is nothing left to say.
  void speak(Report& report) {
    do {
      begin_transactions();
    } while (say(report));
  }

  void begin_transactions() {
    while (session_->room() > 0 && supplied_ < kTransactions) {
      books_.begin(supplied_);
      session_->begin({.number = supplied_++, .scheduled = now_, .measured = supplied_ % 2 == 0});
    }
    if (supplied_ == kTransactions && !finishing_) {
      finishing_ = true;
      session_->finish();
    }
  }

  // False where there was nothing to say, or far too much.
  bool say(Report& report) {
    std::array<char, Session::kOutputMin> out;
    const std::size_t count = session_->produce(out, now_);
    report.octets({out.data(), count});
    said_ += count;
    books_.at(said_);
    const bool too_much = said_ > output_max();
    if (too_much) report.broken("the client says more than its transactions need");
    return count > 0 && !too_much;
  }

  // EHLO, HELO, QUIT; and for each transaction RSET, MAIL, RCPTs, DATA or BDAT, and the message.
  [[nodiscard]] std::size_t output_max() const {
    constexpr std::size_t kCommandMax = 80;
    return 3 * kCommandMax + kTransactions * ((3 + plan_->recipients.size()) * kCommandMax +
                                              plan_->message.octets(WireMessage::Form::stuffed));
  }

  const SmtpPlan* plan_ = nullptr;
  Books books_;
  std::optional<SmtpSession> session_;
  bool bursts_ = false;
  bool connected_ = false;
  bool finishing_ = false;
  Nanoseconds now_ = 1;
  std::uint64_t consumed_ = 0;
  std::size_t said_ = 0;
  std::uint64_t supplied_ = 0;
};

}  // namespace

BACKTALK_FUZZ_TARGET(SmtpClient, .name = "smtp_session", .protocol = "smtp", .variants = kVariants,
                     .simd = true)
