// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/explain_pop3.hpp"

#include <algorithm>
#include <string_view>

#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/greeting.hpp"
#include "backtalk/pop3/listing.hpp"
#include "talk/text_of.hpp"

namespace backtalk::talk {
namespace {

// An offer is shown up to this length: a listing need not end.
constexpr std::size_t kOfferOctetsMax = 16384;

}  // namespace

void Pop3Reading::begin(Pop3Asked asked, const pop3::Status& status, Heard& heard) {
  using Kind = pop3::Status::Kind;
  asked_ = asked;
  lines_ = 0;
  octets_ = 0;
  offer_.clear();
  switch (status.kind) {
    case Kind::continuation:
      heard.remarks.emplace_back("a challenge: the next line answers it, `*` cancels");
      return;
    case Kind::err: heard.remarks.emplace_back("-ERR: refused"); break;
    case Kind::ok: begin_ok(status, heard); break;
  }
  if (!status.code.empty()) heard.remarks.back() += text_of("; response code ", status.code);
}

void Pop3Reading::begin_ok(const pop3::Status& status, Heard& heard) {
  std::string text = status.multi_line ? "+OK, and lines up to a dot" : "+OK";
  const auto bad = [&heard](Error error) {
    heard.warnings.push_back(text_of("offset ", error.offset, " of the text: ", sentence(error.code)));
  };
  if (asked_ == Pop3Asked::greeting) {
    const auto timestamp = pop3::find_timestamp(status.text);
    text += timestamp ? text_of("; APOP would sign ", *timestamp) : "; no timestamp for APOP";
  } else if (asked_ == Pop3Asked::drop) {
    const auto drop = pop3::read_drop_listing(status.text);
    if (drop) text += text_of("; messages: ", drop->messages, ", octets: ", drop->octets);
    if (!drop) bad(drop.error());
  } else if (asked_ == Pop3Asked::one_size) {
    const auto scan = pop3::read_scan_listing(status.text);
    if (scan) text += text_of("; message ", scan->message, " has ", scan->octets, " octets");
    if (!scan) bad(scan.error());
  }
  heard.remarks.push_back(std::move(text));
}

void Pop3Reading::take(const pop3::Event& event, Heard& heard) {
  if (event.kind == pop3::Event::Kind::octets) {
    octets_ += event.data.size();
    lines_ += static_cast<std::size_t>(std::ranges::count(event.data, '\n'));
    return;
  }
  ++lines_;
  const auto bad = [this, &heard](Error error) {
    heard.warnings.push_back(text_of("line ", lines_, ", offset ", error.offset, ": ", sentence(error.code)));
  };
  if (asked_ == Pop3Asked::capabilities) {
    const auto one = pop3::read_capability(event.data);
    if (!one) return bad(one.error());
    if (offer_.size() >= kOfferOctetsMax) return;
    offer_.append(offer_.empty() ? "offers " : ", ").append(one->tag);
    if (!one->parameters.empty()) offer_.append(" (").append(one->parameters).append(")");
  } else if (asked_ == Pop3Asked::sizes) {
    const auto one = pop3::read_scan_listing(event.data);
    if (!one) return bad(one.error());
    octets_ += one->octets;
  } else {
    octets_ += event.data.size() + 2;  // CRLF
  }
}

void Pop3Reading::finish(Heard& heard) {
  if (offer_.size() >= kOfferOctetsMax) offer_ += ", and more";
  if (!offer_.empty()) heard.remarks.push_back(offer_);
  if (asked_ == Pop3Asked::sizes) {
    heard.remarks.push_back(text_of("messages: ", lines_, ", octets: ", octets_));
  } else {
    heard.remarks.push_back(text_of("lines: ", lines_, ", octets without the dot: ", octets_));
  }
}

}  // namespace backtalk::talk
