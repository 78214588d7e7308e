// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/script_player.hpp"

#include <algorithm>
#include <utility>

#include "script/language.hpp"
#include "script/literal.hpp"
#include "talk/conversation.hpp"
#include "talk/text_of.hpp"
#include "talk/visible_text.hpp"

namespace backtalk::talk {
namespace {

using script::Answer;
using script::Protocol;
using script::Turn;
using Mark = script::LiteralMark::Kind;

bool is_of_client(Turn::Kind kind) {
  return kind == Turn::Kind::command || kind == Turn::Kind::content || kind == Turn::Kind::response;
}

bool is_status_kind(std::string_view kind) {
  return kind == "OK" || kind == "NO" || kind == "BAD" || kind == "BYE" || kind == "PREAUTH";
}

// The text without the secret.
std::string without(std::string_view text, std::string_view secret) {
  std::string shown;
  for (std::size_t at = text.find(secret); at != std::string_view::npos; at = text.find(secret)) {
    shown.append(text.substr(0, at)).append(kHidden);
    text.remove_prefix(at + secret.size());
  }
  return shown.append(text);
}

// What is quoted of a line in a sentence.
std::string in_short(std::string_view text) {
  constexpr std::size_t kOctetsMax = 200;
  std::string shown = "\"";
  shown.append(text.substr(0, kOctetsMax));
  if (text.size() > kOctetsMax) shown += "...";
  return shown + "\"";
}

}  // namespace

ScriptPlayer::ScriptPlayer(const Scene& scene, const PlayerSettings& settings, Audience& audience)
    : scene_(scene),
      settings_(settings),
      audience_(audience),
      login_(settings.user, settings.find_mechanism),
      fillings_{.number = settings.number,
                .user = settings.user.user,
                .password = settings.user.password,
                .random = session::SplitMix64(settings.seed)},
      met_(scene.turns.size(), false) {
  for (const script::Constant& one : settings.constants)
    fillings_.words.emplace(one.name, fill_in(one.text, fillings_));
}

// --- What the client says

bool ScriptPlayer::has_line(std::uint64_t now_ns) {
  if (lines_.empty()) advance(now_ns);
  return !lines_.empty();
}

std::string_view ScriptPlayer::take() {
  taken_ = std::move(lines_.front());
  lines_.pop_front();
  return taken_;
}

bool ScriptPlayer::ended() const {
  return lines_.empty() && (!problem_.empty() || next_ == scene_.turns.size());
}

// Passes what is over, up to a line that can go out or something that is not over.
void ScriptPlayer::advance(std::uint64_t now_ns) {
  fillings_.now_ns = now_ns;
  while (problem_.empty() && next_ < scene_.turns.size() && lines_.empty()) {
    const Turn& turn = scene_.turns[next_];
    if (turn.kind == Kind::wait) {
      if (!wakes_at_ns_) wakes_at_ns_ = now_ns + first_line(next_).wait_ns;
      if (now_ns < *wakes_at_ns_) return;
      wakes_at_ns_.reset();
    } else if (turn.kind == Kind::answer) {
      if (!is_over(next_)) return;
    } else {
      if (!is_free_to_go()) return;
      render(next_);
      said_ = next_ + 1;
    }
    ++next_;
  }
}

// Untagged OK, NO, BAD and BYE are not compared, and may come or not.
bool ScriptPlayer::is_over(std::size_t turn) const {
  const Answer& answer = answer_of(turn);
  const bool free = greeted_ && !settings_.exact && answer.kind == Answer::Kind::untagged;
  return met_[turn] || (free && is_status_kind(answer.word));
}

// A command behind the server's lines waits for all answers, but for those that the script has
// further down.
bool ScriptPlayer::is_free_to_go() const {
  if (scene_.turns[next_].kind != Kind::command) return true;
  if (next_ > 0 && is_of_client(scene_.turns[next_ - 1].kind)) return true;
  if (conversation_->due() == 0) return true;
  std::size_t later = 0;
  if (settings_.protocol == Protocol::imap) {
    for (std::size_t at = next_; at < scene_.turns.size(); ++at) {
      const Answer& answer = answer_of(at);
      if (scene_.turns[at].kind != Kind::answer || met_[at] || answer.kind != Answer::Kind::tagged) continue;
      later += conversation_->awaits(answer.tag) ? 1U : 0U;
    }
  }
  return conversation_->due() <= later;
}

// It is shown nowhere, whatever the server takes the line for, and whatever it answers.
void ScriptPlayer::hide(std::string_view secret) {
  if (secret.empty() || secret == "=") return;  // an initial response of no octets
  hides_.emplace_back(secret);
  conversation_->hide(secret);
}

void ScriptPlayer::render(std::size_t turn) {
  const std::string_view text = first_line(turn).text;
  hides_.clear();
  if (text.find("{password}") != std::string_view::npos) hide(settings_.user.password);
  const HiddenWord hidden = find_hidden_word(settings_.protocol, scene_.turns[turn].kind, text);
  if (scene_.turns[turn].kind == Kind::command) {
    login_.begin(settings_.protocol, text);
    command_ = text;
  }
  if (hidden.kind != HiddenWord::Kind::none) {
    auto secret = login_.secret(hidden.kind, text);
    if (!secret) return fail(first_line(turn), "the server's challenge cannot be answered");
    hide(*secret);
    hide(settings_.user.password);
    lines_.push_back(fill_in(text.substr(0, hidden.at), fillings_) + *secret);
    return;
  }
  if (text.find("{uid}") != std::string_view::npos && !fillings_.words.contains("uid"))
    return fail(first_line(turn),
                "the server has named no UID for `{uid}`: a FETCH of UID or a UID SEARCH "
                "has to come before it");
  if (settings_.protocol == Protocol::imap) return render_command(text, turn);
  if (scene_.turns[turn].kind == Kind::command && is_message_chunk(settings_.protocol, text))
    return render_chunk(text);
  if (settings_.protocol == Protocol::http && script::has_counted_length(text))
    return render_length(text, turn);
  if (scene_.turns[turn].kind == Kind::content && !counted_content_.empty()) {
    lines_.push_back(std::move(counted_content_.front()));
    counted_content_.pop_front();
    return;
  }
  if (scene_.turns[turn].kind == Kind::content && text == kMessagePlaceholder) {
    for (std::string& line : message_lines(settings_.number)) lines_.push_back(std::move(line));
    // With its dot, unless the script says that itself.
    const bool goes_on = turn + 1 < scene_.turns.size() && scene_.turns[turn + 1].kind == Kind::content;
    if (settings_.protocol != Protocol::http && !goes_on) lines_.emplace_back(".");
    return;
  }
  lines_.push_back(fill_in(text, fillings_));
}

// SMTP: BDAT, with the octets of the message, and those octets.
void ScriptPlayer::render_chunk(std::string_view text) {
  std::vector<std::string> message = message_lines(settings_.number);
  std::size_t octets = 0;
  for (const std::string& one : message) octets += one.size() + 2;
  const std::size_t at = text.find('{');
  lines_.push_back(text_of(text.substr(0, at), octets, text.substr(at + kMessagePlaceholder.size())));
  for (std::string& one : message) lines_.push_back(std::move(one));
}

// The first UID that the server names is {uid}: "* 3 FETCH (UID 7 ...", or "* SEARCH 7" to UID
// SEARCH.
void ScriptPlayer::note_uid(std::string_view line) {
  if (fillings_.words.contains("uid")) return;
  const std::string kind = script::untagged_kind(line);
  std::size_t at = std::string_view::npos;
  if (kind == "FETCH") {
    at = line.find("UID ");
    if (at != std::string_view::npos) at += std::string_view("UID ").size();
  } else if (kind == "SEARCH" && script::capitals(command_).find(" UID SEARCH") != std::string::npos) {
    at = std::string_view("* SEARCH ").size();
  }
  if (at >= line.size()) return;
  const std::string_view uid = line.substr(at, line.find_first_not_of("0123456789", at) - at);
  if (!uid.empty()) fillings_.words["uid"] = uid;
}

// HTTP: how much content follows is known once it is filled in.
void ScriptPlayer::render_length(std::string_view text, std::size_t turn) {
  std::size_t octets = 0;
  for (std::size_t at = turn + 1; at < scene_.turns.size() && scene_.turns[at].kind != Kind::answer; ++at) {
    if (scene_.turns[at].kind != Kind::content) continue;
    octets += counted_content_.empty() ? 0 : 2;
    counted_content_.push_back(fill_in(first_line(at).text, fillings_));
    octets += counted_content_.back().size();
  }
  lines_.push_back(text_of(text.substr(0, text.find('{')), octets));
}

// A line of a command of IMAP, or of a literal of it.
void ScriptPlayer::render_command(std::string_view text, std::size_t turn) {
  if (line_literal_) {
    lines_.push_back(*std::exchange(line_literal_, std::nullopt));
    return;
  }
  const bool in_literal = scene_.turns[turn].kind == Kind::content && counted_;
  if (!in_literal) counted_ = false;
  const auto mark = script::find_literal_mark(text);
  const std::string_view before = mark ? text.substr(0, mark->at) : text;
  std::string line;
  if (in_literal && is_imap_login(command_) && before.starts_with(kHidden)) {
    hide(settings_.user.password);
    line = settings_.user.password + std::string(before.substr(kHidden.size()));
  } else {
    line = in_literal ? without_double_braces(before) : fill_in(before, fillings_);
  }
  if (mark) return render_mark(std::move(line), *mark, text.substr(mark->at), turn);
  lines_.push_back(std::move(line));
}

// A line that ends with the announcement of a literal, whose octets are known once it is filled in.
void ScriptPlayer::render_mark(std::string line, const script::LiteralMark& mark, std::string_view announced,
                               std::size_t turn) {
  counted_ = mark.kind == Mark::octets;
  if (mark.kind == Mark::message) {
    std::vector<std::string> message = message_lines(settings_.number);
    std::size_t octets = 0;
    for (const std::string& one : message) octets += one.size() + 2;
    lines_.push_back(text_of(line, "{", octets, "}"));
    for (std::string& one : message) lines_.push_back(std::move(one));
    lines_.emplace_back();  // the end of the command
    return;
  }
  // The content may stand behind the server's "+".
  std::size_t next = turn + 1;
  while (next < scene_.turns.size() && scene_.turns[next].kind == Kind::answer) ++next;
  const bool follows = next < scene_.turns.size() && scene_.turns[next].kind == Kind::content;
  const std::string_view content = follows ? first_line(next).text : std::string_view();
  if (mark.kind == Mark::line) {
    line_literal_ = fill_in(content, fillings_);
    lines_.push_back(text_of(line, "{", line_literal_->size(), "}"));
  } else if (is_imap_login(command_) && content.starts_with(kHidden)) {
    const std::string_view end = announced.ends_with("+}") ? "+}" : "}";
    lines_.push_back(text_of(line, "{", settings_.user.password.size(), end));
  } else {
    lines_.push_back(line.append(announced));
  }
}

void ScriptPlayer::begin_goodbye() {
  lines_.clear();
  hides_.clear();
  wakes_at_ns_.reset();
  // Within a message, or if it may be one, nothing can be said.
  if (conversation_ == nullptr || !conversation_->inside().empty() || !conversation_->expects_command())
    return;
  switch (settings_.protocol) {
    case Protocol::smtp:
    case Protocol::lmtp:
    case Protocol::pop3: lines_.emplace_back("QUIT"); return;
    case Protocol::imap: lines_.emplace_back("logout LOGOUT"); return;
    case Protocol::http: return;
  }
}

std::string ScriptPlayer::awaited() const {
  if (aside_ || !problem_.empty() || next_ >= scene_.turns.size()) return {};
  const Turn& turn = scene_.turns[next_];
  if (turn.kind != Kind::answer || met_[next_]) return {};
  const bool whole = settings_.exact || turn.answer.kind != Answer::Kind::status;
  const std::string_view expected = whole ? first_line(next_).text : std::string_view(turn.answer.word);
  return show(first_line(next_), "expected " + in_short(expected));
}

// --- What both say

void ScriptPlayer::client(std::string_view line, std::string_view notation) {
  std::string shown(line);
  std::string noted(notation);
  for (const std::string& secret : hides_) {
    shown = without(shown, secret);
    noted = without(noted, secret);
  }
  audience_.client(shown, noted);
}

// A challenge is answered as it came, even if there is a secret in it.
void ScriptPlayer::overhears(std::string_view line) {
  if (!aside_ && heard_.empty()) login_.hear(settings_.protocol, line);
  audience_.overhears(line);
}

void ScriptPlayer::server(std::string_view line) {
  audience_.server(line);
  if (aside_ || heard_octets_ > kAnswerOctetsMax) return;
  heard_octets_ += line.size();
  heard_.push_back(visible(line));
}

void ScriptPlayer::answered(std::uint64_t offset) {
  audience_.answered(offset);
  if (!aside_ && problem_.empty() && !heard_.empty()) {
    offset_ = offset;
    if (settings_.protocol == Protocol::imap) {
      on_imap_response();
    } else {
      on_answer();
    }
  }
  heard_.clear();
  heard_octets_ = 0;
}

bool ScriptPlayer::is_positive(std::string_view line) const {
  switch (settings_.protocol) {
    case Protocol::smtp:
    case Protocol::lmtp: return line < "4";
    case Protocol::pop3: return line.starts_with('+');
    case Protocol::http: return script::http_status(line) < "4";
    case Protocol::imap: break;
  }
  const std::string word = script::capitals(script::word_from(line, script::word_from(line, 0).size() + 1));
  return word == "OK" || word == "PREAUTH";
}

template <class Wanted>
std::optional<std::size_t> ScriptPlayer::find_unmet(Wanted wanted) const {
  for (std::size_t at = met_until_; at < scene_.turns.size(); ++at) {
    if (scene_.turns[at].kind == Kind::answer && !met_[at] && wanted(at)) return at;
  }
  return std::nullopt;
}

std::optional<std::size_t> ScriptPlayer::first_unmet() const {
  return find_unmet([](std::size_t) { return true; });
}

bool ScriptPlayer::begins_with_server() const {
  return !scene_.turns.empty() && !is_of_client(scene_.turns.front().kind);
}

// What is behind it is not due yet.
std::size_t ScriptPlayer::next_of_client() const {
  std::size_t next = said_;
  while (next < scene_.turns.size() && !is_of_client(scene_.turns[next].kind)) ++next;
  return next;
}

// SMTP, POP3, HTTP: the oldest that is expected.
void ScriptPlayer::on_answer() {
  const std::string_view line = heard_.front();
  const bool greets = settings_.protocol != Protocol::http && !std::exchange(greeted_, true);
  const auto turn = greets && !begins_with_server() ? std::nullopt : first_unmet();
  // An interim response may come or not (RFC 9110 15.2).
  const bool interim = settings_.protocol == Protocol::http && script::http_status(line).starts_with('1');
  if (interim && (!turn || !answer_of(*turn).word.starts_with('1'))) return;
  if (turn) {
    meet(*turn);
  } else if (!is_positive(line)) {
    on_unexpected();
  }
}

// --- IMAP

void ScriptPlayer::on_imap_response() {
  const std::string line = heard_.front();
  if (!std::exchange(greeted_, true)) {
    const auto turn = begins_with_server() ? first_unmet() : std::nullopt;
    if (turn) return meet(*turn);
    if (!is_positive(line)) on_unexpected();
    return;
  }
  if (line.starts_with("* ")) return on_untagged(line);
  if (script::is_challenge(line)) return on_continuation(line);
  on_tagged(line);
}

// It belongs to whichever commands are under way.
void ScriptPlayer::on_untagged(std::string_view line) {
  note_uid(line);
  const std::string kind = script::untagged_kind(line);
  std::vector<std::size_t> belongs;  // to the same tagged answer
  bool used = false;                 // one line of the server meets one of the script, if exact
  std::size_t seen = 0;              // of the commands under way
  for (std::size_t at = met_until_; at < scene_.turns.size() && problem_.empty(); ++at) {
    if (scene_.turns[at].kind != Kind::answer || met_[at]) continue;
    const Answer& answer = answer_of(at);
    if (answer.kind == Answer::Kind::untagged && answer.word == kind) belongs.push_back(at);
    if (answer.kind != Answer::Kind::tagged && answer.kind != Answer::Kind::anything) continue;
    const bool under_way = answer.kind == Answer::Kind::anything || conversation_->awaits(answer.tag);
    for (const std::size_t one : std::exchange(belongs, {})) {
      if (!under_way || used) continue;
      const script::Comparison how{settings_.protocol, settings_.exact};
      const auto written = scene_.turns[one].lines_of(scene_.section);
      if (compare(how, answer_of(one), written, heard_)) continue;
      used = settings_.exact;
      meet(one);
    }
    // A tag further down that is the same is another command's.
    if (under_way && ++seen >= conversation_->due()) return;
  }
}

void ScriptPlayer::on_continuation(std::string_view) {
  const auto turn = find_unmet([this, end = next_of_client()](std::size_t at) {
    return at < end && answer_of(at).kind == Answer::Kind::continuation;
  });
  if (turn) meet(*turn);
}

void ScriptPlayer::on_tagged(std::string_view line) {
  const std::string tag(script::word_from(line, 0));
  const auto expected = find_unmet([this, &tag](std::size_t at) {
    const Answer& answer = answer_of(at);
    return answer.kind == Answer::Kind::tagged && answer.tag == tag;
  });
  const auto anything =
      find_unmet([this](std::size_t at) { return answer_of(at).kind == Answer::Kind::anything; });
  // The server refuses what it was to ask for more of.
  const bool awaits_more = next_ < scene_.turns.size() && scene_.turns[next_].kind == Kind::answer &&
                           !met_[next_] && answer_of(next_).kind == Answer::Kind::continuation &&
                           script::word_from(command_, 0) == tag;
  if (awaits_more) return fail(next_, {0, std::string(first_line(next_).text), std::string(line)});
  if (expected && (!anything || *expected < *anything || *anything >= next_of_client())) {
    meet(*expected);
    if (problem_.empty()) judge_untagged(*expected);
  } else if (anything) {
    meet(*anything);
  } else if (!is_positive(line)) {
    on_unexpected();
  }
}

// All that was to come before the tagged answer has come.
void ScriptPlayer::judge_untagged(std::size_t tagged) {
  for (std::size_t at = tagged; at-- > 0;) {
    const Answer& answer = answer_of(at);
    if (scene_.turns[at].kind == Kind::answer &&
        (answer.kind == Answer::Kind::tagged || answer.kind == Answer::Kind::anything))
      return;
    if (scene_.turns[at].kind != Kind::answer || answer.kind != Answer::Kind::untagged || met_[at]) continue;
    if (is_over(at)) {
      met_[at] = true;
      continue;
    }
    return fail(first_line(at),
                text_of("expected ", in_short(first_line(at).text), " before ", in_short(heard_.front()),
                        " at offset ", offset_, " of what the server sent"));
  }
}

// --- Judging

void ScriptPlayer::meet(std::size_t turn) {
  const auto written = scene_.turns[turn].lines_of(scene_.section);
  met_[turn] = true;
  while (met_until_ < scene_.turns.size() &&
         (scene_.turns[met_until_].kind != Kind::answer || met_[met_until_]))
    ++met_until_;
  if (auto mismatch =
          script::compare({settings_.protocol, settings_.exact}, answer_of(turn), written, heard_))
    return fail(turn, *mismatch);
  const auto keep = [this](std::string_view name, std::string_view word) {
    fillings_.words[std::string(name)] = word;
  };
  if (auto mismatch = script::keep_words(settings_.protocol, written, heard_, keep)) fail(turn, *mismatch);
}

void ScriptPlayer::on_unexpected() {
  std::size_t last = said_;
  while (last > 0 && !is_of_client(scene_.turns[last - 1].kind)) --last;
  const script::Line& line = last > 0 ? first_line(last - 1) : scene_.section.lines.front();
  fail(line, text_of("expected a positive answer, the server said ", in_short(heard_.front()), " at offset ",
                     offset_, " of what it sent"));
}

void ScriptPlayer::fail(std::size_t turn, const script::Mismatch& mismatch) {
  const script::Line& line = scene_.section.lines[scene_.turns[turn].first + mismatch.line];
  const std::string said = mismatch.said.empty() ? "nothing in its place" : in_short(mismatch.said);
  fail(line, text_of("expected ", in_short(mismatch.expected), ", the server said ", said, " at offset ",
                     offset_, " of what it sent"));
}

std::string ScriptPlayer::show(const script::Line& line, std::string sentence) const {
  if (line.number > 0) return script::show(settings_.file, line.error(std::move(sentence)));
  const auto in_file = [](const script::Line& one) { return one.number > 0; };
  const bool begins = std::none_of(scene_.section.lines.data(), &line, in_file);
  return text_of(settings_.file, ": in the ", begins ? "login" : "goodbye",
                 " that backtalk adds: ", sentence);
}

void ScriptPlayer::fail(const script::Line& line, std::string sentence) {
  problem_ = show(line, std::move(sentence));
  begin_goodbye();
}

}  // namespace backtalk::talk
