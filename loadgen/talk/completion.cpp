// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/completion.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "talk/local_command.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {
namespace {

// What RFC 5321 4.1.1, and the extensions that are named, have.
constexpr std::array kSmtp{
    CommandHelp{"AUTH ", "log in: a mechanism, such as PLAIN, and perhaps its first response (RFC 4954)"},
    CommandHelp{"BDAT ", "a piece of the message: so many octets, and LAST (RFC 3030)"},
    CommandHelp{"DATA", "the message follows, up to a line with a dot alone"},
    CommandHelp{"EHLO ", "say who you are, and ask what the server offers"},
    CommandHelp{"ETRN ", "have the server send what it keeps for a host (RFC 1985)"},
    CommandHelp{"EXPN ", "ask who is on a mailing list"},
    CommandHelp{"HELO ", "say who you are"},
    CommandHelp{"HELP", "ask the server for help"},
    CommandHelp{"MAIL FROM:<", "begin a message: its sender"},
    CommandHelp{"NOOP", "do nothing"},
    CommandHelp{"QUIT", "end the session"},
    CommandHelp{"RCPT TO:<", "a recipient of the message"},
    CommandHelp{"RSET", "forget the message that was begun"},
    CommandHelp{"STARTTLS", "begin TLS (RFC 3207)"},
    CommandHelp{"VRFY ", "ask if a mailbox exists"},
    CommandHelp{"XCLIENT ", "speak for another client (Postfix)"},
};

constexpr std::array kLmtp{
    CommandHelp{"AUTH ", "log in: a mechanism, such as PLAIN, and perhaps its first response (RFC 4954)"},
    CommandHelp{"BDAT ", "a piece of the message: so many octets, and LAST (RFC 3030)"},
    CommandHelp{"DATA", "the message follows, up to a line with a dot alone"},
    CommandHelp{"LHLO ", "say who you are, and ask what the server offers"},
    CommandHelp{"MAIL FROM:<", "begin a message: its sender"},
    CommandHelp{"NOOP", "do nothing"},
    CommandHelp{"QUIT", "end the session"},
    CommandHelp{"RCPT TO:<", "a recipient of the message"},
    CommandHelp{"RSET", "forget the message that was begun"},
    CommandHelp{"STARTTLS", "begin TLS (RFC 3207)"},
    CommandHelp{"VRFY ", "ask if a mailbox exists"},
};

constexpr std::array kPop3{
    CommandHelp{"APOP ", "log in: the user and the MD5 digest of the greeting's timestamp and the password"},
    CommandHelp{"AUTH ", "log in: a mechanism, such as PLAIN, and perhaps its first response (RFC 5034)"},
    CommandHelp{"CAPA", "ask what the server offers (RFC 2449)"},
    CommandHelp{"DELE ", "delete a message, once the session ends with QUIT"},
    CommandHelp{"LIST", "the sizes of all messages, or of one"},
    CommandHelp{"NOOP", "do nothing"},
    CommandHelp{"PASS ", "log in: the password, after USER"},
    CommandHelp{"QUIT", "end the session, and delete what DELE has marked"},
    CommandHelp{"RETR ", "fetch a message"},
    CommandHelp{"RSET", "undo all DELE of this session"},
    CommandHelp{"STAT", "how many messages there are, and their octets"},
    CommandHelp{"STLS", "begin TLS (RFC 2595)"},
    CommandHelp{"TOP ", "the head of a message, and so many lines of its body"},
    CommandHelp{"UIDL", "the unique names of all messages, or of one"},
    CommandHelp{"USER ", "log in: the user, before PASS"},
};

// Of RFC 9051, and the extensions that are named. They come behind a tag.
constexpr std::array kImap{
    CommandHelp{"APPEND ", "put a message into a mailbox: its name, flags, and the message as a literal"},
    CommandHelp{"AUTHENTICATE ", "log in: a mechanism, such as PLAIN"},
    CommandHelp{"CAPABILITY", "ask what the server offers"},
    CommandHelp{"CHECK", "have the server tidy the mailbox up (RFC 3501)"},
    CommandHelp{"CLOSE", "close the mailbox, and remove the messages that are marked as deleted"},
    CommandHelp{"COPY ", "copy messages to another mailbox"},
    CommandHelp{"CREATE ", "make a mailbox"},
    CommandHelp{"DELETE ", "delete a mailbox"},
    CommandHelp{"ENABLE ", "have the server use extensions (RFC 5161)"},
    CommandHelp{"EXAMINE ", "open a mailbox without changing it"},
    CommandHelp{"EXPUNGE", "remove the messages that are marked as deleted"},
    CommandHelp{"FETCH ", "parts of messages: their numbers, and (FLAGS ENVELOPE BODY[])"},
    CommandHelp{"GETQUOTA ", "limits and use of a quota root (RFC 9208)"},
    CommandHelp{"GETQUOTAROOT ", "the quota roots of a mailbox (RFC 9208)"},
    CommandHelp{"ID NIL", "ask which software the server is (RFC 2971)"},
    CommandHelp{"IDLE", "have the server tell what changes, until a line DONE (RFC 2177)"},
    CommandHelp{"LIST ", "mailboxes: a reference and a pattern, as \"\" \"*\""},
    CommandHelp{"LOGIN ", "log in: the user and the password"},
    CommandHelp{"LOGOUT", "end the session"},
    CommandHelp{"LSUB ", "the mailboxes that are subscribed (RFC 3501)"},
    CommandHelp{"MOVE ", "move messages to another mailbox (RFC 6851)"},
    CommandHelp{"MYRIGHTS ", "what you may do with a mailbox (RFC 4314)"},
    CommandHelp{"NAMESPACE", "where mailboxes are (RFC 2342)"},
    CommandHelp{"NOOP", "do nothing, but hear what has changed"},
    CommandHelp{"RENAME ", "give a mailbox another name"},
    CommandHelp{"SEARCH ", "the numbers of messages that match, as UNSEEN FROM x"},
    CommandHelp{"SELECT ", "open a mailbox"},
    CommandHelp{"SORT ", "as SEARCH, in an order (RFC 5256)"},
    CommandHelp{"STARTTLS", "begin TLS"},
    CommandHelp{"STATUS ", "numbers of a mailbox, as INBOX (MESSAGES UNSEEN)"},
    CommandHelp{"STORE ", "change flags, as 1:3 +FLAGS (\\Seen)"},
    CommandHelp{"SUBSCRIBE ", "subscribe to a mailbox"},
    CommandHelp{"THREAD ", "messages by conversation (RFC 5256)"},
    CommandHelp{"UID COPY ", "COPY by UID"},
    CommandHelp{"UID EXPUNGE ", "EXPUNGE by UID (RFC 4315)"},
    CommandHelp{"UID FETCH ", "FETCH by UID"},
    CommandHelp{"UID MOVE ", "MOVE by UID (RFC 6851)"},
    CommandHelp{"UID SEARCH ", "SEARCH that answers with UIDs"},
    CommandHelp{"UID SORT ", "SORT that answers with UIDs (RFC 5256)"},
    CommandHelp{"UID STORE ", "STORE by UID"},
    CommandHelp{"UID THREAD ", "THREAD that answers with UIDs (RFC 5256)"},
    CommandHelp{"UNSELECT", "close the mailbox, and remove nothing (RFC 3691)"},
    CommandHelp{"UNSUBSCRIBE ", "unsubscribe from a mailbox"},
};

constexpr std::array kHttp{
    CommandHelp{"DELETE /", "have the resource removed"},
    CommandHelp{"GET /", "fetch a resource: its path, and HTTP/1.1"},
    CommandHelp{"HEAD /", "as GET, without the body"},
    CommandHelp{"OPTIONS ", "ask what can be done with a resource, or with * for the server"},
    CommandHelp{"PATCH /", "change the resource by the body (RFC 5789)"},
    CommandHelp{"POST /", "have the resource process the body"},
    CommandHelp{"PUT /", "have the body stored as the resource"},
    CommandHelp{"TRACE /", "have the request sent back"},
};

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.size() >= beginning.size() &&
         text::equals_ignoring_case(text.substr(0, beginning.size()), beginning);
}

// As much as both have, from their beginnings.
std::string_view common(std::string_view one, std::string_view other) {
  const auto end = std::ranges::mismatch(one, other).in1;
  return one.substr(0, static_cast<std::size_t>(end - one.begin()));
}

bool is_in_lower_case(std::string_view text) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return std::ranges::any_of(text, is_lower) &&
         std::ranges::none_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

Completion complete_among(std::span<const CommandHelp> commands, std::string_view typed) {
  Completion completion;
  std::string_view shared;
  for (const CommandHelp& one : commands) {
    if (!begins_with(one.text, typed)) continue;
    shared = completion.choices.empty() ? one.text : common(shared, one.text);
    completion.choices.push_back(one);
  }
  if (completion.choices.empty() || shared.size() < typed.size()) return completion;
  completion.added = shared.substr(typed.size());
  if (is_in_lower_case(typed))
    std::ranges::transform(completion.added, completion.added.begin(), text::lower);
  return completion;
}

}  // namespace

std::span<const CommandHelp> command_help(Protocol protocol) {
  switch (protocol) {
    case Protocol::smtp: return kSmtp;
    case Protocol::lmtp: return kLmtp;
    case Protocol::pop3: return kPop3;
    case Protocol::imap: return kImap;
    case Protocol::http: return kHttp;
  }
  return {};
}

Completion complete(Protocol protocol, std::string_view line) {
  if (line.starts_with('/')) return complete_among(local_command_help(), line);
  if (protocol == Protocol::imap) {
    const std::size_t space = line.find(' ');
    // The tag is the user's.
    if (space == std::string_view::npos || space == 0) return {};
    line.remove_prefix(space + 1);
  }
  return complete_among(command_help(protocol), line);
}

}  // namespace backtalk::talk
