// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/imaptest_profile.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "script/imaptest_settings.hpp"
#include "script/limits.hpp"
#include "text/duration.hpp"

namespace backtalk::script {
namespace {

// The weight of what is done most: others are rounded to this fraction of it.
constexpr std::uint64_t kFinestWeight = 1000;

constexpr double kPerCent = 100;
constexpr std::uint64_t kMillisecond = 1'000'000;

double seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

double per_s(std::uint64_t interval) {
  return interval == 0 ? 0 : 1 / seconds(interval);
}

// imaptest draws n plus or minus n/2 times the root of -ln u: the mean is n, and the standard
// deviation n/2.
std::string wait_of(std::uint64_t ns) {
  const std::uint64_t whole = ns / kMillisecond * kMillisecond;
  if (whole == 0) return {};
  return "wait normal " + text::show_duration(whole) + " " +
         text::show_duration(whole / 2 / kMillisecond * kMillisecond) + "\n";
}

// Lines of a script, with one wait where several follow each other.
class Lines {
 public:
  void say(std::string_view lines) {
    if (lines.empty()) return;
    text_ += wait_of(std::exchange(pending_, 0));
    text_ += lines;
  }
  void wait(std::uint64_t ns) {
    pending_ += ns;
    waits_ += ns;
  }
  /// With the wait behind the last.
  [[nodiscard]] std::string text() const { return text_ + wait_of(pending_); }
  /// How long all waits are, in the mean.
  [[nodiscard]] std::uint64_t waits() const { return waits_; }

 private:
  std::string text_;
  std::uint64_t pending_ = 0;
  std::uint64_t waits_ = 0;
};

// What a user does in one go.
struct Deed {
  std::string name;
  double per_s = 0;
  Lines lines;
};

// Braces are placeholders in a script.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '{' ? 2 : 1, c);
  return out;
}

// A user of one kind with a client of one kind.
class Person {
 public:
  Person(const ImaptestUser& user, const ImaptestClient& client) : user_(user), client_(client) {
    const double in = per_s(user.inbox_delivery_interval);
    const double filtered = static_cast<double>(user.move_filter_percentage) / kPerCent;
    const double seen = in * (1 - filtered);
    const double deleted = static_cast<double>(user.delete_percentage) / kPerCent;
    const double moved = (1 - deleted) * static_cast<double>(user.move_percentage) / kPerCent;
    const double replied = (1 - deleted - moved) * static_cast<double>(user.reply_percentage) / kPerCent;
    Lines arrival;
    arrive(arrival);
    Lines filter = arrival;
    filter.say(kMove);
    add("filter", in * filtered, filter);
    Lines read = arrival;
    read.wait(user.action_delay);
    read.say(fetch(client.fetch_manual));
    Lines then = read;
    then.wait(user.action_repeat_delay);
    Lines remove = then;
    remove.say(kDelete);
    add("delete", seen * deleted, remove);
    Lines move = then;
    move.say(kMove);
    add("move", seen * moved, move);
    Lines reply = then;
    write(reply);
    reply.say(kAnswered);
    add("reply", seen * replied, reply);
    add("read", seen * (1 - deleted - moved - replied), read);
    Lines writing;
    write(writing);
    add("write", per_s(user.send_interval), writing);
    Lines spam;
    spam.say("C: a APPEND Spam {message}\nS: a OK\n");
    add("spam", per_s(user.spam_delivery_interval), spam);
  }

  // The share that a deed has in the whole, by how often it is done.
  [[nodiscard]] double share(const Deed& deed, double clients) const {
    return deed.per_s * static_cast<double>(user_.share) * static_cast<double>(client_.share) / clients;
  }
  [[nodiscard]] const std::vector<Deed>& deeds() const { return deeds_; }

  // The lines of a deed with the wait behind it, which is such that there are as many deeds in an
  // hour.
  [[nodiscard]] std::string lines_of(const Deed& deed) const {
    double often = 0;
    double waits = 0;  // a second of the user's
    for (const Deed& one : deeds_) {
      often += one.per_s;
      waits += one.per_s * seconds(one.lines.waits());
    }
    const auto rest = static_cast<std::uint64_t>(std::max(0.0, (1 - waits) / often) * 1e9);
    Lines lines = deed.lines;
    const std::string idle = wait_of(rest);
    if (client_.idle && !idle.empty()) {
      lines.say("C: z IDLE\nS: +\n" + idle + "C: DONE\nS: z OK\n");
    } else {
      lines.wait(rest);
    }
    return lines.text();
  }

 private:
  static constexpr std::string_view kMove = "C: c UID MOVE {mail} Spam\nS: c OK\n";
  static constexpr std::string_view kDelete =
      "C: e UID STORE {mail} +FLAGS (\\Deleted)\nS: e OK\nC: f UID EXPUNGE {mail}\nS: f OK\n";
  static constexpr std::string_view kAnswered = "C: e UID STORE {mail} +FLAGS (\\Answered)\nS: e OK\n";

  void add(std::string_view what, double often, Lines lines) {
    if (often <= 0) return;
    deeds_.push_back({.name = user_.name + " " + client_.name + " " + std::string(what),
                      .per_s = often,
                      .lines = std::move(lines)});
  }

  static std::string fetch(std::string_view items) {
    if (items.empty()) return {};
    return "C: b UID FETCH {mail} (" + escaped(items) + ")\nS: * FETCH\nS: b OK\n";
  }
  // A mail comes, which imaptest would deliver by LMTP, and the client looks at it at once.
  void arrive(Lines& lines) const {
    lines.say("C: a APPEND INBOX {message}\nS: a OK [APPENDUID 1 {mail:=5}]\n");
    lines.say(fetch(client_.fetch_immediate));
  }
  // A draft, and the mail that it becomes.
  void write(Lines& lines) const {
    lines.say("C: g APPEND Drafts (\\Draft) {message}\nS: g OK [APPENDUID 1 {draft:=5}]\n");
    lines.wait(user_.write_duration);
    lines.say(
        "C: h APPEND Sent {message}\nS: h OK\n"
        "C: i SELECT Drafts\nS: i OK\nC: j UID STORE {draft} +FLAGS (\\Deleted)\nS: j OK\n"
        "C: k UID EXPUNGE {draft}\nS: k OK\nC: l SELECT INBOX\nS: l OK\n");
  }

  const ImaptestUser& user_;
  const ImaptestClient& client_;
  std::vector<Deed> deeds_;
};

std::string head_of(const ImaptestProfile& profile) {
  std::string text =
      "# Made of a profile of imaptest. Mails are APPENDed where imaptest delivers them by LMTP, and drafts "
      "are deleted\n"
      "# on the same connection. Servers need UIDPLUS, MOVE and, with imap_idle, IDLE. What a script cannot "
      "say:\n";
  text += "#   users and how they begin: -c " + std::to_string(profile.users_total) + " --ramp " +
          text::show_duration(profile.rampup) + " --users FILE\n";
  for (const ImaptestUser& user : profile.users) {
    if (user.share > 0 && user.session_length > 0)
      text += "#   " + user.name + " stays connected for " + text::show_duration(user.session_length) +
              ": --per-connection\n";
  }
  text += "== once\n";
  for (const std::string_view mailbox : {"Spam", "Drafts", "Sent"})
    text.append("C: a CREATE ").append(mailbox).append("\nS: a *\n");
  return text + "C: b SELECT INBOX\nS: b OK\n";
}

// A client of POP3 logs in at its interval, fetches what is there, and deletes it or not.
std::variant<std::string, Error> pop3_script_of(const ImaptestProfile& profile) {
  const ImaptestClient* of_all = nullptr;
  for (const ImaptestClient& client : profile.clients) {
    if (client.share == 0) continue;
    if (!client.pop3)
      return Error{1, 1, "the client " + client.name + " is one of IMAP: a URL of IMAP plays it"};
    if (of_all != nullptr &&
        (of_all->keeps_mails != client.keeps_mails || of_all->login_interval != client.login_interval))
      return Error{1, 1,
                   "the clients " + of_all->name + " and " + client.name +
                       " do different things: give each a profile and a load of its own"};
    of_all = &client;
  }
  std::string script =
      "# Made of a profile of imaptest. Its mails come in beside it. Users log in at their interval: ";
  const double often = of_all->login_interval == 0
                           ? 0
                           : static_cast<double>(profile.users_total) * per_s(of_all->login_interval);
  script += often > 0 ? "-r " + std::to_string(often) : "-c " + std::to_string(profile.users_total);
  script += " --users FILE\nC: STAT\nS: +OK {newest:=2}\nC: UIDL\nS: +OK\n";
  if (of_all->keeps_mails) return script + "C: RETR {newest}\nS: *\n";
  return script + "repeat messages\nC: RETR {number}\nS: +OK\nC: DELE {number}\nS: +OK\nend\n";
}

}  // namespace

bool is_imaptest_profile(std::string_view text) {
  constexpr std::string_view kName = "abcdefghijklmnopqrstuvwxyz_";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("user ") || line.starts_with("client ")) return line.ends_with('{');
    line.remove_prefix(std::min(line.find_first_not_of(kName), line.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return line.starts_with('=') && !line.starts_with("==");
  }
  return false;
}

std::variant<std::string, Error> script_of_imaptest_profile(std::string_view text,
                                                            std::string_view protocol) {
  auto read = read_imaptest_settings(text);
  if (auto* error = std::get_if<Error>(&read)) return std::move(*error);
  const auto& profile = std::get<ImaptestProfile>(read);
  if (protocol == "pop3") return pop3_script_of(profile);
  double clients = 0;
  for (const ImaptestClient& client : profile.clients) {
    if (client.pop3 && client.share > 0)
      return Error{1, 1,
                   "the client " + client.name +
                       " is one of POP3: a URL of POP3 plays it, and a profile has clients of one protocol"};
    clients += static_cast<double>(client.share);
  }
  std::vector<Person> people;
  double most = 0;
  std::size_t passes = 0;
  for (const ImaptestUser& user : profile.users) {
    for (const ImaptestClient& client : profile.clients) {
      if (user.share == 0 || client.share == 0) continue;
      people.emplace_back(user, client);
      passes += people.back().deeds().size();
      for (const Deed& deed : people.back().deeds())
        most = std::max(most, people.back().share(deed, clients));
    }
  }
  if (passes == 0) return Error{1, 1, "no user of this profile does anything"};
  if (passes > kPassesMax)
    return Error{1, 1,
                 "this profile makes " + std::to_string(passes) +
                     " kinds of passes, and a script has at most " + std::to_string(kPassesMax)};
  std::string script = head_of(profile);
  for (const Person& person : people) {
    for (const Deed& deed : person.deeds()) {
      const double weight =
          std::max(1.0, std::round(person.share(deed, clients) / most * static_cast<double>(kFinestWeight)));
      script += "\n== pass x" + std::to_string(static_cast<unsigned>(weight)) + " " + deed.name + "\n";
      script += person.lines_of(deed);
    }
  }
  return script;
}

}  // namespace backtalk::script
