// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Plays the client's part of a conversation that is written down, and checks the server's.
/// Sans-I/O:
///
///     ScriptPlayer player(scene, settings, screen);
///     Conversation conversation(protocol, player, {.pipeline = true});
///     player.join(conversation);
///     while (conversation.may_type() && player.has_line(now)) conversation.type(player.take());
///     send(conversation.take_output());
///     conversation.receive(octets);
///     if (!player.problem().empty()) ...
///
/// Lines `C:` with no `S:` between them go out together. The `S:` lines of SMTP, POP3 and HTTP are
/// met by the server's answers in their order, those of IMAP by tag. An answer for which the script
/// has no `S:` must be a positive one. After the first that is not as expected, only a goodbye is
/// said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/comparison.hpp"
#include "script/literal.hpp"
#include "script/turns.hpp"
#include "script/words.hpp"
#include "session/login.hpp"
#include "talk/audience.hpp"
#include "talk/fill_in.hpp"
#include "talk/line_source.hpp"
#include "talk/scene.hpp"
#include "talk/script_login.hpp"

namespace backtalk::talk {

struct PlayerSettings {
  script::Protocol protocol = script::Protocol::smtp;
  bool exact = false;
  std::string_view file = {};  ///< for the sentences
  session::Credentials user = {};
  FindMechanism find_mechanism = {};
  std::span<const script::Constant> constants = {};
  std::uint64_t number = 0;  ///< of the conversation
  std::uint64_t seed = 0;
};

class ScriptPlayer final : public Audience, public LineSource {
 public:
  /// All of them outlive it.
  ScriptPlayer(const Scene& scene, const PlayerSettings& settings, Audience& audience);

  // --- What the client says

  void join(Conversation& conversation) override { conversation_ = &conversation; }
  void set_aside(bool aside) override { aside_ = aside; }
  [[nodiscard]] bool has_line(std::uint64_t now_ns) override;
  [[nodiscard]] std::string_view take() override;
  [[nodiscard]] bool ended() const override;
  [[nodiscard]] std::optional<std::uint64_t> wakes_at_ns() const override { return wakes_at_ns_; }
  [[nodiscard]] std::string problem() const override { return problem_; }
  [[nodiscard]] std::string awaited() const override;

  // --- What both say

  void client(std::string_view line, std::string_view notation) override;
  void answer_begins() override { audience_.answer_begins(); }
  void answer_ends() override { audience_.answer_ends(); }
  void overhears(std::string_view line) override;
  void server(std::string_view line) override;
  void answered(std::uint64_t offset) override;
  void remark(std::string_view text) override { audience_.remark(text); }

  /// More of an answer than this is not compared: no script can expect it.
  static constexpr std::size_t kAnswerOctetsMax = std::size_t{1} << 20;

 private:
  using Turn = script::Turn;
  using Kind = script::Turn::Kind;

  // What the client says.
  void advance(std::uint64_t now_ns);
  void render(std::size_t turn);
  void hide(std::string_view secret);
  void render_chunk(std::string_view text);
  void note_uid(std::string_view line);
  void render_length(std::string_view text, std::size_t turn);
  void render_command(std::string_view text, std::size_t turn);
  void render_mark(std::string line, const script::LiteralMark& mark, std::string_view announced,
                   std::size_t turn);
  [[nodiscard]] bool is_over(std::size_t turn) const;
  [[nodiscard]] bool is_free_to_go() const;
  void begin_goodbye();

  // What the server said.
  [[nodiscard]] bool is_positive(std::string_view line) const;
  void on_answer();
  void on_imap_response();
  void on_untagged(std::string_view line);
  void on_tagged(std::string_view line);
  void on_continuation(std::string_view line);
  void meet(std::size_t turn);
  void judge_untagged(std::size_t tagged);
  void on_unexpected();
  void fail(std::size_t turn, const script::Mismatch& mismatch);
  void fail(const script::Line& line, std::string sentence);
  [[nodiscard]] std::string show(const script::Line& line, std::string sentence) const;
  template <class Wanted>
  [[nodiscard]] std::optional<std::size_t> find_unmet(Wanted wanted) const;
  [[nodiscard]] std::optional<std::size_t> first_unmet() const;
  [[nodiscard]] bool begins_with_server() const;
  [[nodiscard]] std::size_t next_of_client() const;
  [[nodiscard]] const script::Line& first_line(std::size_t turn) const {
    return scene_.section.lines[scene_.turns[turn].first];
  }
  [[nodiscard]] const script::Answer& answer_of(std::size_t turn) const { return scene_.turns[turn].answer; }

  const Scene& scene_;
  const PlayerSettings& settings_;
  Audience& audience_;
  Conversation* conversation_ = nullptr;
  ScriptLogin login_;
  Fillings fillings_;

  std::size_t next_ = 0;           // the turn that comes
  std::size_t said_ = 0;           // before it all lines of the client went out
  std::deque<std::string> lines_;  // of the turn that goes out, the first is to be taken
  std::string taken_;
  std::vector<std::string> hides_;           // secrets of the turn, expected there or not
  std::string command_;                      // IMAP: the last one
  bool counted_ = false;                     // IMAP: a literal follows whose octets are given
  std::optional<std::string> line_literal_;  // IMAP: the content of "{*}", filled in
  std::deque<std::string> counted_content_;  // HTTP: what `Content-Length: {*}` counts, filled in
  std::optional<std::uint64_t> wakes_at_ns_;

  std::vector<bool> met_;           // by turn
  std::size_t met_until_ = 0;       // before it nothing is expected any more
  std::vector<std::string> heard_;  // lines since the last answer
  std::size_t heard_octets_ = 0;
  std::uint64_t offset_ = 0;  // of the answer
  bool greeted_ = false;
  bool aside_ = false;
  std::string problem_;
};

}  // namespace backtalk::talk
