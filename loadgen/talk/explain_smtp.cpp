// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/explain_smtp.hpp"

#include <string_view>

#include "backtalk/smtp/ehlo.hpp"
#include "talk/text_of.hpp"

namespace backtalk::talk {
namespace {

// RFC 5321 4.2.1
std::string_view meaning_of_class(unsigned klass) {
  switch (klass) {
    case 2: return "done";
    case 3: return "go on";
    case 4: return "not now";
    case 5: return "refused";
    default: return "a class that SMTP does not have";
  }
}

// RFC 3463 3; empty for what says nothing.
std::string_view subject_of(unsigned subject) {
  switch (subject) {
    case 1: return "about an address";
    case 2: return "about a mailbox";
    case 3: return "about the mail system";
    case 4: return "about the network or routing";
    case 5: return "about the protocol";
    case 6: return "about the content";
    case 7: return "about security or policy";
    default: return {};
  }
}

void explain_offer(const smtp::Reply& reply, Heard& heard) {
  std::string offer;
  smtp::Capabilities known;
  for (const std::string_view line : reply.lines.subspan(1)) {
    if (const Error error = smtp::add_capability(line, known)) {
      heard.warnings.push_back(text_of("`", line, "` is no extension: ", sentence(error.code)));
      continue;
    }
    const auto one = smtp::read_ehlo_line(line);
    offer.append(offer.empty() ? "offers " : ", ").append(one->keyword);
    if (!one->parameters.empty()) offer.append(" (").append(one->parameters).append(")");
  }
  heard.remarks.push_back(offer.empty() ? "offers no extensions" : offer);
}

}  // namespace

void explain(const smtp::Reply& reply, bool lists_offer, Heard& heard) {
  std::string text = text_of(reply.code, ": ", meaning_of_class(reply.klass()));
  if (reply.enhanced) {
    const smtp::EnhancedCode& code = *reply.enhanced;
    const std::string_view subject = subject_of(code.subject);
    text += "; " + to_string(code);
    if (!subject.empty()) text += text_of(": ", subject);
  }
  if (reply.lines.size() > 1) text += text_of("; ", reply.lines.size(), " lines");
  heard.remarks.push_back(std::move(text));
  if (lists_offer) explain_offer(reply, heard);
}

}  // namespace backtalk::talk
