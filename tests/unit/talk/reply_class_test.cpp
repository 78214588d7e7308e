// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/reply_class.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

namespace backtalk::talk {
namespace {

using enum ReplyClass;
using Cases = std::vector<std::pair<std::string_view, ReplyClass>>;

void check(Protocol protocol, const Cases& cases) {
  for (const auto& [line, expected] : cases) EXPECT_EQ(class_of(protocol, line), expected) << line;
}

TEST(ReplyClass, OfSmtpIsThatOfTheCode) {
  check(Protocol::smtp, {{"220 hi", positive},
                         {"250-a", positive},
                         {"354 go on", waiting},
                         {"421 bye", refused},
                         {"550 5.1.1 no", failed},
                         {"hello", none},
                         {"", none},
                         {"2", none}});
}

TEST(ReplyClass, OfPop3IsThatOfTheStatus) {
  check(Protocol::pop3, {{"+OK", positive}, {"-ERR no", failed}, {"+ Z28=", waiting}, {"1 120", none}});
}

TEST(ReplyClass, OfImapIsThatOfTheStatusBehindTheTag) {
  check(Protocol::imap, {{"a OK done", positive},
                         {"a NO", refused},
                         {"a BAD what", failed},
                         {"* BYE", failed},
                         {"* NO careful", refused},
                         {"* OK hi", untagged},
                         {"* 3 EXISTS", untagged},
                         {"+ go on", waiting},
                         {"", none},
                         {"stray", none}});
}

TEST(ReplyClass, OfHttpIsThatOfTheStatusCode) {
  check(Protocol::http, {{"HTTP/1.1 200 OK", positive},
                         {"HTTP/1.1 301 Moved", waiting},
                         {"HTTP/1.0 404 Not Found", refused},
                         {"HTTP/1.1 503 x", failed},
                         {"HTTP/1.1 100 Continue", untagged},
                         {"Host: a", none}});
}

}  // namespace
}  // namespace backtalk::talk
