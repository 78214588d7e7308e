// SPDX-License-Identifier: Apache-2.0 OR MIT
// The typed decoders of IMAP: the examples of the RFCs, then their broken twins.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ascii.hpp"
#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/capability.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/flags.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/response_code.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "backtalk/imap/search.hpp"

namespace backtalk::imap {
namespace {

// One response that lives as long as this.
class One {
 public:
  explicit One(std::string_view line, Tolerances tolerances = {})
      : line_(std::string(line) + "\r\n"), parser_(roomy(), tolerances) {
    parser_.feed(line_);
    response_ = parser_.next();
  }
  const Response& operator*() const { return *response_; }
  const Response* operator->() const { return response_; }

 private:
  static Limits roomy() {
    Limits limits;
    limits.line_octets_max = limits.response_octets_max = 100000;
    limits.tokens_max = 10000;
    limits.depth_max = 1000;
    return limits;
  }
  std::string line_;
  ResponseParser parser_;
  const Response* response_ = nullptr;
};

// Stores the result in `out`, and returns the error.
template <class T>
Error into(T& out, const Result<T>& read) {
  out = read.partial();
  EXPECT_NE(read.has_value(), static_cast<bool>(read.error()));
  return read.error();
}

const Token& value_of(const One& one) {
  return *(&one->data[2] + 2);
}

TEST(ImapDecoders, Capabilities) {
  const One one("* CAPABILITY IMAP4rev1 starttls AUTH=GSSAPI LITERAL+ THREAD=ORDEREDSUBJECT XPIG-LATIN");
  const Capabilities found = read_capabilities(one->arguments());
  EXPECT_TRUE(found.imap4rev1 && found.starttls && found.literal_plus && found.thread_orderedsubject);
  EXPECT_FALSE(found.imap4rev2 || found.literal_minus || found.idle);
  EXPECT_TRUE(has_auth(one->arguments(), "gssapi"));
  EXPECT_FALSE(has_auth(one->arguments(), "PLAIN"));
  EXPECT_TRUE(has_capability(one->arguments(), "xpig-latin"));
  // Names longer than every known one, and tokens that are not names, are ignored.
  const One odd("* CAPABILITY THREAD=ORDEREDSUBJECTS-AND-MORE (IDLE) \"IDLE\" imap4rev2");
  EXPECT_TRUE(read_capabilities(odd->arguments()).imap4rev2);
  EXPECT_FALSE(read_capabilities(odd->arguments()).idle);
}

// Every name that has a member, of every length, in any case; and a twin that differs in its first
// octet, in a middle one or in its last, which is another name.
TEST(ImapDecoders, EveryCapabilityHasItsMemberAndNoTwinHasOne) {
  struct Named {
    std::string_view name;
    bool Capabilities::* member;
  };
  constexpr Named kNames[] = {
      {"IMAP4rev1", &Capabilities::imap4rev1},
      {"IMAP4rev2", &Capabilities::imap4rev2},
      {"STARTTLS", &Capabilities::starttls},
      {"LOGINDISABLED", &Capabilities::logindisabled},
      {"SASL-IR", &Capabilities::sasl_ir},
      {"LITERAL+", &Capabilities::literal_plus},
      {"LITERAL-", &Capabilities::literal_minus},
      {"BINARY", &Capabilities::binary},
      {"CHILDREN", &Capabilities::children},
      {"COMPRESS=DEFLATE", &Capabilities::compress_deflate},
      {"CONDSTORE", &Capabilities::condstore},
      {"QRESYNC", &Capabilities::qresync},
      {"ENABLE", &Capabilities::enable},
      {"ESEARCH", &Capabilities::esearch},
      {"ID", &Capabilities::id},
      {"IDLE", &Capabilities::idle},
      {"LIST-EXTENDED", &Capabilities::list_extended},
      {"LIST-STATUS", &Capabilities::list_status},
      {"MOVE", &Capabilities::move},
      {"MULTIAPPEND", &Capabilities::multiappend},
      {"NAMESPACE", &Capabilities::namespaces},
      {"QUOTA", &Capabilities::quota},
      {"SEARCHRES", &Capabilities::searchres},
      {"SORT", &Capabilities::sort},
      {"SPECIAL-USE", &Capabilities::special_use},
      {"THREAD=REFERENCES", &Capabilities::thread_references},
      {"THREAD=ORDEREDSUBJECT", &Capabilities::thread_orderedsubject},
      {"UIDPLUS", &Capabilities::uidplus},
      {"UNSELECT", &Capabilities::unselect},
      {"UTF8=ACCEPT", &Capabilities::utf8_accept},
  };
  static_assert(offsetof(Capabilities, utf8_accept) + 1 == std::size(kNames), "one for each member");
  const auto count = [&kNames](const Capabilities& found) {
    return std::ranges::count_if(kNames, [&found](const Named& named) { return found.*named.member; });
  };
  for (const Named& named : kNames) {
    std::string name(named.name);
    const auto found = [&name] { return read_capabilities(One("* CAPABILITY " + name)->arguments()); };
    EXPECT_TRUE(found().*named.member) << name;
    EXPECT_EQ(count(found()), 1) << name;
    for (char& c : name) c = ascii::lower(c);
    EXPECT_TRUE(found().*named.member) << name;
    for (const std::size_t at : {std::size_t{0}, name.size() / 2, name.size() - 1}) {
      const char was = std::exchange(name[at], '_');
      EXPECT_EQ(count(found()), 0) << name;
      name[at] = was;
    }
  }
  EXPECT_EQ(count(read_capabilities(One("* CAPABILITY X IMAP4 XX XXX")->arguments())), 0);
  EXPECT_FALSE(has_capability(One("* CAPABILITY IDLE")->arguments(), "IDL"));
}

TEST(ImapDecoders, Flags) {
  Flags found;
  const One of_mailbox("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded nil 7)");
  ASSERT_FALSE(into(found, read_flags(*of_mailbox)));
  EXPECT_TRUE(found.answered && found.flagged && found.deleted && found.seen && found.draft &&
              found.forwarded);
  EXPECT_FALSE(found.recent || found.any || found.junk || found.not_junk || found.phishing || found.mdn_sent);
  EXPECT_EQ(found.all.count(), 8U);
  EXPECT_TRUE(found.has("NIL") && found.has("7") && found.has("\\SEEN"));
  EXPECT_FALSE(found.has("Seen"));
  const One of_message("* 1 FETCH (FLAGS (\\Recent $Junk $NotJunk $Phishing $MDNSent Label_1))");
  ASSERT_FALSE(into(found, read_flags(value_of(of_message))));
  EXPECT_TRUE(found.recent && found.junk && found.not_junk && found.phishing && found.mdn_sent);
  const One permanent("* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited");
  ResponseCode code;
  ASSERT_FALSE(into(code, read_response_code(permanent->code)));
  ASSERT_FALSE(into(found, read_flags(code)));
  EXPECT_TRUE(found.any && found.deleted && !found.answered);
  const One none("* FLAGS ()");
  ASSERT_FALSE(into(found, read_flags(*none)));
  EXPECT_TRUE(found.all.empty());
  for (const auto& [broken, offset] : {std::pair{"* FLAGS", 0U},
                                       {"* FLAGS \\Seen", 8U},
                                       {"* FLAGS () ()", 11U},
                                       {"* FLAGS (a \"b\")", 11U},
                                       {"* FLAGS (a (b))", 11U}}) {
    EXPECT_EQ(into(found, read_flags(*One(broken))), (Error{ErrorCode::wrong_shape, offset})) << broken;
  }
}

TEST(ImapDecoders, Listing) {
  MailboxListing found;
  ASSERT_FALSE(into(
      found, read_listing(*One("* LIST (\\NonExistent) \"/\" \"Foo\" (\"CHILDINFO\" (\"SUBSCRIBED\"))"))));
  const One one("* LIST (\\HasNoChildren \\Sent) \"\\\\\" NIL (\"OLDNAME\" (x))");
  ASSERT_FALSE(into(found, read_listing(*one)));
  EXPECT_TRUE(found.has("\\sent"));
  EXPECT_FALSE(found.has("\\Noselect"));
  EXPECT_EQ(found.delimiter, '\\');
  EXPECT_EQ(found.name.token()->text, "NIL");
  ASSERT_NE(found.find_extended("oldname"), nullptr);
  EXPECT_EQ(found.find_extended("CHILDINFO"), nullptr);
  for (const std::string_view broken :
       {"* LIST", "* LIST ()", "* LIST () \"/\"", "* LIST x \"/\" y", "* LIST () \"ab\" y", "* LIST () / y",
        "* LIST () \"/\" y (a)", "* LIST () \"/\" y z", "* LIST () \"/\" (y)"}) {
    EXPECT_EQ(into(found, read_listing(*One(broken))).code, ErrorCode::wrong_shape) << broken;
  }
}

TEST(ImapDecoders, StatusOfAMailbox) {
  MailboxStatus found;
  const One one("* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292 HIGHESTMODSEQ 7011231777 X-NEW (1 2))");
  ASSERT_FALSE(into(found, read_status(*one)));
  EXPECT_EQ(found.name.raw(), "blurdybloop");
  EXPECT_EQ(found.messages, 231U);
  EXPECT_EQ(found.highestmodseq, 7011231777U);
  EXPECT_FALSE(found.unseen);
  for (const std::string_view broken : {"* STATUS", "* STATUS INBOX", "* STATUS INBOX MESSAGES 1",
                                        "* STATUS INBOX (MESSAGES)", "* STATUS INBOX (MESSAGES (1))"}) {
    EXPECT_EQ(into(found, read_status(*One(broken))).code, ErrorCode::wrong_shape) << broken;
  }
  for (const std::string_view beyond :
       {"MESSAGES 4294967296", "UIDNEXT 0", "UIDVALIDITY 0", "SIZE 9223372036854775808"}) {
    const One bad("* STATUS a (" + std::string(beyond) + ")");
    EXPECT_EQ(into(found, read_status(*bad)), (Error{ErrorCode::number_out_of_range, 13 + beyond.find(' ')}))
        << beyond;
  }
  EXPECT_FALSE(
      into(found, read_status(*One("* STATUS a (UNSEEN 0 SIZE 9223372036854775807 HIGHESTMODSEQ 0)"))));
  EXPECT_EQ(into(found, read_status(*One("* STATUS a ((b) 1)"))).code, ErrorCode::wrong_shape);
  EXPECT_FALSE(into(found, read_status(*One("* STATUS a (MESSAGES -1)"), tolerate::negative_numbers)));
  for (const std::string_view value : {"\"1\"", "-", "x1", "-1x"}) {
    const One bad("* STATUS a (MESSAGES " + std::string(value) + ")");
    EXPECT_EQ(into(found, read_status(*bad, tolerate::negative_numbers)).code, ErrorCode::wrong_shape)
        << value;
  }
}

// With these tolerances "-1" is a size of 0, but no message.
TEST(ImapDecoders, WhatIsToleratedAsASizeIsNoMessageNumber) {
  constexpr Tolerances kTolerances =
      tolerate::negative_numbers | tolerate::zero_numbers | tolerate::exponents;
  for (const std::string_view odd : {"-1", "1e3", "x"}) {
    const One one("* SEARCH 2 " + std::string(odd) + " 5 " + std::string(odd));
    const auto read = read_search(*one, kTolerances);
    EXPECT_EQ(read.error(), (Error{ErrorCode::wrong_shape, 11})) << odd;
    ASSERT_EQ(read.partial().numbers.count(), 4U) << odd;
    EXPECT_EQ(read.partial().numbers.rest().rest().front().number(), 5U) << odd;
  }
}

TEST(ImapDecoders, Namespaces) {
  Namespaces found;
  const One one("* NAMESPACE ((\"\" \"/\")(\"#mh/\" \"/\" \"X-PARAM\" (\"FLAG1\"))) NIL ((\"\" NIL))");
  ASSERT_FALSE(into(found, read_namespaces(*one)));
  EXPECT_EQ(found.personal.count(), 2U);
  EXPECT_TRUE(found.other_users.empty());
  Namespace shared;
  ASSERT_FALSE(into(shared, read_namespace(found.shared.front())));
  EXPECT_EQ(shared.delimiter, '\0');
  // What libetpan read out of bounds.
  EXPECT_FALSE(into(found, read_namespaces(*One("* NAMESPACE ((\"\" \"\")) NIL NIL"))));
  EXPECT_EQ(into(found, read_namespaces(*One("* NAMESPACE () NIL NIL"))).code, ErrorCode::wrong_shape);
  EXPECT_FALSE(into(found, read_namespaces(*One("* NAMESPACE () NIL NIL"), tolerate::empty_lists)));
  EXPECT_EQ(into(found, read_namespaces(*One("* NAMESPACE NIL NIL"))).code, ErrorCode::wrong_shape);
  for (const std::string_view broken :
       {"(x)", "((x \"/\"))", "((\"\" x))", "((\"\"))", "((\"\" \"/\" x (\"y\")))", "((\"\" \"/\" \"X\" y))",
        "((\"\" \"ab\"))"}) {
    EXPECT_EQ(into(found, read_namespaces(*One("* NAMESPACE " + std::string(broken) + " NIL NIL"))).code,
              ErrorCode::wrong_shape)
        << broken;
  }
}

TEST(ImapDecoders, QuotaAndId) {
  Quota quota;
  const One one("* QUOTA \"\" (STORAGE 10 512 MESSAGE 20 100)");
  ASSERT_FALSE(into(quota, read_quota(*one)));
  QuotaResource resource;
  ASSERT_TRUE(next_resource(quota.resources, resource));
  ASSERT_TRUE(next_resource(quota.resources, resource));
  EXPECT_EQ(resource.name, "MESSAGE");
  EXPECT_EQ(resource.limit, 100U);
  EXPECT_FALSE(next_resource(quota.resources, resource));
  EXPECT_EQ(into(quota, read_quota(*One("* QUOTA \"\" (STORAGE 10)"))).code, ErrorCode::wrong_shape);
  QuotaRoot root;
  ASSERT_FALSE(into(root, read_quota_root(*One("* QUOTAROOT INBOX \"\" b"))));
  EXPECT_EQ(into(root, read_quota_root(*One("* QUOTAROOT INBOX ()"))).code, ErrorCode::wrong_shape);
  EXPECT_EQ(into(root, read_quota_root(*One("* QUOTAROOT"))).code, ErrorCode::wrong_shape);
  for (const std::string_view broken :
       {"* QUOTA", "* QUOTA \"\"", "* QUOTA \"\" () x", "* QUOTA \"\" (STORAGE x 1)"}) {
    EXPECT_EQ(into(quota, read_quota(*One(broken))).code, ErrorCode::wrong_shape) << broken;
  }
  Siblings id;
  EXPECT_FALSE(into(id, read_id(*One("* ID NIL"))));
  EXPECT_FALSE(into(id, read_id(*One("* ID (\"name\" \"Cyrus\" \"os\" NIL)"))));
  EXPECT_EQ(into(id, read_id(*One("* ID (\"name\")"))).code, ErrorCode::wrong_shape);
  EXPECT_EQ(into(id, read_id(*One("* ID x"))).code, ErrorCode::wrong_shape);
  EXPECT_EQ(into(id, read_id(*One("* ID NIL NIL"))).code, ErrorCode::wrong_shape);
}

TEST(ImapDecoders, Searches) {
  SearchResult search;
  const One one("* SEARCH 2 5 6 (MODSEQ 917162500)");
  ASSERT_FALSE(into(search, read_search(*one)));
  EXPECT_EQ(search.numbers.count(), 3U);
  EXPECT_EQ(search.modseq, 917162500U);
  ASSERT_FALSE(into(search, read_search(*One("* SEARCH"))));
  EXPECT_TRUE(search.numbers.empty());
  EXPECT_EQ(into(search, read_search(*One("* SEARCH 1 0"))), (Error{ErrorCode::number_out_of_range, 11}));
  EXPECT_EQ(into(search, read_search(*One("* SEARCH 1 x"))), (Error{ErrorCode::wrong_shape, 11}));
  for (const std::string_view broken : {"* SEARCH 1 (MODSEQ 5) 6", "* SEARCH 1 ()", "* SEARCH 1 (X 5)",
                                        "* SEARCH 1 (MODSEQ x)", "* SEARCH 1 (MODSEQ 5 6)"}) {
    EXPECT_EQ(into(search, read_search(*One(broken))).code, ErrorCode::wrong_shape) << broken;
  }
  ExtendedSearchResult extended;
  const One two("* ESEARCH (TAG \"A283\") UID MIN 7 COUNT 5 ALL 4:19,21,28 X-NEW (1)");
  ASSERT_FALSE(into(extended, read_extended_search(*two)));
  EXPECT_EQ(extended.tag.raw(), "A283");
  EXPECT_TRUE(extended.uid);
  EXPECT_EQ(extended.count, 5U);
  EXPECT_EQ(extended.all.text(), "4:19,21,28");
  EXPECT_EQ(into(extended, read_extended_search(*One("* ESEARCH ALL 1:,2"))).code, ErrorCode::wrong_shape);
  EXPECT_EQ(into(extended, read_extended_search(*One("* ESEARCH MIN"))).code, ErrorCode::wrong_shape);
  EXPECT_EQ(into(extended, read_extended_search(*One("* ESEARCH (TAG \"a\") (X) 1"))),
            (Error{ErrorCode::wrong_shape, 20}));
  for (const auto& [beyond, offset] : {std::pair{"MIN 0", 14U},
                                       {"MAX 4294967296", 14U},
                                       {"COUNT 4294967296", 16U},
                                       {"MODSEQ 0", 17U},
                                       {"MODSEQ 9223372036854775808", 17U}}) {
    EXPECT_EQ(into(extended, read_extended_search(*One("* ESEARCH " + std::string(beyond)))),
              (Error{ErrorCode::number_out_of_range, offset}))
        << beyond;
  }
  ASSERT_FALSE(into(extended, read_extended_search(*One("* ESEARCH COUNT 0 MAX 4294967295 MODSEQ 1"))));
  EXPECT_EQ(extended.count, 0U);
  // search-correlator = SP "(" "TAG" SP tag-string ")"
  for (const std::string_view broken : {"()", "(TAG)", "(GAT \"a\")", "(TAG a)", "(TAG \"a\" \"b\")"}) {
    const One bad("* ESEARCH " + std::string(broken) + " COUNT 1");
    EXPECT_EQ(into(extended, read_extended_search(*bad)), (Error{ErrorCode::wrong_shape, 10})) << broken;
  }
}

TEST(ImapDecoders, NumberSetsAreNotExpanded) {
  NumberSet set{"1:4294967295,7"};
  NumberRange range;
  ASSERT_TRUE(set.next(range));
  EXPECT_EQ(range.count(), 4294967295U);
  ASSERT_TRUE(set.next(range));
  EXPECT_EQ(range.count(), 1U);
  EXPECT_FALSE(set.next(range));
  EXPECT_TRUE(set.good());
  for (const std::string_view broken : {"", "0", "1,", ",1", "1:", "1:2:3", "4294967296", "a", "1:*"}) {
    EXPECT_FALSE(NumberSet{broken}.check()) << broken;
  }
  EXPECT_TRUE((NumberSet{"1:*", true}).check());
  EXPECT_EQ(NumberSet{"9:3"}.count(), 7U) << "a range may be given from its end";
}

TEST(ImapDecoders, Threads) {
  std::vector<ThreadMessage> found;
  ASSERT_TRUE(read_threads(*One("* THREAD (2)(3 6 (4 23)(44 7 96))"), found));
  ASSERT_EQ(found.size(), 8U);
  EXPECT_EQ(found[0].parent, ThreadMessage::kNoParent);
  EXPECT_EQ(found[3].number, 4U);
  EXPECT_EQ(found[found[3].parent].number, 6U);
  EXPECT_EQ(found[found[5].parent].number, 6U);
  EXPECT_EQ(found[found[6].parent].number, 44U);
  // Lists that end together, one that begins with a list, and messages after a list.
  const One nested("* THREAD (1 (2 (3 (4)(5))(6))(7))((8 9)(10))(11 (12) 13)");
  ASSERT_TRUE(read_threads(*nested, found));
  std::vector<std::uint64_t> parents;
  parents.reserve(found.size());
  for (const ThreadMessage& message : found) {
    parents.push_back(message.parent == ThreadMessage::kNoParent ? 99
                                                                 : found[message.parent].number.value_or(0));
  }
  EXPECT_EQ(parents, (std::vector<std::uint64_t>{99, 1, 2, 3, 3, 2, 1, 99, 0, 8, 0, 99, 11, 11}));
  EXPECT_EQ(found[1].list->offset, 12U);
  ASSERT_TRUE(read_threads(*One("* THREAD ((3)(5))"), found));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].number, std::nullopt);
  EXPECT_EQ(found[2].parent, 0U);
  EXPECT_EQ(read_threads(*One("* THREAD ()"), found).error().code, ErrorCode::wrong_shape);
  EXPECT_EQ(read_threads(*One("* THREAD 1"), found).error().code, ErrorCode::wrong_shape);
  EXPECT_EQ(read_threads(*One("* THREAD (0)"), found).error(), (Error{ErrorCode::number_out_of_range, 10}));
  EXPECT_EQ(read_threads(*One("* THREAD (4294967296)"), found).error(),
            (Error{ErrorCode::number_out_of_range, 10}));
}

TEST(ImapDecoders, Vanished) {
  Vanished found;
  const One one("* VANISHED (EARLIER) 41,43:116");
  ASSERT_FALSE(into(found, read_vanished(*one)));
  EXPECT_TRUE(found.earlier);
  EXPECT_EQ(found.uids.text(), "41,43:116");
  EXPECT_EQ(into(found, read_vanished(*One("* VANISHED (LATER) 1"))).code, ErrorCode::wrong_shape);
  EXPECT_EQ(into(found, read_vanished(*One("* VANISHED"))).code, ErrorCode::wrong_shape);
}

constexpr std::string_view kEnvelope =
    "* 1 FETCH (ENVELOPE (\"Wed, 17 Jul 1996\" \"IMAP4rev1 \\\"WG\\\"\" ((\"Terry Gray\" NIL \"gray\" "
    "\"cac\")) "
    "((\"Terry Gray\" NIL \"gray\" \"cac\")) NIL ((NIL NIL \"imap\" \"cac\")) "
    "((NIL NIL \"minutes\" \"CNRI\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL \"<B27397>\"))";

TEST(ImapDecoders, EnvelopeOfTheSampleConnection) {
  const One one(kEnvelope);
  Envelope found;
  ASSERT_FALSE(into(found, read_envelope(value_of(one))));
  EXPECT_EQ(found.date.raw(), "Wed, 17 Jul 1996");
  std::string subject;
  found.subject.append_to(subject);
  EXPECT_EQ(subject, "IMAP4rev1 \"WG\"");
  EXPECT_TRUE(found.reply_to.empty());
  ASSERT_EQ(found.cc.count(), 2U);
  std::string hosts;
  for (const Address& address : found.cc) hosts += std::string(address.host.raw()) + ' ';
  EXPECT_EQ(hosts, "CNRI MIT.EDU ");
  EXPECT_EQ(found.message_id.raw(), "<B27397>");
}

// Each member of an envelope and of an address in turn: the error is at the token that replaces it.
TEST(ImapDecoders, EachPlaceOfAnEnvelopeHasItsShape) {
  const auto check = [](std::size_t places, auto right, std::string_view wrong, std::string_view before,
                        std::string_view after) {
    for (std::size_t wrong_one = 0; wrong_one < places; ++wrong_one) {
      std::string line = "* 1 FETCH (ENVELOPE (" + std::string(before);
      std::uint64_t offset = 0;
      for (std::size_t i = 0; i < places; ++i) {
        if (i > 0) line += ' ';
        if (i == wrong_one) offset = line.size();
        line += i == wrong_one ? wrong : right(i);
      }
      line += after;
      const One one(line);
      ASSERT_FALSE(one->error) << line;
      Envelope found;
      EXPECT_EQ(into(found, read_envelope(value_of(one))), (Error{ErrorCode::wrong_shape, offset})) << line;
    }
  };
  const auto field = [](std::size_t i) {
    const bool is_text = i < 2 || i > 7;
    return std::string_view(is_text ? "\"x\"" : "((NIL NIL \"a\" \"b\"))");
  };
  check(10, field, "atom", "", "))");
  check(10, field, "7", "", "))");
  const auto part = [](std::size_t) { return std::string_view("\"x\""); };
  check(4, part, "atom", "NIL NIL ((", ")) NIL NIL NIL NIL NIL NIL NIL))");
  check(4, part, "(NIL)", "NIL NIL ((", ")) NIL NIL NIL NIL NIL NIL NIL))");
}

TEST(ImapDecoders, EnvelopesThatAreNone) {
  Envelope found;
  for (const std::string_view broken :
       {"* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL))",
        "* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))", "* 1 FETCH (ENVELOPE NIL)",
        "* 1 FETCH (ENVELOPE (NIL NIL () NIL NIL NIL NIL NIL NIL NIL))",
        "* 1 FETCH (ENVELOPE (NIL NIL (x) NIL NIL NIL NIL NIL NIL NIL))",
        "* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL))",
        "* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL (NIL) NIL)) NIL NIL NIL NIL NIL NIL NIL))",
        "* 1 FETCH (ENVELOPE (1 NIL NIL NIL NIL NIL NIL NIL NIL NIL))"}) {
    EXPECT_EQ(into(found, read_envelope(value_of(One(broken)))).code, ErrorCode::wrong_shape) << broken;
  }
  EXPECT_FALSE(into(
      found, read_envelope(value_of(One("* 1 FETCH (ENVELOPE (NIL NIL () NIL NIL NIL NIL NIL NIL NIL))")),
                           tolerate::empty_lists)));
}

TEST(ImapDecoders, BodyStructureOfNestedParts) {
  const One one(
      "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 1152 23)"
      "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 300 (NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
      "((\"TEXT\" \"HTML\" NIL NIL NIL \"8BIT\" 5 1 \"md5\" (\"inline\" (\"filename\" \"x\")) (\"en\" "
      "\"de\") \"loc\" 1 (2))"
      " \"ALTERNATIVE\") 9) \"MIXED\" (\"BOUNDARY\" \"b\") NIL \"en\"))");
  std::vector<BodyPart> parts;
  ASSERT_FALSE(read_body_structure(value_of(one), parts).error());
  ASSERT_EQ(parts.size(), 5U);
  EXPECT_TRUE(parts[0].is_multipart());
  EXPECT_EQ(parts[0].subtype.raw(), "MIXED");
  EXPECT_EQ(parts[0].parts, 2U);
  EXPECT_EQ(parts[0].parameters.count(), 2U);
  EXPECT_EQ(parts[1].lines, 23U);
  EXPECT_EQ(parts[2].position, 2U);
  EXPECT_EQ(parts[2].lines, 9U);
  ASSERT_NE(parts[2].envelope, nullptr);
  EXPECT_EQ(parts[3].parent, 2U);
  EXPECT_EQ(parts[4].parent, 3U);
  EXPECT_EQ(parts[4].disposition.raw(), "inline");
  EXPECT_EQ(parts[4].extensions.count(), 2U);
}

TEST(ImapDecoders, BodyStructuresThatAreNone) {
  std::vector<BodyPart> parts;
  for (const std::string_view broken :
       {"()", "NIL", "(())", "(\"TEXT\")", "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1)",
        "(\"TEXT\" \"PLAIN\" (\"a\") NIL NIL \"7BIT\" 1 1)", "(\"TEXT\" \"PLAIN\" () NIL NIL \"7BIT\" 1 1)",
        "(\"a\" \"b\" NIL NIL NIL NIL 1)", "(\"a\" \"b\" NIL NIL NIL \"7BIT\" -1)",
        "(\"a\" \"b\" NIL NIL NIL \"7BIT\" 1 NIL (\"inline\" (\"n\")))",
        "(\"a\" \"b\" NIL NIL NIL \"7BIT\" 1 NIL (NIL NIL))", "((\"a\" \"b\" NIL NIL NIL \"7BIT\" 1))",
        "((\"a\" \"b\" NIL NIL NIL \"7BIT\" 1) NIL)",
        "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 1 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))",
        "(\"a\" \"b\" NIL NIL NIL \"7BIT\" 1 (x))", "(\"a\" \"b\" NIL NIL NIL \"7BIT\" 1 NIL \"inline\")",
        "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 1 (NIL) (\"a\" \"b\" NIL NIL NIL \"7BIT\" 1) 1)",
        // What does not fit is a list, as an envelope would be.
        "(\"MESSAGE\" \"RFC822\" NIL (\"a\" NIL) NIL)", "(\"MESSAGE\" \"GLOBAL\" NIL NIL NIL ((\"a\")) 1)"}) {
    const One one("* 1 FETCH (BODY " + std::string(broken) + ")");
    EXPECT_EQ(read_body_structure(value_of(one), parts).error().code, ErrorCode::wrong_shape) << broken;
  }
  const One one("* 1 FETCH (BODY (\"a\" \"b\" () NIL NIL NIL -1))");
  EXPECT_TRUE(read_body_structure(
      value_of(one), parts, tolerate::empty_lists | tolerate::nil_strings | tolerate::negative_numbers));
}

// RFC 6532: a message with UTF-8 in its head is a message too.
TEST(ImapDecoders, BodyStructureOfAGlobalMessage) {
  const One one(
      "* 1 FETCH (BODY (\"MESSAGE\" \"GLOBAL\" NIL NIL NIL \"8BIT\" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL "
      "NIL) "
      "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1) 2))");
  std::vector<BodyPart> parts;
  ASSERT_FALSE(read_body_structure(value_of(one), parts).error());
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].lines, 2U);
  EXPECT_EQ(parts[0].id.raw(), "");
}

TEST(ImapDecoders, BodyStructureToTheDepthLimitWithoutRecursion) {
  std::string body = "(\"a\" \"b\" NIL NIL NIL \"7BIT\" 1)";
  for (int depth = 0; depth < 900; ++depth) body = "(" + body + " \"M\")";
  const One one("* 1 FETCH (BODY " + body + ")");
  std::vector<BodyPart> parts;
  ASSERT_FALSE(one->error);
  EXPECT_FALSE(read_body_structure(value_of(one), parts).error());
  EXPECT_EQ(parts.size(), 901U);
}

TEST(ImapDecoders, FetchItems) {
  const One one(
      "* 12 FETCH (FLAGS (\\Seen) UID 9 RFC822.SIZE 4286 MODSEQ (65402) INTERNALDATE \"17-Jul-1996 02:44:25 "
      "-0700\" "
      "BODY[1.2.HEADER.FIELDS (From To)]<5> NIL BINARY.SIZE[2] 7 X-GM-LABELS (a))");
  FetchItems items{*one};
  std::vector<FetchAttribute> found;
  Section section;
  for (FetchItem item; items.next(item);) {
    found.push_back(item.attribute);
    if (item.attribute == FetchAttribute::modseq) {
      EXPECT_EQ(item.number(), 65402U);
    }
    if (item.attribute == FetchAttribute::body_section) {
      ASSERT_FALSE(into(section, read_section(*item.name)));
    }
  }
  EXPECT_FALSE(items.error());
  EXPECT_EQ(found,
            (std::vector{FetchAttribute::flags, FetchAttribute::uid, FetchAttribute::rfc822_size,
                         FetchAttribute::modseq, FetchAttribute::internaldate, FetchAttribute::body_section,
                         FetchAttribute::binary_size, FetchAttribute::other}));
  EXPECT_EQ(section.part, "1.2");
  EXPECT_EQ(section.text, "HEADER.FIELDS");
  EXPECT_EQ(section.fields.count(), 2U);
  EXPECT_EQ(section.origin, 5U);
  struct {
    std::string_view name, part, text;
    ErrorCode code;
  } const names_of_sections[] = {{"BODY[]", "", "", ErrorCode::none},
                                 {"BODY[TEXT]", "", "TEXT", ErrorCode::none},
                                 {"BODY[1]", "1", "", ErrorCode::none},
                                 {"BODY[10.20.MIME]", "10.20", "MIME", ErrorCode::none},
                                 {"BINARY[4.1]<9223372036854775807>", "4.1", "", ErrorCode::none},
                                 {"BINARY[4]<9223372036854775808>", "4", "", ErrorCode::number_out_of_range},
                                 {"BINARY[4]<99999999999999999999>", "4", "", ErrorCode::number_out_of_range},
                                 {"BODY[0]", "", "0", ErrorCode::wrong_shape},
                                 {"BODY[1.]", "1", "", ErrorCode::wrong_shape},
                                 {"BODY[1..2]", "1", ".2", ErrorCode::wrong_shape},
                                 {"BODY[1.02]", "1", "02", ErrorCode::wrong_shape},
                                 {"BODY[1x]", "1", "x", ErrorCode::wrong_shape},
                                 {"BODY[\"a\"]", "", "", ErrorCode::wrong_shape},
                                 {"BODY[TEXT TEXT]", "", "TEXT", ErrorCode::wrong_shape}};
  for (const auto& [name, part, text, code] : names_of_sections) {
    const One item("* 1 FETCH (" + std::string(name) + " NIL)");
    const Error error = into(section, read_section(item->data[3]));
    EXPECT_EQ(word(error.code), word(code)) << name;
    if (code == ErrorCode::none) {
      EXPECT_EQ(section.part, part) << name;
      EXPECT_EQ(section.text, text) << name;
    }
  }
  EXPECT_EQ(into(section, read_section(one->data[0])).code, ErrorCode::wrong_shape);
  // The names of RFC 3501 that hold a body, and names that only a command may have.
  const One names(
      "* 1 FETCH (RFC822 NIL RFC822.HEADER \"a\" RFC822.TEXT {1}\r\nb BODY.PEEK[] NIL BINARY.PEEK[1] NIL)");
  FetchItems more{*names};
  found.clear();
  for (FetchItem item; more.next(item);) found.push_back(item.attribute);
  EXPECT_EQ(found, (std::vector{FetchAttribute::rfc822, FetchAttribute::rfc822, FetchAttribute::rfc822,
                                FetchAttribute::other, FetchAttribute::other}));
  for (const std::string_view broken :
       {"* 1 FETCH", "* 1 FETCH UID", "* 1 FETCH (UID)", "* 1 FETCH (UID x)", "* 1 FETCH (MODSEQ ())",
        "* 1 FETCH (FLAGS NIL)", "* 1 FETCH (\"UID\" 1)", "* 1 FETCH (BODY[] ())", "* 1 FETCH () ()"}) {
    const One bad(broken);
    FetchItems wrong{*bad};
    FetchItem item;
    while (wrong.next(item)) {
    }
    EXPECT_EQ(wrong.error().code, ErrorCode::wrong_shape) << broken;
  }
  // nz-number: message numbers and UIDs start at 1.
  for (const std::string_view beyond :
       {"* 0 FETCH (UID 1)", "* 4294967296 FETCH (UID 1)", "* 1 FETCH (UID 0)", "* 1 FETCH (UID 4294967296)",
        "* 1 FETCH (MODSEQ (0))", "* 1 FETCH (RFC822.SIZE 9223372036854775808)"}) {
    const One bad(beyond);
    FetchItems wrong{*bad};
    FetchItem item;
    while (wrong.next(item)) {
    }
    EXPECT_EQ(wrong.error().code, ErrorCode::number_out_of_range) << beyond;
  }
  for (const std::string_view broken : {"* 1 FETCH (MODSEQ 5)", "* 1 FETCH (INTERNALDATE 5)"}) {
    const One bad(broken);
    FetchItems wrong{*bad};
    FetchItem item;
    ASSERT_TRUE(wrong.next(item));
    EXPECT_EQ(item.attribute, FetchAttribute::invalid) << broken;
    EXPECT_EQ(item.error, wrong.error()) << broken;
    EXPECT_FALSE(wrong.next(item));
    EXPECT_EQ(wrong.error().code, ErrorCode::wrong_shape) << broken;
  }
  // Unknown names of the same lengths as known ones, and the names that no test above has.
  const One others(
      "* 1 FETCH (ABC 1 ABCD 1 ABCDE 1 ABCDEF 1 ABCDEFG 1 ABCDEFGH 1 ABCDEFGHIJK 1 ABCDEFGHIJKL 1 "
      "ABCDEFGHIJKLM 1 BINARY[1] "
      "NIL "
      "BODY (\"a\") BODYSTRUCTURE (\"a\") ENVELOPE (NIL) UID 77)");
  FetchItems walked{*others};
  FetchItem last;
  found.clear();
  for (FetchItem item; walked.next(item); last = item) found.push_back(item.attribute);
  EXPECT_FALSE(walked.error());
  EXPECT_EQ(found, (std::vector{FetchAttribute::other, FetchAttribute::other, FetchAttribute::other,
                                FetchAttribute::other, FetchAttribute::other, FetchAttribute::other,
                                FetchAttribute::other, FetchAttribute::other, FetchAttribute::other,
                                FetchAttribute::binary, FetchAttribute::body, FetchAttribute::bodystructure,
                                FetchAttribute::envelope, FetchAttribute::uid}));
  EXPECT_EQ(last.number(), 77U);
  // Names that only requests have, as a server would echo them: their content is not examined.
  const One echoed("* 1 FETCH (BODY.PEEK[1] 1 BINARY.PEEK[1] (1) BINARY.SIZE[1] 7)");
  FetchItems echoes{*echoed};
  found.clear();
  for (FetchItem item; echoes.next(item);) found.push_back(item.attribute);
  EXPECT_FALSE(echoes.error());
  EXPECT_EQ(found, (std::vector{FetchAttribute::other, FetchAttribute::other, FetchAttribute::binary_size}));
  const One without_number("* FETCH (UID 1)");
  EXPECT_TRUE(FetchItems{*without_number}.error());
}

// What precedes the arguments is a name, not the content of a list.
TEST(ImapDecoders, AListInPlaceOfANameHasNoArguments) {
  const One one("* (FETCH (UID 1)) x");
  EXPECT_FALSE(one->is_data("FETCH"));
  EXPECT_EQ(one->arguments().count(), 1U);
  EXPECT_EQ(one->arguments().front().text, "x");
  EXPECT_EQ(one->arguments().front().number(), 0U);
  EXPECT_TRUE(One("* OK hello")->arguments().empty());
}

TEST(ImapDecoders, InternalDate) {
  const auto date = read_internal_date("17-Jul-1996 02:44:25 -0700");
  ASSERT_TRUE(date);
  EXPECT_EQ(date->unix_seconds(), 837596665);
  EXPECT_EQ(read_internal_date(" 1-Jan-1970 00:00:00 +0000")->unix_seconds(), 0);
  EXPECT_TRUE(read_internal_date("29-Feb-2000 00:00:00 +0000"));
  EXPECT_EQ(read_internal_date("01-Jan-0000 00:00:00 +0000")->unix_seconds(), -62167219200);
  for (const std::string_view broken :
       {"", "17-Jul-1996 02:44:25 -0700 and more", "30-Feb-2000 00:00:00 +0000", "00-Jan-2000 00:00:00 +0000",
        "17-Xxx-1996 02:44:25 -0700", "17-Jul-1996 24:44:25 -0700", "17-Jul-1996 02:44:25 00700",
        "17-Jul-1996 02:44:25 -07x0"}) {
    EXPECT_FALSE(read_internal_date(broken)) << broken;
  }
}

TEST(ImapDecoders, ResponseCodes) {
  ResponseCode found;
  const One one("A004 OK [COPYUID 38505 304,319:320 3956:3958] Done");
  ASSERT_FALSE(into(found, read_response_code(one->code)));
  EXPECT_EQ(found.code, Code::copyuid);
  EXPECT_EQ(found.number, 38505U);
  EXPECT_EQ(found.source_uids.text(), "304,319:320");
  EXPECT_EQ(found.uids.text(), "3956:3958");
  ASSERT_FALSE(into(found, read_response_code(One("* OK [HIGHESTMODSEQ 715194045007] x")->code)));
  EXPECT_EQ(found.number, 715194045007U);
  ASSERT_FALSE(into(found, read_response_code(One("* OK [X-NEW 1 2] x")->code)));
  EXPECT_EQ(found.code, Code::other);
  EXPECT_FALSE(into(found, read_response_code({})));
  EXPECT_EQ(found.code, Code::none);
  for (const std::string_view broken :
       {"* OK [UIDNEXT] x", "* OK [UIDNEXT x] y", "* OK [APPENDUID 1] x", "* OK [COPYUID 1 1:2] x",
        "* OK [COPYUID 1 x 1] y", "* OK [UIDNEXT 1 2] x"}) {
    EXPECT_EQ(into(found, read_response_code(One(broken)->code)).code, ErrorCode::wrong_shape) << broken;
  }
  // RFC 4315: a UID was given to each message that was copied.
  EXPECT_EQ(into(found, read_response_code(One("* OK [COPYUID 1 1:3 5:6] x")->code)),
            (Error{ErrorCode::wrong_shape, 20}));
  for (const std::string_view beyond : {"UIDNEXT 0", "UIDVALIDITY 4294967296", "UNSEEN 0", "HIGHESTMODSEQ 0",
                                        "HIGHESTMODSEQ 9223372036854775808", "APPENDUID 0 1"}) {
    const One bad("* OK [" + std::string(beyond) + "] x");
    EXPECT_EQ(into(found, read_response_code(bad->code)).code, ErrorCode::number_out_of_range) << beyond;
  }
  const One appended("a OK [APPENDUID 38505 3955] x");
  ASSERT_FALSE(into(found, read_response_code(appended->code)));
  EXPECT_EQ(found.number, 38505U);
  EXPECT_EQ(found.uids.text(), "3955");
  const One modified("a OK [MODIFIED 7,9] x");
  ASSERT_FALSE(into(found, read_response_code(modified->code)));
  EXPECT_EQ(found.uids.count(), 2U);
}

}  // namespace
}  // namespace backtalk::imap
