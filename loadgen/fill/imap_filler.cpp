// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/imap_filler.hpp"

#include <limits>
#include <string_view>
#include <utility>

#include "mailbox/date.hpp"
#include "session/imap_commands.hpp"
#include "session/imap_statuses.hpp"

namespace backtalk::fill {
namespace {

using session::ImapCommand;
using session::ImapScript;
using session::ScriptCommand;
using session::ScriptPass;

// Of what comes before the messages, whose numbers begin with 0.
constexpr std::uint64_t kPreparation = std::numeric_limits<std::uint64_t>::max();

ScriptCommand command(ImapCommand name, const std::string& line,
                      std::uint16_t status = session::imap_status(imap::Status::ok)) {
  ScriptCommand made;
  made.command = static_cast<unsigned>(name);
  made.line.append(line);
  made.expected.status = status;
  return made;
}

// Without the literal behind it.
std::string append_line(const std::string& folder, const MadeMessage& made) {
  std::string line = "APPEND \"" + folder + "\" (" + made.flags + ") \"";
  mailbox::append_internal_date(line, made.date);
  return line + "\" ";
}

ScriptPass append_pass(const std::string& line, const session::WireMessage& message) {
  ScriptPass pass;
  pass.commands.push_back(command(ImapCommand::append, line));
  session::ScriptLiteral literal;
  literal.message = true;
  literal.own_message = &message;
  pass.commands.back().literals.push_back(std::move(literal));
  return pass;
}

// What the session takes all passes to be like.
session::Script sample() {
  static const session::WireMessage kNone;
  session::Script script;
  script.passes.push_back(append_pass("APPEND INBOX ", kNone));
  return script;
}

}  // namespace

ImapFiller::ImapFiller(const FillPlan& plan, std::uint64_t user)
    : Filler(plan, user),
      session_plan_(make_plan(user)),
      session_(session_plan_, {.index = 0, .seed = 0, .observer = *this}) {}

session::ImapPlan ImapFiller::make_plan(std::uint64_t user) const {
  session::ImapPlan made;
  made.starttls = plan().starttls;
  made.login = {
      .way = plan().login.way, .users = {plan().login.users[user]}, .mechanism = plan().login.mechanism};
  made.script = ImapScript(sample());
  made.passes = this;
  made.depth = plan().depth;
  return made;
}

// False if there is nothing to say for the step.
bool ImapFiller::takes_turn() {
  const bool looks = plan().existing != Existing::add;
  ScriptPass pass;
  switch (step_) {
    case Step::create:
      step_ = Step::select;
      if (folder() == "INBOX") return false;
      // NO if it is there already. If it cannot be made, SELECT or APPEND says so.
      pass.commands.push_back(
          command(ImapCommand::create, "CREATE \"" + folder() + "\"", session::kNoStatus));
      break;
    case Step::select:
      step_ = looks ? Step::look : Step::next;
      if (!looks) return false;
      pass.commands.push_back(plan().existing == Existing::replace
                                  ? command(ImapCommand::select, "SELECT \"" + folder() + "\"")
                                  : command(ImapCommand::examine, "EXAMINE \"" + folder() + "\""));
      break;
    case Step::look:
      // Without EXISTS (RFC 9051 6.3.2) nobody knows what is there.
      if (!session_.knows_messages()) {
        fail_mailbox(kMailboxSizeUnknown);
        return false;
      }
      step_ = session_.messages() > 0 && plan().existing == Existing::replace ? Step::remove : Step::close;
      if (session_.messages() > 0 && plan().existing == Existing::refuse) fail_mailbox(kMailboxNotEmpty);
      return false;
    case Step::remove:
      step_ = Step::close;
      removing_ = session_.messages();
      pass.commands.push_back(command(ImapCommand::store, "STORE 1:* +FLAGS.SILENT (\\Deleted)"));
      break;
    case Step::close:
      // Which expunges, silently, what was selected and not only examined.
      step_ = Step::next;
      pass.commands.push_back(command(ImapCommand::close, "CLOSE"));
      break;
    case Step::next:
      step_ = Step::create;
      ++folder_;
      return false;
  }
  preparation_ = ImapScript::make_pass(std::move(pass));
  return true;
}

bool ImapFiller::prepare(session::Nanoseconds now) {
  while (!preparing_ && !has_failed() && folder_ < plan().shape.folders.size()) {
    if (!takes_turn()) continue;
    preparing_ = true;
    session_.begin(ticket(kPreparation, now));
  }
  return !preparing_;
}

void ImapFiller::preparation_ended(const session::TransactionEnd& end) {
  preparing_ = false;
  // CLOSE has expunged them.
  if (end.ending == session::Ending::completed && step_ == Step::next)
    count_removed(std::exchange(removing_, 0));
  if (end.ending == session::Ending::failed) fail_mailbox(end.reason);
}

void ImapFiller::hand_over(std::uint64_t number, MadeMessage&& made) {
  Made& added = add(number, made.text);
  const std::string line = append_line(plan().shape.folders[made.folder].name, made);
  added.pass = ImapScript::make_pass(append_pass(line, added.message));
}

const ImapScript::Pass& ImapFiller::pass(std::uint64_t number) const {
  return number == kPreparation ? preparation_ : made(number).pass;
}

std::string_view ImapFiller::name_of_command(unsigned command) const {
  return session::name_of(static_cast<ImapCommand>(command));
}

}  // namespace backtalk::fill
