// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/served_script.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include "backtalk/guess.hpp"
#include "script/language.hpp"
#include "script/literal.hpp"
#include "script/notation.hpp"
#include "script/placeholders.hpp"
#include "script/turns.hpp"
#include "serve/response_text.hpp"
#include "serve/script_dialect.hpp"

namespace backtalk::serve {
namespace {

using script::Error;
using script::Line;
using script::Problem;
using script::Protocol;
using script::Section;
using script::Turn;
using Kind = Request::Kind;

// Reads the turns of a section: which answer is to which command.
class ExchangeReader {
 public:
  ExchangeReader(Protocol protocol, const Section& section, const ScriptDialect& dialect)
      : protocol_(protocol), section_(section), dialect_(dialect) {}

  Problem read(std::span<const Turn> turns) {
    for (const Turn& turn : turns) {
      const Line& line = section_.lines[turn.first];
      switch (turn.kind) {
        case Turn::Kind::wait: wait_ns_ += line.wait_ns; continue;
        case Turn::Kind::answer:
          if (auto problem = read_answer(turn)) return problem;
          continue;
        case Turn::Kind::command: read_command(line); break;
        case Turn::Kind::content: read_content(line); break;
        case Turn::Kind::response: await(Kind::response); break;
      }
      wait_ns_ = 0;  // a client speaks when it likes
    }
    end_data();
    while (!awaited_.empty()) accept_next();
    return std::nullopt;
  }

  [[nodiscard]] Exchanges take_exchanges() { return std::move(exchanges_); }
  [[nodiscard]] std::optional<Answer> take_greeting() { return std::move(greeting_); }

 private:
  // An answer that is due: to the command of an exchange, or to what belongs to it.
  struct Awaited {
    std::size_t exchange = 0;
    Kind kind = Kind::command;
  };

  void await(Kind kind) {
    if (!exchanges_.empty()) awaited_.push_back({.exchange = exchanges_.size() - 1, .kind = kind});
  }
  [[nodiscard]] std::string_view name() const {
    return exchanges_.empty() ? std::string_view() : exchanges_.back().command.name;
  }

  // --- What the client says

  void read_command(const Line& line) {
    end_data();
    if (protocol_ == Protocol::http) {
      const bool continues = std::exchange(in_head_, !line.text.empty());
      if (continues || line.text.empty()) return;
    }
    in_content_ = false;
    exchanges_.push_back({.command = dialect_.read_command(line.text), .line = line.number});
    if (protocol_ == Protocol::imap) exchanges_.back().command.tag = script::word_from(line.text, 0);
    literal_due_ = announces_literal(line.text);
    await(Kind::command);
  }

  void read_content(const Line& line) {
    end_data();
    if (name() == "DATA" && !in_content_) {
      // A script may leave out the 354.
      if (!awaited_.empty() && awaited_.back().exchange == exchanges_.size() - 1) {
        awaited_.pop_back();
        exchanges_.back().answers.push_back(dialect_.acceptance(exchanges_.back().command, false));
        last_ = nullptr;
      }
      await(Kind::message);
    } else if (name() == "IDLE") {
      if (exchanges_.back().answers.empty() && !awaited_.empty()) accept_next();
      await(Kind::response);
    }
    in_content_ = line.text != "." || name() != "DATA";
    literal_due_ = announces_literal(line.text);
  }

  // The lines of a literal follow. Of `{message}` there are none: the client has a message of its
  // own.
  [[nodiscard]] bool announces_literal(std::string_view text) const {
    const auto mark = protocol_ == Protocol::imap ? script::find_literal_mark(text) : std::nullopt;
    return mark && mark->kind != script::LiteralMark::Kind::message;
  }

  // Untagged data that no tagged answer follows goes out with the answer before it.
  void end_data() {
    if (data_.empty()) return;
    if (last_ != nullptr) std::ranges::move(data_, std::back_inserter(last_->pieces));
    data_.clear();
  }

  // --- What the server says

  Problem read_answer(const Turn& turn) {
    const std::span<const Line> lines = turn.lines_of(section_);
    using AnswerKind = script::Answer::Kind;
    const bool any = turn.answer.kind == AnswerKind::anything ||
                     (turn.answer.kind == AnswerKind::tagged && turn.answer.word == "*");
    if (any) {
      accept_any(turn.answer.tag);
      return std::nullopt;
    }
    if (turn.answer.kind == AnswerKind::untagged) {
      data_.push_back(untagged(lines));
      if (exchanges_.empty() && !greeting_) {
        greeting_ = Answer{.pieces = std::exchange(data_, {})};
        greeting_->opening = dialect_.opening_of({}, *greeting_);
        last_ = &*greeting_;
      }
      return std::nullopt;
    }
    Answer answer{.pieces = std::exchange(data_, {})};
    if (turn.answer.kind == AnswerKind::tagged) {
      answer.pieces.push_back(tagged(lines, turn.answer.tag));
      take_tagged(std::move(answer), turn.answer.tag);
    } else if (turn.answer.kind == AnswerKind::continuation) {
      answer.pieces.push_back(untagged(lines));
      take_continuation(std::move(answer));
    } else {
      take_answer(lines, std::move(answer));
    }
    return std::nullopt;
  }

  Answer::Piece untagged(std::span<const Line> lines) {
    Answer::Piece piece{.wait_ns = std::exchange(wait_ns_, 0)};
    for (const Line& line : lines) piece.octets.append(said_in_line(line.text)).append("\r\n");
    return piece;
  }

  // The script's tag is replaced by the client's. A status without text is none (RFC 9051 7.1).
  Answer::Piece tagged(std::span<const Line> lines, std::string_view tag) {
    Answer::Piece piece = untagged(lines);
    piece.tagged = true;
    piece.octets.erase(0, tag.size());
    if (lines.size() == 1 && piece.octets.find(' ', 1) == std::string::npos)
      piece.octets.insert(piece.octets.size() - 2, " Done");
    return piece;
  }

  void take_tagged(Answer answer, std::string_view tag) {
    auto found = std::ranges::find_if(
        awaited_, [&](const Awaited& one) { return exchanges_[one.exchange].command.tag == tag; });
    if (found == awaited_.end()) found = awaited_.begin();
    if (found == awaited_.end()) {
      append_to_last(std::move(answer));
      return;
    }
    const Awaited one = *found;
    awaited_.erase(found);
    if (std::exchange(literal_due_, false) && one.exchange == exchanges_.size() - 1) {
      exchanges_.back().leaves.push_back(std::move(answer));
      last_ = &exchanges_.back().leaves.back();
    } else {
      give(one, std::move(answer));
    }
  }

  void take_continuation(Answer answer) {
    if (exchanges_.empty()) return append_to_last(std::move(answer));
    if (std::exchange(literal_due_, false)) {
      exchanges_.back().leaves.push_back(std::move(answer));
      last_ = &exchanges_.back().leaves.back();
    } else if (!awaited_.empty()) {
      const Awaited one = awaited_.back();
      awaited_.pop_back();
      give(one, std::move(answer));
    } else {
      append_to_last(std::move(answer));
    }
  }

  // SMTP, POP3, HTTP: answers come in order.
  void take_answer(std::span<const Line> lines, Answer answer) {
    if (awaited_.empty() && exchanges_.empty() && !greeting_ && protocol_ != Protocol::http) {
      answer.pieces.push_back(untagged(lines));
      greeting_ = std::move(answer);
      greeting_->opening = dialect_.opening_of({}, *greeting_);
      last_ = &*greeting_;
      return;
    }
    const std::string method =
        awaited_.empty() ? std::string() : exchanges_[awaited_.front().exchange].command.name;
    if (protocol_ == Protocol::http) {
      ResponseText response = response_text(lines, method);
      answer.pieces.push_back({.wait_ns = std::exchange(wait_ns_, 0), .octets = std::move(response.octets)});
      if (response.closes) answer.opening = Opening::end;
      if (response.interim && !awaited_.empty()) {
        take_interim(std::move(answer), response.status);
        return;
      }
    } else {
      answer.pieces.push_back(untagged(lines));
      complete_listing(answer.pieces.back().octets, method, lines.size());
    }
    if (awaited_.empty()) {
      append_to_last(std::move(answer));
      return;
    }
    const Awaited one = awaited_.front();
    if (protocol_ == Protocol::lmtp && one.kind == Kind::message) {
      take_of_recipient(std::move(answer));
      return;
    }
    awaited_.pop_front();
    count_recipients(one, answer);
    give(one, std::move(answer));
  }

  // 100 gives leave; others go out before the final response.
  void take_interim(Answer answer, unsigned status) {
    if (status == 100) {
      exchanges_[awaited_.front().exchange].leaves.push_back(std::move(answer));
      last_ = nullptr;
    } else {
      data_ = std::move(answer.pieces);
    }
  }

  // A response of several lines that are left out has none: its end is needed all the same.
  void complete_listing(std::string& octets, std::string_view command, std::size_t lines) const {
    if (protocol_ != Protocol::pop3 || lines != 1 || !octets.starts_with("+OK")) return;
    constexpr std::array kListings{"LIST", "UIDL", "RETR", "TOP", "CAPA", "AUTH"};
    if (std::ranges::find(kListings, command) != kListings.end()) octets += ".\r\n";
  }

  // LMTP: a reply for each recipient that was accepted (RFC 2033 4.2).
  void take_of_recipient(Answer answer) {
    Exchange& exchange = exchanges_[awaited_.front().exchange];
    if (replies_of_message_++ == 0) {
      exchange.answers.push_back(std::move(answer));
      last_ = &exchange.answers.back();
    } else {
      std::ranges::move(answer.pieces, std::back_inserter(exchange.answers.back().pieces));
    }
    if (replies_of_message_ < recipients_) return;
    replies_of_message_ = recipients_ = 0;
    awaited_.pop_front();
  }

  void count_recipients(const Awaited& one, const Answer& answer) {
    const std::string_view command = exchanges_[one.exchange].command.name;
    if (command == "MAIL" || command == "RSET" || command == "LHLO") recipients_ = 0;
    if (command == "RCPT" && answer.end().starts_with('2')) ++recipients_;
  }

  void give(const Awaited& one, Answer answer) {
    Exchange& exchange = exchanges_[one.exchange];
    Request request = exchange.command;
    request.kind = one.kind;
    answer.opening = dialect_.opening_of(request, answer);
    exchange.answers.push_back(std::move(answer));
    last_ = &exchange.answers.back();
  }

  // `S: *` takes any answer: the server has its own.
  void accept_any(std::string_view tag) {
    const auto found = std::ranges::find_if(awaited_, [&](const Awaited& one) {
      return tag.empty() || exchanges_[one.exchange].command.tag == tag;
    });
    if (found == awaited_.end()) return;
    const Awaited one = *found;
    awaited_.erase(found);
    accept(one);
  }

  // A command without `S:` is accepted.
  void accept_next() {
    const Awaited one = awaited_.front();
    awaited_.pop_front();
    accept(one);
  }

  void accept(const Awaited& one) {
    Exchange& exchange = exchanges_[one.exchange];
    if (!exchange.leaves.empty() && !dialect_.grants(exchange.leaves.back())) return;
    Request request = exchange.command;
    request.kind = one.kind;
    Answer answer = dialect_.acceptance(request, false);
    if (!answer.pieces.empty()) answer.pieces.front().wait_ns = std::exchange(wait_ns_, 0);
    answer.pieces.insert(answer.pieces.begin(), data_.begin(), data_.end());
    data_.clear();
    exchange.answers.push_back(std::move(answer));
    last_ = nullptr;
  }

  // What the server says without being asked goes out with the answer before it.
  void append_to_last(Answer answer) {
    if (last_ == nullptr) return;
    std::ranges::move(answer.pieces, std::back_inserter(last_->pieces));
    if (answer.opening != Opening::nothing) last_->opening = answer.opening;
  }

  const Protocol protocol_;
  const Section& section_;
  const ScriptDialect& dialect_;
  std::optional<Answer> greeting_;
  Exchanges exchanges_;
  std::deque<Awaited> awaited_;
  std::vector<Answer::Piece> data_;  // untagged, before its tagged answer; interim responses
  Answer* last_ = nullptr;
  std::uint64_t wait_ns_ = 0;
  bool in_head_ = false;      // HTTP
  bool in_content_ = false;   // SMTP: of DATA
  bool literal_due_ = false;  // IMAP: the octets come next
  std::size_t recipients_ = 0;
  std::size_t replies_of_message_ = 0;
};

// A script of SMTP that says AUTH and no EHLO leaves the greeting and EHLO to the program.
bool leaves_out_hello(Protocol protocol, const Section& section) {
  const bool smtp = protocol == Protocol::smtp || protocol == Protocol::lmtp;
  if (!smtp || section.part != Section::Part::whole || section.lines.empty()) return false;
  bool says_auth = false;
  for (const Line& line : section.lines) {
    if (line.kind != Line::Kind::client) continue;
    const std::string name = script::capitals(script::word_from(line.text, 0));
    if (name == "EHLO" || name == "HELO" || name == "LHLO") return false;
    says_auth |= name == "AUTH";
  }
  return says_auth && section.lines.front().kind == Line::Kind::client;
}

// The protocol of a conversation, from what the server says first, or a client of HTTP.
Guess guess_of(const Section& section) {
  Guess guess = Guess::unknown;
  for (const Line::Kind kind : {Line::Kind::server, Line::Kind::client}) {
    std::string octets;
    for (const Line& line : section.lines) {
      if (octets.size() >= kGuessOctets) break;
      if (line.kind == kind) octets.append(line.text).append("\r\n");
    }
    if (guess == Guess::unknown) guess = guess_protocol(octets);
  }
  return guess;
}

bool is_of(Protocol protocol, Guess guess) {
  switch (guess) {
    case Guess::smtp:
    case Guess::smtp_or_ftp: return protocol == Protocol::smtp || protocol == Protocol::lmtp;
    case Guess::pop3: return protocol == Protocol::pop3;
    case Guess::imap: return protocol == Protocol::imap;
    case Guess::http_request:
    case Guess::http_response: return protocol == Protocol::http;
    case Guess::unknown: return true;
    default: return false;
  }
}

// 4yz, 5yz, -ERR, NO, BAD.
bool refuses(const Exchange& exchange) {
  const bool is_leave = exchange.answers.empty();
  if (is_leave && exchange.leaves.empty()) return false;
  const Answer& answer = is_leave ? exchange.leaves.back() : exchange.answers.front();
  if (answer.pieces.empty()) return false;
  const Answer::Piece& piece = answer.pieces.back();
  if (piece.tagged) {
    const std::string status = script::capitals(std::string_view(piece.octets).substr(0, 5));
    return status.starts_with(" NO ") || status.starts_with(" BAD ");
  }
  return piece.octets.starts_with('4') || piece.octets.starts_with('5') || piece.octets.starts_with("-ERR");
}

// "RCPT TO:<nobody@example.org>" that is refused says nothing about another recipient, if there is
// one in the section that is accepted.
void keep_refusals_to_their_words(Exchanges& exchanges) {
  struct Accepted {
    std::string_view words;
    bool several = false;  // with different words
  };
  std::map<std::string_view, Accepted> accepted;  // by name
  for (const Exchange& one : exchanges) {
    if (refuses(one)) continue;
    const auto [known, is_new] = accepted.try_emplace(one.command.name, Accepted{one.command.words});
    if (!is_new && known->second.words != one.command.words) known->second.several = true;
  }
  for (Exchange& one : exchanges) {
    const auto found = accepted.find(one.command.name);
    one.only_for_its_words = found != accepted.end() && refuses(one) &&
                             (found->second.several || found->second.words != one.command.words);
  }
}

Problem add(Protocol protocol, const Section& section, const ScriptDialect& dialect, Playable& playable) {
  auto turns = script::read_turns(protocol, section);
  if (auto* error = std::get_if<Error>(&turns)) return std::move(*error);
  ExchangeReader reader(protocol, section, dialect);
  if (auto problem = reader.read(std::get<std::vector<Turn>>(turns))) return problem;
  if (auto greeting = reader.take_greeting()) playable.greeting = std::move(greeting);
  Exchanges exchanges = reader.take_exchanges();
  keep_refusals_to_their_words(exchanges);
  switch (section.part) {
    case Section::Part::whole:
    case Section::Part::conversation:
    case Section::Part::once: playable.once = std::move(exchanges); break;
    case Section::Part::pass:
      playable.passes.push_back({.weight = section.weight, .exchanges = std::move(exchanges)});
      break;
    case Section::Part::end: playable.end = std::move(exchanges); break;
  }
  return std::nullopt;
}

}  // namespace

std::variant<ServedScript, Error> read_served_script(Protocol protocol, std::string_view text) {
  auto read = script::read_notation(text);
  if (auto* error = std::get_if<Error>(&read)) return std::move(*error);
  const std::unique_ptr<ScriptDialect> dialect = make_script_dialect(protocol);
  const script::Sections& sections = std::get<script::Sections>(read);
  ServedScript served;
  const bool words_matter = protocol == Protocol::http;
  if (!sections.front().is_connection()) {
    Playable& playable = served.emplace_back();
    playable.has_sections = true;
    playable.words_matter = words_matter;
    for (const Section& section : sections) {
      if (auto problem = add(protocol, section, *dialect, playable)) return *std::move(problem);
    }
    return served;
  }
  for (const Section& section : sections) {
    if (!is_of(protocol, guess_of(section))) continue;
    Playable& playable = served.emplace_back();
    playable.has_sections = leaves_out_hello(protocol, section);
    playable.words_matter = words_matter;
    if (auto problem = add(protocol, section, *dialect, playable)) return *std::move(problem);
  }
  if (served.empty())
    return Error{
        sections.front().number, 1,
        "no conversation of " + script::capitals(script::name_of(protocol)) + " begins here or below"};
  return served;
}

}  // namespace backtalk::serve
