// SPDX-License-Identifier: Apache-2.0 OR MIT What servers really send, as far as the meaning of
// tokens is concerned: the typed values of the inputs of corpora/imap/reported, in strict mode and
// with the tolerance that reads them; then their neighbours, which no known server sends so far.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/capability.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/flags.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/response_code.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "backtalk/imap/search.hpp"

namespace backtalk::imap {
namespace {

std::string at_word(const Error& error) {
  return std::string(word(error.code)) + " at " + std::to_string(error.offset);
}

// One response that lives as long as this.
class Reply {
 public:
  explicit Reply(std::string stream, Tolerances tolerances = {})
      : stream_(std::move(stream)), parser_({}, tolerances) {
    parser_.feed(stream_);
    response_ = parser_.next();
  }
  const Response& operator*() const { return *response_; }
  const Response* operator->() const { return response_; }

 private:
  std::string stream_;
  ResponseParser parser_;
  const Response* response_ = nullptr;
};

// The n-th response in a file of corpora/imap/reported, with the offsets that it has there.
class Reported {
 public:
  Reported(const std::string& name, int n, Tolerances tolerances = {}) : parser_({}, tolerances) {
    std::ifstream file(std::string(BACKTALK_REPORTED) + "/" + name + ".txt", std::ios::binary);
    EXPECT_TRUE(file) << name;
    stream_.assign(std::istreambuf_iterator<char>(file), {});
    parser_.feed(stream_);
    do response_ = parser_.next();
    while (response_ != nullptr && n-- > 0);
    EXPECT_NE(response_, nullptr) << name;
  }
  const Response& operator*() const { return *response_; }
  const Response* operator->() const { return response_; }

 private:
  std::string stream_;
  ResponseParser parser_;
  const Response* response_ = nullptr;
};

std::string text_without_escapes(const Token& token) {
  if (token.is_list()) {
    std::string out;
    for (const Token& inner : children(token)) out += (out.empty() ? "" : " ") + text_without_escapes(inner);
    return "(" + out + ")";
  }
  if (token.is_nil()) return "NIL";
  std::string out;
  token.append_text(out);
  return out;
}

std::string text_without_escapes(Siblings row) {
  std::string out;
  for (const Token& token : row) out += (out.empty() ? "" : " ") + text_without_escapes(token);
  return out;
}

// "UID=3016 BODY[2.MIME]=A: b; wrong-shape at 43": the items and the first error.
std::string items_of(const Response& response, Tolerances tolerances = {}) {
  std::string out;
  FetchItems items{response, tolerances};
  for (FetchItem item; items.next(item);) {
    out += out.empty() ? "" : " ";
    out += std::string(item.name->text);
    for (const Token& inner : children(*item.name)) out += "[" + text_without_escapes(inner) + "]";
    EXPECT_EQ(item.attribute == FetchAttribute::invalid, static_cast<bool>(item.error));
    switch (item.attribute) {
      case FetchAttribute::invalid: out += " is " + at_word(item.error); break;
      case FetchAttribute::uid:
      case FetchAttribute::rfc822_size:
      case FetchAttribute::binary_size:
      case FetchAttribute::modseq: out += "=" + std::to_string(item.number()); break;
      default: out += "=" + text_without_escapes(*item.value);
    }
  }
  return out + (items.error() ? "; " + at_word(items.error()) : "");
}

std::string number_of(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string code_of(const Response& response, Tolerances tolerances = {}) {
  const auto read = read_response_code(response.code, tolerances);
  const ResponseCode& code = read.partial();
  std::string out = number_of(code.number);
  if (!code.source_uids.text().empty()) out += " from " + std::string(code.source_uids.text());
  if (!code.uids.text().empty()) out += " to " + std::string(code.uids.text());
  return out + (read.error() ? "; " + at_word(read.error()) : "");
}

std::string status_of(const Response& response, Tolerances tolerances = {}) {
  const auto read = read_status(response, tolerances);
  const MailboxStatus& status = read.partial();
  std::string out = status.name.token() == nullptr ? "-" : text_without_escapes(*status.name.token());
  if (!status.unquoted_name.empty()) out = "'" + std::string(status.unquoted_name) + "'";
  for (const auto& [name, number] : {std::pair{"messages", status.messages},
                                     {"recent", status.recent},
                                     {"uidnext", status.uidnext},
                                     {"uidvalidity", status.uidvalidity},
                                     {"unseen", status.unseen},
                                     {"deleted", status.deleted},
                                     {"size", status.size_octets},
                                     {"highestmodseq", status.highestmodseq}}) {
    if (number) out += std::string(" ") + name + " " + std::to_string(*number);
  }
  return out + (read.error() ? "; " + at_word(read.error()) : "");
}

std::string flags_of(const Result<Flags>& read) {
  const Flags& flags = read.partial();
  std::string out;
  for (const auto& [name, is_there] : {std::pair{"seen", flags.seen},
                                       {"answered", flags.answered},
                                       {"flagged", flags.flagged},
                                       {"deleted", flags.deleted},
                                       {"draft", flags.draft},
                                       {"any", flags.any},
                                       {"junk", flags.junk}}) {
    if (is_there) out += (out.empty() ? "" : " ") + std::string(name);
  }
  return out + (read.error() ? "; " + at_word(read.error()) : "");
}

std::string listing_of(const Response& response, Tolerances tolerances = {}) {
  const auto read = read_listing(response, tolerances);
  const MailboxListing& found = read.partial();
  std::string out = "(" + text_without_escapes(found.attributes) + ") ";
  out += found.delimiter == 0 ? "none" : std::string(1, found.delimiter);
  if (!found.unquoted_name.empty()) out += " '" + std::string(found.unquoted_name) + "'";
  if (found.unquoted_name.empty()) {
    out += " " + (found.name.token() == nullptr ? "-" : text_without_escapes(*found.name.token()));
  }
  return out + (read.error() ? "; " + at_word(read.error()) : "");
}

std::string search_of(const Response& response, Tolerances tolerances = {}) {
  const auto read = read_search(response, tolerances);
  std::string out =
      text_without_escapes(read.partial().numbers) + " modseq " + number_of(read.partial().modseq);
  return out + (read.error() ? "; " + at_word(read.error()) : "");
}

std::string esearch_of(const Response& response, Tolerances tolerances = {}) {
  const auto read = read_extended_search(response, tolerances);
  const ExtendedSearchResult& found = read.partial();
  std::string out = found.tag.token() == nullptr ? "-" : text_without_escapes(*found.tag.token());
  out += found.uid ? " uid" : "";
  for (const auto& [name, number] :
       {std::pair{"min", found.min}, {"max", found.max}, {"count", found.count}, {"modseq", found.modseq}}) {
    if (number) out += std::string(" ") + name + " " + std::to_string(*number);
  }
  if (!found.all.text().empty()) out += " all " + std::string(found.all.text());
  return out + (read.error() ? "; " + at_word(read.error()) : "");
}

std::string vanished_of(const Response& response, Tolerances tolerances = {}) {
  const auto read = read_vanished(response, tolerances);
  std::string out = read.partial().earlier ? "earlier " : "";
  out += std::to_string(read.partial().uids.count());
  return out + (read.error() ? "; " + at_word(read.error()) : "");
}

std::string id_of(const Response& response, Tolerances tolerances = {}) {
  const auto read = read_id(response, tolerances);
  return text_without_escapes(read.partial()) + (read.error() ? "; " + at_word(read.error()) : "");
}

std::string namespaces_of(const Response& response, Tolerances tolerances = {}) {
  const auto read = read_namespaces(response, tolerances);
  std::string out;
  for (const Siblings row : {read.partial().personal, read.partial().other_users, read.partial().shared}) {
    out += "|";
    for (const Token& description : row) {
      const auto one = read_namespace(description, tolerances);
      out +=
          one.partial().prefix.token() == nullptr ? "-" : text_without_escapes(*one.partial().prefix.token());
      out += one.partial().delimiter == 0 ? std::string(" none") : std::string(" ") + one.partial().delimiter;
    }
  }
  return out + (read.error() ? "; " + at_word(read.error()) : "");
}

std::string quota_of(const Response& response, Tolerances tolerances = {}) {
  const auto read = read_quota(response, tolerances);
  std::string out =
      read.partial().root.token() == nullptr ? "-" : text_without_escapes(*read.partial().root.token());
  Siblings left = read.partial().resources;
  for (QuotaResource resource; next_resource(left, resource, tolerances);) {
    out += " " + std::string(resource.name) + " " + std::to_string(resource.usage) + "/" +
           std::to_string(resource.limit);
  }
  EXPECT_TRUE(left.empty());
  return out + (read.error() ? "; " + at_word(read.error()) : "");
}

// What each server really sent.

TEST(ImapReportedData, FetchItems) {
  using namespace tolerate;
  EXPECT_EQ(items_of(*Reported("fetch-modseq-minus-one", 0)),
            "UID=44 MODSEQ is wrong-shape at 26 FLAGS=(\\Seen); wrong-shape at 26");
  EXPECT_EQ(items_of(*Reported("fetch-modseq-minus-one", 0), negative_numbers),
            "UID=44 MODSEQ=0 FLAGS=(\\Seen)");
  EXPECT_EQ(items_of(*Reported("fetch-uid-zero", 0)),
            "UID is number-out-of-range at 15 FLAGS=(\\Seen) RFC822.SIZE=12; number-out-of-range at 15");
  EXPECT_EQ(items_of(*Reported("fetch-uid-zero", 0), zero_numbers), "UID=0 FLAGS=(\\Seen) RFC822.SIZE=12");
  EXPECT_EQ(items_of(*Reported("fetch-uid-beyond-32-bits", 0)),
            "UID is number-out-of-range at 15 FLAGS=(\\Seen) RFC822.SIZE=12; number-out-of-range at 15");
  EXPECT_EQ(items_of(*Reported("fetch-uid-beyond-32-bits", 0), large_numbers),
            "UID=19564493749 FLAGS=(\\Seen) RFC822.SIZE=12");
  EXPECT_EQ(items_of(*Reported("fetch-envelope-in-parentheses", 0)),
            "UID=14935 ENVELOPE is wrong-shape at 21 BODYSTRUCTURE=(TEXT PLAIN NIL NIL NIL 7BIT 0 0 NIL); "
            "wrong-shape at 21");
  EXPECT_EQ(items_of(*Reported("fetch-envelope-in-parentheses", 0), nested_items),
            "UID=14935 ENVELOPE=(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) "
            "BODYSTRUCTURE=(TEXT PLAIN NIL NIL NIL 7BIT 0 0 NIL)");
  EXPECT_EQ(items_of(*Reported("fetch-body-value-missing", 0)),
            "UID=3016 BODY[2.MIME]=A: b BODY[2] is wrong-shape at 43; wrong-shape at 43");
  EXPECT_EQ(items_of(*Reported("fetch-body-value-missing", 0), missing_values),
            "UID=3016 BODY[2.MIME]=A: b BODY[2]=NIL");
  EXPECT_EQ(items_of(*Reported("fetch-body-value-missing", 1)),
            "BODY[2] is wrong-shape at 64 UID=9; wrong-shape at 64");
  EXPECT_EQ(items_of(*Reported("fetch-body-value-missing", 1), missing_values), "BODY[2]=NIL UID=9");
  // What was always read.
  EXPECT_EQ(items_of(*Reported("fetch-space-before-close", 0, extra_spaces)), "UID=19436");
  EXPECT_EQ(items_of(*Reported("fetch-items-after-close", 0)), "UID=5 BODY=abc");
  EXPECT_EQ(items_of(*Reported("fetch-literal-zero-prefix", 0)),
            "BODY[HEADER.FIELDS][(Foo)]=Foo: bar\r\n\r\n");
  EXPECT_EQ(items_of(*Reported("fetch-fields-quoted", 0)),
            "BODY[HEADER.FIELDS][(SUBJECT FROM Message-ID)]=\r\n");
  EXPECT_EQ(items_of(*Reported("fetch-two-spaces-between-items", 0, extra_spaces)),
            "UID=1989 FLAGS=(\\Seen) RFC822.HEADER=\r\n");
  EXPECT_EQ(items_of(*Reported("fetch-rfc822-left-out", 0)), "UID=349");
  EXPECT_EQ(items_of(*Reported("fetch-internaldate-zeros", 0)),
            "UID=51 INTERNALDATE=00-Jan-0000 00:00:00 +0000 FLAGS=()");
  EXPECT_EQ(read_internal_date("00-Jan-0000 00:00:00 +0000").error(), (Error{ErrorCode::wrong_shape, 0}));
  EXPECT_EQ(read_internal_date("31-Dec-2024 23:00:02 +9900")->zone_minutes, 99 * 60);
}

TEST(ImapReportedData, FlagsOfMailboxesAndMessages) {
  using namespace tolerate;
  const Reported mailbox("flags-quoted", 0);
  EXPECT_EQ(flags_of(read_flags(*mailbox)), "seen answered flagged; wrong-shape at 9");
  EXPECT_EQ(read_flags(*mailbox).partial().all.count(), 4U);
  EXPECT_FALSE(read_flags(*mailbox).partial().has("\\Deleted"));
  EXPECT_EQ(flags_of(read_flags(*mailbox, quoted_flags)), "seen answered flagged deleted");
  EXPECT_TRUE(read_flags(*mailbox, quoted_flags)->has("\\deleted"));
  const Reported message("flags-quoted", 1);
  FetchItems items(*message);
  FetchItem item;
  ASSERT_TRUE(items.next(item));
  EXPECT_EQ(flags_of(read_flags(*item.value)), "seen; wrong-shape at 66");
  EXPECT_EQ(flags_of(read_flags(*item.value, quoted_flags)), "seen deleted");
  ASSERT_TRUE(items.next(item));
  EXPECT_EQ(item.number(), 3U);
  const Reported star("flags-star-in-flags", 0);
  EXPECT_EQ(flags_of(read_flags(*star)), "seen answered flagged deleted draft; wrong-shape at 50");
  EXPECT_EQ(flags_of(read_flags(*star, star_flag)), "seen answered flagged deleted draft any");
  const Reported permanent("flags-space-after-open", 0, extra_spaces);
  EXPECT_EQ(flags_of(read_flags(*read_response_code(permanent->code))), "any");
  const Reported gmail("flags-gmail-brackets", 1);
  EXPECT_TRUE(read_flags(*read_response_code(gmail->code))->has("oib-seen-[gmail]/trash"));
}

TEST(ImapReportedData, StatusAndCodes) {
  using namespace tolerate;
  EXPECT_EQ(status_of(*Reported("status-uidvalidity-13-digits", 0)),
            "folder_0 messages 4 recent 0 uidnext 1 unseen 0; number-out-of-range at 43");
  EXPECT_EQ(status_of(*Reported("status-uidvalidity-13-digits", 0), large_numbers),
            "folder_0 messages 4 recent 0 uidnext 1 uidvalidity 1666390893380 unseen 0");
  EXPECT_EQ(code_of(*Reported("status-uidvalidity-13-digits", 1)), "-; number-out-of-range at 106");
  EXPECT_EQ(code_of(*Reported("status-uidvalidity-13-digits", 1), large_numbers), "1713632002544");
  EXPECT_EQ(code_of(*Reported("status-uidvalidity-13-digits", 2), large_numbers), "1528896777421");
  for (const int n : {0, 1, 2}) {
    EXPECT_TRUE(code_of(*Reported("code-zero-numbers", n)).starts_with("-; number-out-of-range at"));
    EXPECT_EQ(code_of(*Reported("code-zero-numbers", n), zero_numbers), "0");
  }
  EXPECT_EQ(status_of(*Reported("code-zero-numbers", 3)),
            "INBOX messages 0 unseen 3; number-out-of-range at 118");
  EXPECT_EQ(status_of(*Reported("code-zero-numbers", 3), zero_numbers),
            "INBOX messages 0 uidnext 0 uidvalidity 0 unseen 3");
  EXPECT_EQ(status_of(*Reported("status-space-at-end", 0, extra_spaces)), "INBOX messages 0");
  EXPECT_EQ(status_of(*Reported("list-numeric-name", 1)), "200 messages 3 uidnext 7");
  EXPECT_EQ(status_of(*Reported("status-name-not-quoted", 0)),
            "- messages 0 recent 0 unseen 0; wrong-shape at 17");
  EXPECT_EQ(status_of(*Reported("status-name-not-quoted", 0), unquoted_names),
            "'Deleted Items' messages 0 recent 0 unseen 0");
  // A code whose brackets hold other than tokens.
  EXPECT_EQ(code_of(*Reported("code-copyuid-spaces", 0, extra_spaces)), "701; wrong-shape at 6");
  EXPECT_EQ(code_of(*Reported("code-copyuid-spaces", 0, extra_spaces), empty_sets), "701");
}

TEST(ImapReportedData, MailboxesAndSearches) {
  using namespace tolerate;
  EXPECT_EQ(listing_of(*Reported("list-nil-delimiter", 0)), "(\\NoInferiors) none INBOX");
  EXPECT_EQ(listing_of(*Reported("list-numeric-name", 0)), "(\\Subscribed \\HasNoChildren) / 200");
  EXPECT_EQ(listing_of(*Reported("list-numeric-name", 2)), "() / NIL");
  EXPECT_EQ(listing_of(*Reported("list-literal-name", 0)), "(\\HasNoChildren) / Hell\"oh");
  EXPECT_EQ(listing_of(*Reported("list-space-at-end", 0, extra_spaces)), "(\\HasNoChildren) / Drafts");
  EXPECT_EQ(search_of(*Reported("search-modseq", 0)), "60341 60424 modseq 51101");
  EXPECT_EQ(search_of(*Reported("search-space-at-end", 0, extra_spaces)), "169654 169655 modseq -");
  EXPECT_EQ(search_of(*Reported("search-space-at-end", 1, extra_spaces)), " modseq -");
  EXPECT_EQ(vanished_of(*Reported("vanished-empty", 1)), "earlier 0; wrong-shape at 23");
  EXPECT_EQ(vanished_of(*Reported("vanished-empty", 1), empty_sets), "earlier 0");
  EXPECT_EQ(vanished_of(*Reported("vanished-empty", 2), empty_sets), "0");
  EXPECT_EQ(vanished_of(*Reported("vanished-empty", 0, extra_spaces), empty_sets), "earlier 0");
  EXPECT_TRUE(read_vanished(*Reported("vanished-empty", 2), empty_sets)->uids.check());
  EXPECT_EQ(quota_of(*Reported("quota-64-bit", 0)), " STORAGE 5368709120/17592186044416");
  EXPECT_EQ(quota_of(*Reported("quota-64-bit", 1)), "mybox");
}

TEST(ImapReportedData, Servers) {
  using namespace tolerate;
  EXPECT_EQ(id_of(*Reported("id-atoms", 0)).substr(0, 11), "support-url");
  EXPECT_TRUE(id_of(*Reported("id-atoms", 0)).ends_with("; wrong-shape at 6"));
  EXPECT_EQ(id_of(*Reported("id-atoms", 0), atoms_as_strings),
            "support-url https://example.test/support name ExampleMail vendor Example AG");
  const Reported sohu("capability-holds-namespace", 0);
  EXPECT_EQ(read_capabilities(sohu->arguments()).names, 0U);
  const Reported naver("capability-holds-namespace", 1);
  EXPECT_EQ(read_capabilities(naver->arguments()).names, 5U);
  EXPECT_TRUE(read_capabilities(naver->arguments()).literal_plus);
  const Reported apart("capability-literal-plus-apart", 0);
  EXPECT_EQ(read_capabilities(apart->arguments()).names, 4U);
  EXPECT_FALSE(read_capabilities(apart->arguments()).literal_plus);
}

// Neighbours: what stands beside what does not fit is read, wherever that is.

TEST(ImapOddData, AFetchItemThatIsWrongCostsItselfAlone) {
  const auto items = [](const std::string& list, Tolerances tolerances = {}) {
    return items_of(*Reply("* 1 FETCH (" + list + ")\r\n", tolerances), tolerances);
  };
  struct {
    std::string_view list, found;
  } const cases[] = {
      {"UID x FLAGS ()", "UID is wrong-shape at 15 FLAGS=(); wrong-shape at 15"},
      {"UID \"5\" FLAGS ()", "UID is wrong-shape at 15 FLAGS=(); wrong-shape at 15"},
      {"UID NIL FLAGS ()", "UID is wrong-shape at 15 FLAGS=(); wrong-shape at 15"},
      {"UID FLAGS ()", "UID is wrong-shape at 11 FLAGS=(); wrong-shape at 11"},
      {"UID", "UID is wrong-shape at 11; wrong-shape at 11"},
      {"MODSEQ 5 UID 1", "MODSEQ is wrong-shape at 18 UID=1; wrong-shape at 18"},
      {"MODSEQ () UID 1", "MODSEQ is wrong-shape at 18 UID=1; wrong-shape at 18"},
      {"MODSEQ (\"5\") UID 1", "MODSEQ is wrong-shape at 19 UID=1; wrong-shape at 19"},
      {"MODSEQ (5 6) UID 1", "MODSEQ is wrong-shape at 21 UID=1; wrong-shape at 21"},
      {"FLAGS NIL UID 1", "FLAGS is wrong-shape at 17 UID=1; wrong-shape at 17"},
      {"INTERNALDATE NIL UID 1", "INTERNALDATE is wrong-shape at 24 UID=1; wrong-shape at 24"},
      {"RFC822.SIZE -1 UID 1", "RFC822.SIZE is wrong-shape at 23 UID=1; wrong-shape at 23"},
      {"RFC822.SIZE 99999999999999999999 UID 1",
       "RFC822.SIZE is number-out-of-range at 23 UID=1; number-out-of-range at 23"},
      {"BODY[] () UID 1", "BODY is wrong-shape at 18 UID=1; wrong-shape at 18"},
      {"BODY[1] BODY[2] \"x\"", "BODY[1] is wrong-shape at 11 BODY[2]=x; wrong-shape at 11"},
      {"BODY[1] X-FOO 5 UID 1", "BODY[1] is wrong-shape at 11 X-FOO=5 UID=1; wrong-shape at 11"},
      {"BODY[1] foo UID 1", "BODY[1] is wrong-shape at 19 UID=1; wrong-shape at 19"},
      {"RFC822.SIZE FLAGS (a) UID 1", "RFC822.SIZE is wrong-shape at 11 FLAGS=(a) UID=1; wrong-shape at 11"},
      {"\"UID\" 1 FLAGS ()", "UID is wrong-shape at 11 FLAGS=(); wrong-shape at 11"},
      {"5 FLAGS ()", "5 is wrong-shape at 11 FLAGS=(); wrong-shape at 11"},
      {"UID 5 6 FLAGS ()", "UID=5 6 is wrong-shape at 17 FLAGS=(); wrong-shape at 17"},
      {"() UID 1", " is wrong-shape at 11 UID=1; wrong-shape at 11"},
      {"(5) UID 1", "[5] is wrong-shape at 11 UID=1; wrong-shape at 11"},
      {"X-FOO UID 1", "X-FOO is wrong-shape at 11 UID=1; wrong-shape at 11"},
      {"X-FOO UID", "X-FOO=UID"},
      {"X-FOO bar UID 1", "X-FOO=bar UID=1"},
      {"X-FOO UID FLAGS ()", "X-FOO=UID FLAGS=()"},
      {"UID 0 MODSEQ (-1) FLAGS ()",
       "UID is number-out-of-range at 15 MODSEQ is wrong-shape at 25 FLAGS=(); number-out-of-range at 15"}};
  for (const auto& [list, found] : cases) EXPECT_EQ(items(std::string(list)), found) << list;
  EXPECT_EQ(items("RFC822.SIZE -1 BINARY.SIZE[1] -2 UID -3", tolerate::negative_numbers),
            "RFC822.SIZE=0 BINARY.SIZE[1]=0 UID is wrong-shape at 48; wrong-shape at 48");
  EXPECT_EQ(items("UID -3", tolerate::negative_numbers | tolerate::zero_numbers), "UID=0");
  EXPECT_EQ(items("RFC822.SIZE 9.3736e+06 UID 1", tolerate::exponents), "RFC822.SIZE=9373600 UID=1");
  EXPECT_EQ(items("RFC822.SIZE 9.3736e+06 UID 1"),
            "RFC822.SIZE is wrong-shape at 23 UID=1; wrong-shape at 23");
  EXPECT_EQ(items("BINARY.SIZE[1] 1e3 UID 1", tolerate::exponents), "BINARY.SIZE[1]=1000 UID=1");
  EXPECT_EQ(items("UID 1e3 FLAGS ()", tolerate::mail_servers),
            "UID is wrong-shape at 15 FLAGS=(); wrong-shape at 15");
  EXPECT_EQ(items("MODSEQ (1e3) UID 1", tolerate::mail_servers),
            "MODSEQ is wrong-shape at 19 UID=1; wrong-shape at 19");
  EXPECT_EQ(items("RFC822.SIZE 18446744073709551615 MODSEQ (9223372036854775808)", tolerate::large_numbers),
            "RFC822.SIZE=18446744073709551615 MODSEQ=9223372036854775808");
  EXPECT_EQ(items("MODSEQ (0) UID 0", tolerate::zero_numbers), "MODSEQ=0 UID=0");
  // Only what may be NIL can be missing, and only where it is missing.
  EXPECT_EQ(items("UID FLAGS ()", tolerate::missing_values),
            "UID is wrong-shape at 11 FLAGS=(); wrong-shape at 11");
  EXPECT_EQ(items("RFC822.TEXT BINARY[1] BODY[TEXT] \"x\"", tolerate::missing_values),
            "RFC822.TEXT=NIL BINARY[1]=NIL BODY[TEXT]=x");
  EXPECT_EQ(items("BODY[2] UID 9", tolerate::atoms_as_strings | tolerate::missing_values),
            "BODY[2]=NIL UID=9");
  // A word is no text, and takes no value of those behind it.
  for (const Tolerances on : {Tolerances{}, tolerate::atoms_as_strings, tolerate::mail_servers}) {
    EXPECT_EQ(items("BODY[1] foo", on), "BODY[1] is wrong-shape at 19; wrong-shape at 19");
    EXPECT_EQ(items("BODY[1] X-FOO UID 9", on), "BODY[1] is wrong-shape at 19 UID=9; wrong-shape at 19");
    EXPECT_EQ(items("RFC822 5 INTERNALDATE 6", on),
              "RFC822 is wrong-shape at 18 INTERNALDATE is wrong-shape at 33; wrong-shape at 18");
  }
}

TEST(ImapOddData, ListsOfFetchItems) {
  const auto items = [](const std::string& list, Tolerances tolerances = tolerate::nested_items) {
    return items_of(*Reply("* 1 FETCH (" + list + ")\r\n", tolerances), tolerances);
  };
  EXPECT_EQ(items("(UID 1)"), "UID=1");
  EXPECT_EQ(items("((UID 1))"), "UID=1");
  EXPECT_EQ(items("(UID 1) (FLAGS (a)) X 1"), "UID=1 FLAGS=(a) X=1");
  EXPECT_EQ(items("(UID 1 FLAGS (a)) (X 1)"), "UID=1 FLAGS=(a) X=1");
  EXPECT_EQ(items("X 1 (UID 1 (FLAGS (a)))"), "X=1 UID=1 FLAGS=(a)");
  // A value is not looked for outside of the list.
  EXPECT_EQ(items("(UID) 1 FLAGS ()"),
            "UID is wrong-shape at 12 1 is wrong-shape at 17 FLAGS=(); wrong-shape at 12");
  EXPECT_EQ(items("() UID 1"), " is wrong-shape at 11 UID=1; wrong-shape at 11");
  // Deeper ones only at the end of another.
  EXPECT_EQ(items("((UID 1) X 1) Y 2"), "UID is wrong-shape at 12 X=1 Y=2; wrong-shape at 12");
  EXPECT_EQ(items("(UID 1) FLAGS ()", {}), "UID is wrong-shape at 11 FLAGS=(); wrong-shape at 11");
}

TEST(ImapOddData, FetchResponsesWithOddNumbersAndEnds) {
  const auto items = [](const std::string& line, Tolerances tolerances = {}) {
    return items_of(*Reply(line + "\r\n"), tolerances);
  };
  EXPECT_EQ(items("* 0 FETCH (UID 1)"), "UID=1; number-out-of-range at 2");
  EXPECT_EQ(items("* 0 FETCH (UID 1)", tolerate::zero_numbers), "UID=1");
  EXPECT_EQ(items("* 4294967296 FETCH (UID 1)"), "UID=1; number-out-of-range at 2");
  EXPECT_EQ(items("* 4294967296 FETCH (UID 1)", tolerate::large_numbers), "UID=1");
  EXPECT_EQ(items("* FETCH (UID 1)"), "UID=1; wrong-shape at 2");
  EXPECT_EQ(items("* 1 FETCH (UID 1) (FLAGS ())"), "UID=1; wrong-shape at 18");
  EXPECT_EQ(items("* 1 FETCH UID 1"), "; wrong-shape at 0");
  // msg-att has at least one item.
  EXPECT_EQ(items("* 1 FETCH ()"), "; wrong-shape at 10");
  EXPECT_EQ(items("* 1 FETCH ()", tolerate::empty_fetch), "");
  EXPECT_EQ(items("* 0 FETCH ()"), "; number-out-of-range at 2");
  EXPECT_EQ(items("* 1 FETCH () (UID 1)"), "; wrong-shape at 10");
  EXPECT_EQ(items("* 1 FETCH () (UID 1)", tolerate::empty_fetch), "; wrong-shape at 13");
}

// The name of an item is part of the grammar too: what is in its brackets costs the item alone.
TEST(ImapOddData, ASectionThatIsWrongCostsItsItemAlone) {
  struct {
    std::string_view name;
    int wrong;  // the offset within the name; -1 if nothing is
  } const names[] = {
      {"BODY[]", -1},
      {"BODY[]<0>", -1},
      {"BODY[HEADER]", -1},
      {"body[text]", -1},
      {"BODY[1]", -1},
      {"BODY[1.20.3]", -1},
      {"BODY[1.MIME]", -1},
      {"BODY[1.2.header]<5>", -1},
      {"BODY[1.TEXT]", -1},
      {"BODY[HEADER.FIELDS (a)]", -1},
      {"BODY[HEADER.FIELDS (a \"b\" NIL 5)]<0>", -1},
      {"BODY[1.Header.Fields.Not (a)]", -1},
      {"BINARY[]", -1},
      {"BINARY[1.2]<9>", -1},
      {"BODY[FOO]", 5},
      {"BODY[MIME]", 5},
      {"BODY[HEADE]", 5},
      {"BODY[HEADERS]", 5},
      {"BODY[HEADER.FIELDS]", 0},
      {"BODY[HEADER.FIELDS.NO (a)]", 5},
      {"BODY[HEADER.FIELDS ()]", 19},
      {"BODY[HEADER.FIELDS a]", 19},
      {"BODY[HEADER.FIELDS (a (b))]", 22},
      {"BODY[HEADER.FIELDS (a \\b)]", 22},
      {"BODY[HEADER.FIELDS (a) b]", 23},
      {"BODY[HEADER (a)]", 12},
      {"BODY[TEXT (a)]", 10},
      {"BODY[1 (a)]", 7},
      {"BODY[1.MIME (a)]", 12},
      {"BODY[1.FOO]", 5},
      {"BODY[1.]", 5},
      {"BODY[0]", 5},
      {"BODY[1.0]", 5},
      {"BODY[01]", 5},
      {"BODY[1TEXT]", 5},
      {"BODY[NIL]", 5},
      {"BODY[\"TEXT\"]", 5},
      {"BODY[(a)]", 5},
      {"BINARY[1.TEXT]", 7},
      {"BINARY[TEXT]", 7},
      {"BINARY.SIZE[1.MIME]", 12},
      {"BINARY.SIZE[1]<0>", 14},
  };
  for (const auto& [name, wrong] : names) {
    const std::string sent(name);
    const bool is_size = name.starts_with("BINARY.SIZE");
    const Reply reply("* 1 FETCH (" + sent + (is_size ? " 3" : " \"x\"") + " UID 7)\r\n");
    ASSERT_FALSE(reply->error) << name;
    FetchItems items{*reply};
    FetchItem item;
    ASSERT_TRUE(items.next(item)) << name;
    const Token* const value = item.value;
    EXPECT_EQ(text_without_escapes(*value), is_size ? "3" : "x") << name;
    const Error expected =
        wrong < 0 ? Error{} : Error{ErrorCode::wrong_shape, 11 + static_cast<std::uint64_t>(wrong)};
    EXPECT_EQ(item.error, expected) << name << ' ' << item.error.offset;
    EXPECT_EQ(item.attribute == FetchAttribute::invalid, wrong >= 0) << name;
    EXPECT_EQ(read_section(*item.name).error(), expected) << name;
    ASSERT_TRUE(items.next(item)) << name;
    EXPECT_EQ(item.number(), 7U) << name;
    EXPECT_EQ(items.error(), expected) << name;
  }
  // Without a value, too.
  const auto items = [](const std::string& list, Tolerances tolerances = {}) {
    return items_of(*Reply("* 1 FETCH (" + list + ")\r\n"), tolerances);
  };
  EXPECT_EQ(items("BODY[FOO] UID 7"), "BODY[FOO] is wrong-shape at 11 UID=7; wrong-shape at 11");
  EXPECT_EQ(items("BODY[FOO] UID 7", tolerate::missing_values),
            "BODY[FOO] is wrong-shape at 16 UID=7; wrong-shape at 16");
  EXPECT_EQ(items("BODY[1] UID 7", tolerate::missing_values), "BODY[1]=NIL UID=7");
  EXPECT_EQ(items("BODY[]<9223372036854775808> NIL UID 7"),
            "BODY[9223372036854775808] is number-out-of-range at 17 UID=7; number-out-of-range at 17");
}

// nz-number = digit-nz *DIGIT, number = 1*DIGIT, mod-sequence-value = 1*DIGIT
TEST(ImapOddData, OnlyNumbersThatMayBeZeroBeginWithZero) {
  const auto items = [](const std::string& line, Tolerances tolerances = {}) {
    return items_of(*Reply(line + "\r\n"), tolerances);
  };
  EXPECT_EQ(items("* 1 FETCH (RFC822.SIZE 007 BINARY.SIZE[1] 00 MODSEQ (09))"),
            "RFC822.SIZE=7 BINARY.SIZE[1]=0 MODSEQ=9");
  EXPECT_EQ(items("* 01 FETCH (UID 1)"), "UID=1; wrong-shape at 2");
  for (const Tolerances on : {Tolerances{}, tolerate::zero_numbers, tolerate::large_numbers}) {
    EXPECT_EQ(items("* 1 FETCH (UID 01 FLAGS ())", on),
              "UID is wrong-shape at 15 FLAGS=(); wrong-shape at 15");
  }
  EXPECT_EQ(items("* 1 FETCH (UID 099999999999)", tolerate::large_numbers),
            "UID is wrong-shape at 15; wrong-shape at 15");
  // A zero is a zero, however it is written.
  EXPECT_EQ(items("* 1 FETCH (UID 00)", tolerate::zero_numbers), "UID=0");
  EXPECT_EQ(items("* 1 FETCH (UID 00)"), "UID is number-out-of-range at 15; number-out-of-range at 15");

  const auto status = [](const std::string& list) {
    return status_of(*Reply("* STATUS a (" + list + ")\r\n"));
  };
  EXPECT_EQ(status("MESSAGES 01 RECENT 02 UNSEEN 03 SIZE 04 HIGHESTMODSEQ 05 DELETED 06"),
            "a messages 1 recent 2 unseen 3 deleted 6 size 4 highestmodseq 5");
  EXPECT_EQ(status("UIDNEXT 01 UIDVALIDITY 2"), "a uidvalidity 2; wrong-shape at 20");
  EXPECT_EQ(status("UIDNEXT 1 UIDVALIDITY 02"), "a uidnext 1; wrong-shape at 34");

  const auto code = [](const std::string& text) { return code_of(*Reply("* OK [" + text + "] x\r\n")); };
  EXPECT_EQ(code("HIGHESTMODSEQ 01"), "1");
  EXPECT_EQ(code("UIDNEXT 01"), "-; wrong-shape at 14");
  EXPECT_EQ(code("APPENDUID 1 02"), "1; wrong-shape at 18");
  EXPECT_EQ(code("APPENDUID 1 2:3,04"), "1; wrong-shape at 18");
  EXPECT_EQ(code("APPENDUID 1 10:20"), "1 to 10:20");

  const auto search = [](const std::string& line) {
    const Reply reply("* SEARCH " + line + "\r\n");
    const auto read = read_search(*reply);
    return text_without_escapes(read.partial().numbers) + (read.error() ? "; " + at_word(read.error()) : "");
  };
  EXPECT_EQ(search("1 10 2 (MODSEQ 03)").find(';'), std::string::npos);
  EXPECT_NE(search("1 02 3").find("; wrong-shape at 11"), std::string::npos);
}

TEST(ImapOddData, AFlagThatIsWrongCostsItselfAlone) {
  const auto flags = [](const std::string& list, Tolerances tolerances = {}) {
    const Reply reply("* FLAGS " + list + "\r\n", tolerances);
    return flags_of(read_flags(*reply, tolerances));
  };
  EXPECT_EQ(flags("(\\Seen (a) $Junk)"), "seen junk; wrong-shape at 15");
  EXPECT_EQ(flags("(\"\" \\Seen)"), "seen; wrong-shape at 9");
  EXPECT_EQ(flags("(\"\" \\Seen)", tolerate::quoted_flags), "seen; wrong-shape at 9");
  EXPECT_EQ(flags("({5}\r\n\\Seen \"\\Answered\")", tolerate::quoted_flags | tolerate::loose_escapes),
            "seen answered");
  EXPECT_EQ(flags("(\"\\\\*\" \\Seen)", tolerate::quoted_flags), "seen; wrong-shape at 9");
  EXPECT_EQ(flags("(\"\\\\*\" \\Seen)", tolerate::quoted_flags | tolerate::star_flag), "seen any");
  EXPECT_EQ(flags("(\\Seen) x"), "seen; wrong-shape at 16");
  EXPECT_EQ(flags("NIL"), "; wrong-shape at 8");
  // In a message, too; and PERMANENTFLAGS is where "\*" may be.
  const Reply message("* 1 FETCH (FLAGS (\\* \\Seen))\r\n");
  FetchItems items(*message);
  FetchItem item;
  ASSERT_TRUE(items.next(item));
  EXPECT_EQ(flags_of(read_flags(*item.value)), "seen; wrong-shape at 18");
  EXPECT_EQ(flags_of(read_flags(*item.value, tolerate::star_flag)), "seen any");
  const Reply permanent("* OK [PERMANENTFLAGS (\\* \"\\\\Seen\" \\Draft)] x\r\n");
  const auto code = read_response_code(permanent->code);
  EXPECT_EQ(flags_of(read_flags(*code)), "draft any; wrong-shape at 25");
  EXPECT_EQ(flags_of(read_flags(*code, tolerate::quoted_flags)), "seen draft any");
  const Reply other("* OK [UIDNEXT 5] x\r\n");
  EXPECT_EQ(read_flags(*read_response_code(other->code)).error(), (Error{ErrorCode::wrong_shape, 6}));
  EXPECT_TRUE(read_flags(ResponseCode{}).error());
  const Reply without("* OK [PERMANENTFLAGS] x\r\n");
  EXPECT_EQ(read_flags(read_response_code(without->code).partial()).error(),
            (Error{ErrorCode::wrong_shape, 6}));
}

TEST(ImapOddData, AStatusItemThatIsWrongCostsItselfAlone) {
  const auto status = [](const std::string& rest, Tolerances tolerances = {}) {
    return status_of(*Reply("* STATUS " + rest + "\r\n", tolerances), tolerances);
  };
  struct {
    std::string_view rest, found;
  } const cases[] = {{"a (DELETED 0 SIZE 4294967296)", "a deleted 0 size 4294967296"},
                     {"a (UIDNEXT NIL MESSAGES 3)", "a messages 3; wrong-shape at 20"},
                     {"a (UIDNEXT MESSAGES 3)", "a messages 3; wrong-shape at 12"},
                     {"a (UIDNEXT X-NEW 4 MESSAGES 3)", "a messages 3; wrong-shape at 12"},
                     {"a (X-NEW UIDNEXT 4 MESSAGES 3)", "a messages 3 uidnext 4; wrong-shape at 12"},
                     {"a (X-NEW word MESSAGES 3)", "a messages 3"},
                     {"a (X-NEW MESSAGES UIDNEXT 4)", "a uidnext 4"},
                     {"a (UIDNEXT x MESSAGES 3)", "a messages 3; wrong-shape at 20"},
                     {"a (MESSAGES 3 UIDNEXT)", "a messages 3; wrong-shape at 23"},
                     {"a (MESSAGES 3 4 UIDNEXT 5)", "a messages 3 uidnext 5; wrong-shape at 23"},
                     {"a (\"MESSAGES\" 3 UIDNEXT 5)", "a uidnext 5; wrong-shape at 12"},
                     {"a (X-NEW (1 2) UNSEEN (1) RECENT 2)", "a recent 2; wrong-shape at 31"},
                     {"a (MESSAGES -1 RECENT 2)", "a recent 2; wrong-shape at 21"},
                     {"(MESSAGES 3)", "- messages 3; wrong-shape at 9"},
                     {"a b c (MESSAGES 3)", "- messages 3; wrong-shape at 11"},
                     {"a b", "-; wrong-shape at 11"},
                     {"a (MESSAGES 3) b", "a messages 3; wrong-shape at 24"},
                     {"a ()", "a"},
                     {"a", "a; wrong-shape at 0"}};
  for (const auto& [rest, found] : cases) EXPECT_EQ(status(std::string(rest)), found) << rest;
  EXPECT_EQ(status("a b  c (MESSAGES 3)", tolerate::unquoted_names | tolerate::extra_spaces),
            "'a b  c' messages 3");
  EXPECT_EQ(status("a \"b\" (MESSAGES 3)", tolerate::unquoted_names), "- messages 3; wrong-shape at 11");
  EXPECT_EQ(status("a b", tolerate::unquoted_names), "-; wrong-shape at 11");
  EXPECT_EQ(status("a (UIDNEXT 0 UIDVALIDITY 4294967296 MESSAGES -1)",
                   tolerate::zero_numbers | tolerate::large_numbers | tolerate::negative_numbers),
            "a messages 0 uidnext 0 uidvalidity 4294967296");
  EXPECT_EQ(status("a (SIZE 9.3736e+06 UIDNEXT 9.3736e+06 MESSAGES 1e3)", tolerate::mail_servers),
            "a size 9373600; wrong-shape at 36");
  EXPECT_EQ(status("a (SIZE 1 HIGHESTMODSEQ 1e3 UIDVALIDITY 1.6e9 UNSEEN 2)", tolerate::mail_servers),
            "a unseen 2 size 1; wrong-shape at 33");
  EXPECT_EQ(status("a (UIDNEXT -1 HIGHESTMODSEQ -1)", tolerate::negative_numbers),
            "a highestmodseq 0; wrong-shape at 20");
}

TEST(ImapOddData, ListingsWithPartsThatAreWrong) {
  const auto listing = [](const std::string& rest, Tolerances tolerances = {}) {
    return listing_of(*Reply("* LIST " + rest + "\r\n", tolerances), tolerances);
  };
  struct {
    std::string_view rest, found;
  } const cases[] = {{"() \"/\" y (x 1) z", "() / y; wrong-shape at 22"},
                     {"() \"/\" y (a)", "() / y; wrong-shape at 17"},
                     {"() \"/\" y z", "() / -; wrong-shape at 16"},
                     {"() \"ab\" y", "() none y; wrong-shape at 10"},
                     {"() / y", "() none y; wrong-shape at 10"},
                     {"() y", "() none y; wrong-shape at 10"},
                     {"() \"inbox\"", "() none inbox; wrong-shape at 10"},
                     {"\"/\" y", "() / y; wrong-shape at 7"},
                     {"NIL \"/\" y", "() / y; wrong-shape at 7"},
                     {"() \"\\\"\" y", "() \" y"},
                     {"() \"\" y", "() none y"},
                     {"(\"\\\\Noselect\" \\Sent) \"/\" y", "(\\Noselect \\Sent) / y; wrong-shape at 8"}};
  for (const auto& [rest, found] : cases) EXPECT_EQ(listing(std::string(rest)), found) << rest;
  // An attribute begins with a backslash, also where it is quoted, and is more than that.
  const auto error = [](const std::string& attribute, Tolerances tolerances = {}) {
    const Reply reply("* LIST (" + attribute + " \\Sent) \"/\" y\r\n", tolerances);
    const auto read = read_listing(*reply, tolerances);
    EXPECT_TRUE(read.partial().has("\\Sent")) << attribute;
    EXPECT_EQ(read.partial().name.raw(), "y") << attribute;
    return read.error() ? at_word(read.error()) : "none";
  };
  const Tolerances flags = tolerate::quoted_flags | tolerate::star_flag | tolerate::loose_escapes;
  for (const std::string_view none :
       {"HasNoChildren", "5", "NIL", "\\*", "(\\Noselect)", "\"Noselect\"", "\"\\\\\"", "\"\\\\*\"",
        "\"\\\"x\"", "{1}\r\nx", "{1}\r\n\\", "\"\""}) {
    EXPECT_EQ(error(std::string(none)), "wrong-shape at 8") << none;
    EXPECT_EQ(error(std::string(none), flags), "wrong-shape at 8") << none;
  }
  for (const std::string_view quoted : {"\"\\\\Noselect\"", "{2}\r\n\\x", "\"\\Noselect\""}) {
    EXPECT_EQ(error(std::string(quoted), flags), "none") << quoted;
  }
  EXPECT_EQ(error("\\HasNoChildren"), "none");
  EXPECT_EQ(listing("() \"/\" Deleted Items", tolerate::unquoted_names), "() / 'Deleted Items'");
  EXPECT_EQ(listing("() NIL a  b NIL 5 (x 1)", tolerate::unquoted_names | tolerate::extra_spaces),
            "() none 'a  b NIL 5'");
  EXPECT_EQ(listing("() \"/\" y \"z\"", tolerate::unquoted_names), "() / -; wrong-shape at 16");
  EXPECT_EQ(listing("() \"/\" \"y\" z", tolerate::unquoted_names), "() / -; wrong-shape at 18");
  // What follows a literal may have been copied, without the spaces.
  EXPECT_EQ(listing("() \"/\" y z ({1}\r\nx 1)", tolerate::unquoted_names), "() / -; wrong-shape at 16");
  const Reply quoted("* LIST (\"\\\\Noselect\" \\Sent) \"/\" y (\"a\" 1 b)\r\n");
  EXPECT_FALSE(read_listing(*quoted).partial().has("\\noselect"));
  const auto read = read_listing(*quoted, tolerate::quoted_flags);
  EXPECT_TRUE(read.partial().has("\\noselect"));
  EXPECT_TRUE(read.partial().has("\\Sent"));
  EXPECT_NE(read.partial().find_extended("A"), nullptr);
  EXPECT_EQ(read.partial().find_extended("b"), nullptr) << "it has no value";
}

TEST(ImapOddData, SearchesWithElementsThatAreWrong) {
  const auto search = [](const std::string& rest, Tolerances tolerances = {}) {
    return search_of(*Reply("* SEARCH " + rest + "\r\n"), tolerances);
  };
  EXPECT_EQ(search("1 0 3"), "1 0 3 modseq -; number-out-of-range at 11");
  EXPECT_EQ(search("1 0 3", tolerate::zero_numbers), "1 0 3 modseq -");
  EXPECT_EQ(search("4294967296", tolerate::large_numbers), "4294967296 modseq -");
  EXPECT_EQ(search("1 -1 1e2", tolerate::negative_numbers | tolerate::exponents),
            "1 -1 1e2 modseq -; wrong-shape at 11");
  EXPECT_EQ(search("1 (MODSEQ 1e2)", tolerate::exponents), "1 modseq -; wrong-shape at 19");
  EXPECT_EQ(search("1,2 3 (MODSEQ 7)"), "1,2 3 modseq 7; wrong-shape at 9");
  EXPECT_EQ(search("1 (X) 3"), "1 (X) 3 modseq -; wrong-shape at 11");
  EXPECT_EQ(search("1 (MODSEQ 7) 3"), "1 (MODSEQ 7) 3 modseq 7; wrong-shape at 22");
  EXPECT_EQ(search("(MODSEQ 7 8)"), " modseq 7; wrong-shape at 19");
  EXPECT_EQ(search("1 (MODSEQ 0)"), "1 modseq -; number-out-of-range at 19");
  EXPECT_EQ(search("1 (MODSEQ 0)", tolerate::zero_numbers), "1 modseq 0");
  EXPECT_EQ(search("1 (MODSEQ)"), "1 modseq -; wrong-shape at 11");
  const auto esearch = [](const std::string& rest, Tolerances tolerances = {}) {
    return esearch_of(*Reply("* ESEARCH " + rest + "\r\n"), tolerances);
  };
  EXPECT_EQ(esearch("(TAG a1) UID COUNT 2"), "- uid count 2; wrong-shape at 10");
  EXPECT_EQ(esearch("(TAG a1) UID COUNT 2", tolerate::atoms_as_strings), "- uid count 2; wrong-shape at 10");
  EXPECT_EQ(esearch("(TAG NIL) COUNT 2", tolerate::nil_strings), "NIL count 2");
  EXPECT_EQ(esearch("MIN 1e3 COUNT 1e3 MODSEQ 5", tolerate::exponents), "- modseq 5; wrong-shape at 14");
  EXPECT_EQ(esearch("(X) MIN 0 COUNT 2"), "- count 2; wrong-shape at 10");
  EXPECT_EQ(esearch("MIN x COUNT 2 ALL 1:"), "- count 2; wrong-shape at 14");
  EXPECT_EQ(esearch("ALL COUNT 0"), "- count 0; wrong-shape at 10");
  EXPECT_EQ(esearch("ALL COUNT 0", tolerate::empty_sets), "- count 0");
  EXPECT_EQ(esearch("COUNT 0 ALL", tolerate::empty_sets), "- count 0");
  EXPECT_EQ(esearch("COUNT 0 ALL"), "- count 0; wrong-shape at 18");
  EXPECT_EQ(esearch("5 COUNT 2 (x) MAX 3"), "- max 3 count 2; wrong-shape at 10");
  EXPECT_EQ(esearch("X-NEW MIN 2"), "- min 2; wrong-shape at 10");
  EXPECT_EQ(esearch("MIN 0 MAX 4294967296 MODSEQ 0", tolerate::zero_numbers | tolerate::large_numbers),
            "- min 0 max 4294967296 modseq 0");
  const auto vanished = [](const std::string& rest, Tolerances tolerances = {}) {
    return vanished_of(*Reply("* VANISHED " + rest + "\r\n"), tolerances);
  };
  EXPECT_EQ(vanished("(LATER) 1:3"), "3; wrong-shape at 11");
  EXPECT_EQ(vanished("(EARLIER) 1:3 5"), "earlier 3; wrong-shape at 25");
  EXPECT_EQ(vanished("1:x"), "0; wrong-shape at 11");
  EXPECT_EQ(vanished("0:1,4294967296", tolerate::zero_numbers | tolerate::large_numbers), "3");
  EXPECT_EQ(vanished("18446744073709551615", tolerate::large_numbers), "1");
  EXPECT_EQ(vanished("18446744073709551616", tolerate::large_numbers), "0; wrong-shape at 11");
  EXPECT_EQ(vanished("0:18446744073709551615,1", tolerate::zero_numbers | tolerate::large_numbers),
            "18446744073709551615");
}

TEST(ImapOddData, ThreadsKeepTheirShapeAroundWhatIsNoNumber) {
  const auto threads = [](const std::string& rest, Tolerances tolerances = {}) {
    std::vector<ThreadMessage> room;
    const Reply reply("* THREAD " + rest + "\r\n");
    const auto read = read_threads(*reply, room, tolerances);
    std::string out;
    for (const ThreadMessage& message : room) {
      out += (out.empty() ? "" : " ") + number_of(message.number);
      if (message.parent != ThreadMessage::kNoParent) out += "<" + number_of(room[message.parent].number);
    }
    return out + (read.error() ? "; " + at_word(read.error()) : "");
  };
  EXPECT_EQ(threads("(1 x 3)(4)"), "1 -<1 3<- 4; wrong-shape at 12");
  EXPECT_EQ(threads("(0 (2)(3))"), "- 2<- 3<-; number-out-of-range at 10");
  EXPECT_EQ(threads("(0 (2)(3))", tolerate::zero_numbers), "0 2<0 3<0");
  EXPECT_EQ(threads("(1 () 3)"), "1 3<1; wrong-shape at 12");
  EXPECT_EQ(threads("7 (1)"), "1; wrong-shape at 9");
  EXPECT_EQ(threads("(4294967296)", tolerate::large_numbers), "4294967296");
  EXPECT_EQ(threads("(1e3 2)", tolerate::exponents), "- 2<-; wrong-shape at 10");
}

TEST(ImapOddData, CodesWithArgumentsThatAreWrong) {
  const auto code = [](const std::string& text, Tolerances tolerances = {}) {
    return code_of(*Reply("a OK [" + text + "] x\r\n", tolerances), tolerances);
  };
  EXPECT_EQ(code("HIGHESTMODSEQ 0"), "-; number-out-of-range at 20");
  EXPECT_EQ(code("HIGHESTMODSEQ 0", tolerate::zero_numbers), "0");
  EXPECT_EQ(code("HIGHESTMODSEQ 18446744073709551615", tolerate::large_numbers), "18446744073709551615");
  EXPECT_EQ(code("UIDNEXT -1", tolerate::negative_numbers), "-; wrong-shape at 14");
  EXPECT_EQ(code("UIDNEXT -1", tolerate::negative_numbers | tolerate::zero_numbers), "0");
  EXPECT_EQ(code("HIGHESTMODSEQ -1", tolerate::negative_numbers), "0");
  EXPECT_EQ(code("UIDVALIDITY 1.6e9", tolerate::mail_servers), "-; wrong-shape at 18");
  EXPECT_EQ(code("HIGHESTMODSEQ 1e3", tolerate::mail_servers), "-; wrong-shape at 20");
  EXPECT_EQ(code("APPENDUID 1e3 5", tolerate::mail_servers), "- to 5; wrong-shape at 16");
  EXPECT_EQ(code("UIDNEXT 1 2"), "1; wrong-shape at 16");
  EXPECT_EQ(code("UIDNEXT"), "-; wrong-shape at 6");
  EXPECT_EQ(code("APPENDUID 0 5"), "- to 5; number-out-of-range at 16");
  EXPECT_EQ(code("APPENDUID 0 0"), "-; number-out-of-range at 16");
  EXPECT_EQ(code("APPENDUID 0 0", tolerate::zero_numbers), "0 to 0");
  EXPECT_EQ(code("APPENDUID 4294967296 4294967297", tolerate::large_numbers), "4294967296 to 4294967297");
  EXPECT_EQ(code("APPENDUID 7", tolerate::empty_sets), "7");
  EXPECT_EQ(code("COPYUID 0 1:2 3:4"), "- from 1:2 to 3:4; number-out-of-range at 14");
  EXPECT_EQ(code("COPYUID 7 0 3"), "7 to 3; wrong-shape at 16");
  EXPECT_EQ(code("COPYUID 7 1 x"), "7 from 1; wrong-shape at 18");
  EXPECT_EQ(code("COPYUID 7 1:3 5:6"), "7 from 1:3 to 5:6; wrong-shape at 20");
  EXPECT_EQ(code("COPYUID 7 1", tolerate::empty_sets), "7 from 1; wrong-shape at 6");
  EXPECT_EQ(code("COPYUID 7", tolerate::empty_sets), "7");
  EXPECT_EQ(code("COPYUID 7 0:1 4294967296:4294967297", tolerate::zero_numbers | tolerate::large_numbers),
            "7 from 0:1 to 4294967296:4294967297");
  EXPECT_EQ(code("MODIFIED", tolerate::empty_sets), "-");
}

TEST(ImapOddData, PairsAndNamespaces) {
  const auto id = [](const std::string& rest, Tolerances tolerances = {}) {
    return id_of(*Reply("* ID " + rest + "\r\n"), tolerances);
  };
  EXPECT_EQ(id("(\"a\" \"b\" \"c\")"), "a b; wrong-shape at 14");
  EXPECT_EQ(id("(\"a\")"), "; wrong-shape at 6");
  EXPECT_EQ(id("(\"a\" (x) \"c\" NIL)"), "a (x) c NIL; wrong-shape at 10");
  EXPECT_EQ(id("(NIL \"b\" \"c\" \"d\")"), "NIL b c d; wrong-shape at 6");
  EXPECT_EQ(id("(NIL \"b\")", tolerate::nil_strings), "NIL b");
  EXPECT_EQ(id("(name x)"), "name x; wrong-shape at 6");
  EXPECT_EQ(id("(name x \"a\" NIL version 1.5)", tolerate::atoms_as_strings), "name x a NIL version 1.5");
  EXPECT_EQ(id("(name 5)", tolerate::atoms_as_strings), "name 5; wrong-shape at 11");
  EXPECT_EQ(id("(name 99999999999999999999)", tolerate::atoms_as_strings),
            "name 99999999999999999999; wrong-shape at 11");
  EXPECT_EQ(id("(5 x)", tolerate::atoms_as_strings), "5 x; wrong-shape at 6");
  EXPECT_EQ(id("()"), "");
  EXPECT_EQ(id("(\"a\" \"b\") x"), "a b; wrong-shape at 15");
  const auto namespaces = [](const std::string& rest, Tolerances tolerances = {}) {
    return namespaces_of(*Reply("* NAMESPACE " + rest + "\r\n"), tolerances);
  };
  EXPECT_EQ(namespaces("((\"\" \"/\")) () NIL"), "| /||; wrong-shape at 23");
  EXPECT_EQ(namespaces("((\"\" \"/\")) () NIL", tolerate::empty_lists), "| /||");
  EXPECT_EQ(namespaces("((\"\" \"/\"))"), "| /||; wrong-shape at 0");
  EXPECT_EQ(namespaces("((\"a\" x)(\"b\" \".\")) NIL NIL"), "|a noneb .||; wrong-shape at 18");
  EXPECT_EQ(namespaces("x NIL ((\"b\" \".\"))"), "|||b .; wrong-shape at 12");
  EXPECT_EQ(namespaces("((NIL \".\")) NIL NIL"), "|- .||; wrong-shape at 14");
  EXPECT_EQ(namespaces("((NIL \".\")) NIL NIL", tolerate::nil_strings), "|NIL .||");
  EXPECT_EQ(namespaces("((a \".\")) NIL NIL", tolerate::atoms_as_strings), "|- .||; wrong-shape at 14");
  EXPECT_EQ(namespaces("(\"a\" \".\") NIL NIL"), "|- none- none||; wrong-shape at 13");
  const auto quota = [](const std::string& rest, Tolerances tolerances = {}) {
    return quota_of(*Reply("* QUOTA " + rest + "\r\n"), tolerances);
  };
  EXPECT_EQ(quota("r (STORAGE x 1 MESSAGE 2 3)"), "r MESSAGE 2/3; wrong-shape at 19");
  EXPECT_EQ(quota("r (STORAGE -1 10 MESSAGE 2 3)"), "r MESSAGE 2/3; wrong-shape at 19");
  EXPECT_EQ(quota("r (STORAGE -1 10 MESSAGE 2 3)", tolerate::negative_numbers), "r STORAGE 0/10 MESSAGE 2/3");
  EXPECT_EQ(quota("r (STORAGE 1e3 10 MESSAGE 2 3)", tolerate::exponents), "r MESSAGE 2/3; wrong-shape at 19");
  EXPECT_EQ(quota("r (STORAGE 1 MESSAGE 2 3)"), "r MESSAGE 2/3; wrong-shape at 21");
  EXPECT_EQ(quota("r (STORAGE (1 2) MESSAGE 2 3) x"), "r MESSAGE 2/3; wrong-shape at 19");
  EXPECT_EQ(quota("(STORAGE 1 2)"), "- STORAGE 1/2; wrong-shape at 8");
}

// A name that is wrong costs neither what precedes it nor the extended items behind it.
TEST(ImapOddData, ANameOfSeveralWordsCostsItselfAlone) {
  for (const Tolerances on : {Tolerances{}, tolerate::unquoted_names}) {
    const Reply reply("* LIST (\\Sent) \"/\" a b (x 1 y (2))\r\n");
    const auto read = read_listing(*reply, on);
    EXPECT_EQ(read.has_value(), on == tolerate::unquoted_names);
    EXPECT_EQ(read.partial().extended.count(), 4U);
    EXPECT_EQ(read.partial().attributes.count(), 1U);
    EXPECT_NE(read.partial().find_extended("y"), nullptr);
  }
}

// Each decoder says so if its response goes on behind what it reads, and gives what it has read.
TEST(ImapOddData, NothingMayStandBehindTheLastArgument) {
  const auto error_of = [](const Response& response) {
    if (response.is_data("LIST")) return read_listing(response).error();
    if (response.is_data("STATUS")) return read_status(response).error();
    if (response.is_data("NAMESPACE")) return read_namespaces(response).error();
    if (response.is_data("QUOTA")) return read_quota(response).error();
    if (response.is_data("ID")) return read_id(response).error();
    if (response.is_data("FLAGS")) return read_flags(response).error();
    if (response.is_data("VANISHED")) return read_vanished(response).error();
    if (response.is_data("SEARCH")) return read_search(response).error();
    return read_extended_search(response).error();
  };
  for (const std::string& line :
       {std::string("* LIST (\\Noselect) \"/\" a (x 1)"), std::string("* STATUS a (MESSAGES 1)"),
        std::string("* NAMESPACE NIL NIL ((\"\" \"/\"))"), std::string("* NAMESPACE NIL NIL NIL"),
        std::string("* QUOTA a (STORAGE 1 2)"), std::string("* ID (\"a\" \"b\")"), std::string("* ID NIL"),
        std::string("* FLAGS (\\Seen)"), std::string("* VANISHED (EARLIER) 1:3"), std::string("* VANISHED 4"),
        std::string("* SEARCH 1 2 (MODSEQ 3)"), std::string("* ESEARCH (TAG \"a\") UID ALL 1:2 MIN 3")}) {
    EXPECT_EQ(error_of(*Reply(line + "\r\n")), Error{}) << line;
    for (const std::string_view more : {" x", " (x)", " \"x\""}) {
      const Reply reply(line + std::string(more) + "\r\n");
      EXPECT_EQ(error_of(*reply), (Error{ErrorCode::wrong_shape, line.size() + 1})) << line << more;
    }
  }
}

TEST(ImapOddData, CapabilitiesAmongWhatIsNone) {
  const Reply mixed("* CAPABILITY (x) IDLE \"MOVE\" IMAP4rev1\r\n");
  EXPECT_EQ(read_capabilities(mixed->arguments()).names, 2U);
  EXPECT_TRUE(read_capabilities(mixed->arguments()).idle);
  EXPECT_FALSE(read_capabilities(mixed->arguments()).move);
  const Reply none("* CAPABILITY\r\n");
  EXPECT_EQ(read_capabilities(none->arguments()).names, 0U);
  const Reply unknown("* CAPABILITY THREAD=ORDEREDSUBJECTS-AND-MORE X\r\n");
  EXPECT_EQ(read_capabilities(unknown->arguments()).names, 2U);
}

// A part can be larger than 4 GiB.
TEST(ImapOddData, SizesOfPartsBeyond32Bits) {
  const Reply reply("* 1 FETCH (BODY (\"a\" \"b\" NIL NIL NIL \"7BIT\" 4294967296))\r\n");
  FetchItems items(*reply);
  FetchItem item;
  ASSERT_TRUE(items.next(item));
  std::vector<BodyPart> room;
  EXPECT_EQ(read_body_structure(*item.value, room).error(), (Error{ErrorCode::number_out_of_range, 44}));
  const auto read = read_body_structure(*item.value, room, tolerate::large_numbers);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().octets, 4294967296U);
}

// Every day that ends a month, and the day behind it.
TEST(ImapOddData, MonthsEndWhereTheyEnd) {
  struct {
    std::string_view month;
    int days;
  } const months[] = {{"Jan", 31}, {"Feb", 28}, {"Mar", 31}, {"Apr", 30}, {"May", 31}, {"Jun", 30},
                      {"Jul", 31}, {"Aug", 31}, {"Sep", 30}, {"Oct", 31}, {"Nov", 30}, {"Dec", 31}};
  std::int64_t day = 0;  // since 1970, which is no leap year
  for (const auto& [month, days] : months) {
    day += days;
    const auto date = [&](int number) {
      return read_internal_date(std::to_string(number) + "-" + std::string(month) + "-1970 00:00:00 +0000");
    };
    ASSERT_TRUE(date(days)) << month;
    EXPECT_EQ(date(days)->unix_seconds(), (day - 1) * 86400) << month;
    EXPECT_EQ(date(days + 1).error(), (Error{ErrorCode::wrong_shape, 0})) << month;
  }
}

// Every place of the time and the zone counts.
TEST(ImapOddData, EveryDigitOfAnInternalDateCounts) {
  const auto seconds = [](std::string_view text) { return read_internal_date(text)->unix_seconds(); };
  const std::int64_t base = seconds("11-Jan-2011 11:11:11 +1111");
  struct {
    std::string_view text;
    std::int64_t more;
  } const others[] = {{"21-Jan-2011 11:11:11 +1111", 864000}, {"12-Jan-2011 11:11:11 +1111", 86400},
                      {"11-Jan-2011 21:11:11 +1111", 36000},  {"11-Jan-2011 12:11:11 +1111", 3600},
                      {"11-Jan-2011 11:21:11 +1111", 600},    {"11-Jan-2011 11:12:11 +1111", 60},
                      {"11-Jan-2011 11:11:21 +1111", 10},     {"11-Jan-2011 11:11:12 +1111", 1},
                      {"11-Jan-2011 11:11:11 +2111", -36000}, {"11-Jan-2011 11:11:11 +1211", -3600},
                      {"11-Jan-2011 11:11:11 +1121", -600},   {"11-Jan-2011 11:11:11 +1112", -60},
                      {"11-Jan-2011 11:11:11 -1111", 80520},  {"11-Jan-2012 11:11:11 +1111", 31536000}};
  for (const auto& [text, more] : others) EXPECT_EQ(seconds(text) - base, more) << text;
  EXPECT_TRUE(read_internal_date("11-Jan-2011 23:59:60 +1159"));
  EXPECT_EQ(read_internal_date("11-Jan-2011 11:60:11 +1111").error(), (Error{ErrorCode::wrong_shape, 12}));
  EXPECT_EQ(read_internal_date("11-Jan-2011 11:11:61 +1111").error(), (Error{ErrorCode::wrong_shape, 12}));
  EXPECT_EQ(read_internal_date("11-Jan-2011 11:11:11 +1160").error(), (Error{ErrorCode::wrong_shape, 21}));
  EXPECT_EQ(read_internal_date("11-Jan-2x11 11:11:11 +1111").error(), (Error{ErrorCode::wrong_shape, 7}));
  EXPECT_EQ(read_internal_date("11-Jxn-2011 11:11:11 +1111").error(), (Error{ErrorCode::wrong_shape, 3}));
}

// Each of them takes the smallest number that it may have, and refuses what is beyond its largest.
TEST(ImapOddData, EveryStatusItemHasItsRange) {
  struct {
    std::string_view name;
    std::optional<std::uint64_t> MailboxStatus::* member;
    std::uint64_t least;
    std::string_view most, beyond;
  } const items[] = {
      {"MESSAGES", &MailboxStatus::messages, 0, "4294967295", "4294967296"},
      {"RECENT", &MailboxStatus::recent, 0, "4294967295", "4294967296"},
      {"UIDNEXT", &MailboxStatus::uidnext, 1, "4294967295", "4294967296"},
      {"UIDVALIDITY", &MailboxStatus::uidvalidity, 1, "4294967295", "4294967296"},
      {"UNSEEN", &MailboxStatus::unseen, 0, "4294967295", "4294967296"},
      {"DELETED", &MailboxStatus::deleted, 0, "4294967295", "4294967296"},
      {"SIZE", &MailboxStatus::size_octets, 0, "9223372036854775807", "9223372036854775808"},
      {"HIGHESTMODSEQ", &MailboxStatus::highestmodseq, 0, "9223372036854775807", "9223372036854775808"}};
  for (const auto& [name, member, least, most, beyond] : items) {
    const auto read = [&](std::string_view value) {
      const Reply reply("* STATUS a (" + std::string(name) + " " + std::string(value) + ")\r\n");
      return read_status(*reply).partial().*member;
    };
    EXPECT_EQ(read(std::to_string(least)), least) << name;
    EXPECT_EQ(number_of(read(most)), most) << name;
    EXPECT_EQ(read(beyond), std::nullopt) << name;
    if (least == 1) {
      EXPECT_EQ(read("0"), std::nullopt) << name;
    }
  }
}

}  // namespace
}  // namespace backtalk::imap
