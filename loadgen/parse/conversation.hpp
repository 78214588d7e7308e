// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the server says in a conversation that is written down, read as from a connection. What the
/// client says tells which replies have several lines (POP3) and which have no body (HTTP).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "parse/options.hpp"
#include "parse/protocols.hpp"
#include "parse/transcript.hpp"
#include "script/conversation.hpp"

namespace backtalk::parse {

using script::Conversation;

/// Takes of the text what is to go elsewhere: a short file may repeat a line until its events are
/// gigabytes. False if there is nobody to print for any more.
using Flush = std::function<bool(std::string&)>;

/// Prints what the server says, as `Transcript` does; with `http_request` what the client says. If
/// there is an error, a sentence in `notes` names the line of the first.
[[nodiscard]] Verdict print_conversation(const Conversation& conversation, const Protocol& protocol,
                                         const Options& options, std::string& out,
                                         std::vector<std::string>& notes, const Flush& flush = {});

/// Prints each conversation, behind a line {"type":"conversation",...} if it has a name. Of
/// several, those of other protocols are left out, which is said in `notes`. The verdict is the
/// worst of all, and an error if all are left out.
[[nodiscard]] Verdict print_conversations(const std::vector<Conversation>& conversations,
                                          const Protocol& protocol, const Options& options, std::string& out,
                                          std::vector<std::string>& notes, const Flush& flush = {});

}  // namespace backtalk::parse
