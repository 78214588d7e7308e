// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The server's side of IMAP4rev1 (RFC 3501), with IDLE (RFC 2177), NAMESPACE (RFC 2342), ID (RFC
/// 2971), UNSELECT (RFC 3691), UIDPLUS (RFC 4315), ESEARCH (RFC 4731), SASL-IR (RFC 4959), ENABLE
/// (RFC 5161), MOVE (RFC 6851) and LITERAL+ (RFC 7888), on the mailboxes of an account.
///
/// A session works on a view of its mailbox. It learns of what others did to it at the end of a
/// command, and in IDLE at once; at the end of FETCH, STORE and SEARCH it does not, since numbers
/// would change that the client is using (RFC 3501 7.4.1).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/command_parser.hpp"
#include "mailbox/removal.hpp"
#include "mailbox/store.hpp"
#include "serve/bodies.hpp"
#include "serve/faults.hpp"
#include "serve/imap_fetch.hpp"
#include "serve/imap_search.hpp"
#include "serve/keeping.hpp"
#include "serve/login.hpp"
#include "serve/replies.hpp"
#include "serve/service_time.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

/// What the servers of one thread have done.
struct ImapCounts : LoginCounts {
  std::uint64_t connections = 0;
  std::uint64_t commands = 0;
  std::uint64_t fetched = 0;          ///< messages, in the answers to FETCH
  std::uint64_t appended = 0;         ///< messages, by APPEND
  std::uint64_t octets_appended = 0;  ///< of these
  std::uint64_t protocol_errors = 0;  ///< bad lines, and commands that are not understood
};

class ImapServer final : public session::ServerSession, private mailbox::Watcher {
 public:
  /// Commands in a row that are not understood before the connection is closed.
  static constexpr unsigned kBadMax = 10;
  static constexpr std::uint64_t kAppendMax = 52'428'800;
  /// Messages of one COPY or MOVE, which is done for all of them or none.
  static constexpr std::size_t kCopyMax = 100'000;
  /// How many octets of messages are read in one call of `consume`, more or less: then other
  /// clients have their turn.
  static constexpr std::size_t kTurnOctets = std::size_t{256} << 10;

  /// `starttls`: it is offered as long as the connection is in clear text. The others must outlive
  /// it; `counts` belongs to the thread that drives it.
  /// Without an authenticator there is no AUTHENTICATE.
  ImapServer(bool starttls, mailbox::Store& store, const Faults& faults, ImapCounts& counts,
             std::unique_ptr<session::Authenticator> authenticator = nullptr);
  ~ImapServer() override { stop_watching(); }

  void restart() override;
  [[nodiscard]] std::size_t consume(std::string_view bytes) override;
  void finish_work() override;
  void tls_established() override;
  void hang_up() override { forget(); }
  [[nodiscard]] bool has_more() const override {
    return work_ns_ == 0 && !over() && (is_answering() || has_news());
  }
  [[nodiscard]] session::Closing closing() const override;

  /// Sent instead of a greeting to a client above the connection limit.
  static constexpr std::string_view kTooMany = "* BYE Too many connections\r\n";

 private:
  struct Row;
  enum class State : std::uint8_t { not_authenticated, authenticated, selected };
  // What is under way between a command and its tagged answer.
  enum class Doing : std::uint8_t { nothing, store, fetch, search, search_answer, removal, listing };

  // Commands
  void on_input(const imap::Input& input);
  void on_command(const imap::Input& input);
  void dispatch(const Row& row, imap::Siblings arguments);
  void on_line(std::string_view line);
  void on_literal_wanted(const imap::Input& input);
  void on_octets(const imap::Input& input);
  [[nodiscard]] static const Row* find_row(std::string_view name);

  void on_capability(imap::Siblings arguments);
  void on_noop(imap::Siblings arguments);
  void on_logout(imap::Siblings arguments);
  void on_id(imap::Siblings arguments);
  void on_starttls(imap::Siblings arguments);
  void on_login(imap::Siblings arguments);
  void on_authenticate(imap::Siblings arguments);
  void on_login_step(const Login::Step& step);
  void on_enable(imap::Siblings arguments);
  void on_namespace(imap::Siblings arguments);
  void on_select(imap::Siblings arguments);
  void on_create(imap::Siblings arguments);
  void on_delete(imap::Siblings arguments);
  void on_rename(imap::Siblings arguments);
  void on_subscribe(imap::Siblings arguments);
  void on_unsubscribe(imap::Siblings arguments);
  void on_list(imap::Siblings arguments);
  void on_status(imap::Siblings arguments);
  void on_append(imap::Siblings arguments);
  void on_idle(imap::Siblings arguments);
  void on_close(imap::Siblings arguments);
  void on_unselect(imap::Siblings arguments);
  void on_expunge(imap::Siblings arguments);
  void on_fetch(imap::Siblings arguments);
  void on_store(imap::Siblings arguments);
  void on_search(imap::Siblings arguments);
  void on_copy(imap::Siblings arguments);
  void on_uid(imap::Siblings arguments);

  // Answers
  void reply(std::string_view text) { replies_.add(output_, text); }
  void untagged(std::string_view text) {
    if (!replies_.muted()) output_.append(text);
  }
  void finish(std::string_view rest);  // "OK done": the tagged answer, when all before it is said
  void bad(std::string_view why);
  void wrong_arguments() { bad("BAD Wrong arguments\r\n"); }
  void renamed(mailbox::Renaming result);
  void enter(mailbox::Account& account);
  void go_on();
  void fetch_some();
  bool fetch_one();
  void append_item(const FetchWanted& wanted);
  void append_text(std::string_view text);
  void append_flags(mailbox::FlagSet flags, bool recent);
  void begin_store(const IndexRanges& ranges, mailbox::FlagChange change);
  void store_some();
  void begin_removal(mailbox::Removal removal);
  void remove_some();
  void begin_fetch(std::vector<FetchWanted> wanted, IndexRanges ranges);
  void search_some();
  void begin_search_answer();
  void answer_search();
  void append_found();
  [[nodiscard]] std::uint32_t number_of(std::size_t index) const {
    return by_uid_ ? view_.item(index).uid : static_cast<std::uint32_t>(index + 1);
  }
  void list_some();
  void begin_sync();
  void sync_some();
  void bye(std::string_view why);

  // State
  void open_mailbox(std::shared_ptr<mailbox::Mailbox> box, bool read_only);
  void leave_mailbox();
  void forget();
  void stop_watching();
  void changed() override { tell_news(); }
  [[nodiscard]] bool is_recent(std::uint32_t uid) const { return uid >= first_recent_; }
  [[nodiscard]] std::size_t count_recent() const;
  [[nodiscard]] std::optional<IndexRanges> take_set(imap::Siblings& arguments);
  [[nodiscard]] static bool read_name(const imap::Token& token, std::string& name);
  [[nodiscard]] std::optional<mailbox::FlagSet> read_flags(imap::Siblings flags, bool& too_many);
  [[nodiscard]] bool is_answering() const { return doing_ != Doing::nothing || syncing_ || !tagged_.empty(); }
  [[nodiscard]] bool has_news() const {
    return idling_ && mailbox_ && mailbox_->version() != view_.version();
  }
  [[nodiscard]] bool must_pause() const {
    return work_ns_ > 0 || is_answering() || share_ == 0 || output_.size() >= kOutputEnough;
  }
  // It has read this many octets of messages, or done something that takes as long.
  void spend(std::size_t octets) { share_ -= std::min(share_, octets); }
  // The same for something simple that was done for each message of the mailbox.
  void spend_on_mailbox() { spend(view_.size() * kMessageCost); }
  // For how many messages something simple may be done in this turn; at least one.
  [[nodiscard]] std::size_t messages_of_turn() const {
    return std::max<std::size_t>(share_ / kMessageCost, 1);
  }
  void append_capabilities(std::string& out) const;

  const bool starttls_;
  mailbox::Store& store_;
  ImapCounts& counts_;
  Replies replies_;
  Bodies bodies_;
  ServiceTimes service_times_;
  Keeping keeping_;
  const std::uint64_t expunges_told_max_;
  std::uint64_t expunges_told_ = 0;
  imap::CommandParser parser_;
  Login login_;
  bool authenticating_ = false;
  session::Closing closing_ = session::Closing::not_yet;
  State state_ = State::not_authenticated;
  bool secured_ = false;  // by STARTTLS
  unsigned bad_commands_ = 0;
  std::string tag_;      // of the command that is being answered
  std::string name_;     // of its mailbox
  std::string scratch_;  // what is being put together
  std::string held_;     // an answer that waits for the service time to pass

  mailbox::Account* account_ = nullptr;
  std::shared_ptr<mailbox::Mailbox> mailbox_;  // the selected one
  mailbox::View view_;                         // of it
  std::uint32_t first_recent_ = 0;
  bool read_only_ = false;
  bool by_uid_ = false;    // the command came behind UID
  bool examines_ = false;  // the command is EXAMINE, LSUB or MOVE, and not SELECT, LIST or COPY
  bool idling_ = false;
  bool watching_ = false;
  bool holds_numbers_ = false;  // the command is one of those during which nothing is expunged

  static constexpr std::size_t kMessageCost = 4;

  std::size_t share_ = kTurnOctets;  // what is left of it
  Doing doing_ = Doing::nothing;
  std::string tagged_;  // the answer that ends the command
  bool reports_uid_ = false;
  mailbox::FlagChange change_;
  IndexRanges storing_;         // of the messages whose flags are still to be changed
  bool marks_as_seen_ = false;  // FETCH, and not STORE, changes them
  bool answers_store_ = false;  // the fetch of `wanted_` and `ranges_` follows
  std::optional<mailbox::Removal> removal_;
  bool closes_ = false;  // CLOSE: the mailbox is left once they are removed
  std::vector<FetchWanted> wanted_;
  IndexRanges ranges_;       // of the messages that are left
  std::size_t item_ = 0;     // of the message that is being fetched: the next
  std::size_t shown_ = 0;    // the index of the message that is answered with
  bool in_message_ = false;  // its answer has begun
  std::string_view text_;    // what is left of a literal, which the view or `room_` keeps
  std::string room_;
  std::optional<SearchProgram> search_;
  std::size_t search_at_ = 0;
  std::vector<bool> found_;  // by index
  std::size_t found_count_ = 0;
  std::size_t found_at_ = 0;      // the answer has said all before it
  const char* separator_ = "";    // before the next number of the answer
  bool extended_search_ = false;  // RETURN, with what is in `return_`
  unsigned return_ = 0;
  std::vector<std::string> names_;  // of a listing
  std::size_t names_at_ = 0;

  bool syncing_ = false;
  mailbox::View fresh_;
  std::size_t old_at_ = 0;    // in view_
  std::size_t fresh_at_ = 0;  // in fresh_

  std::string appended_;  // a message that comes in pieces
  mailbox::Reservation reserved_;
  bool append_refused_ = false;
};

}  // namespace backtalk::serve
