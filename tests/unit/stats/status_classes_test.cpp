// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/status_classes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "session/http_statuses.hpp"
#include "session/imap_statuses.hpp"
#include "session/pop3_statuses.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::stats {
namespace {

std::vector<std::string> names_of(std::span<const session::Status> statuses) {
  const StatusClasses classes(statuses);
  return {classes.names().begin(), classes.names().end()};
}

TEST(StatusClasses, CodesOfThreeDigitsHaveTheClassOfTheFirst) {  // RFC 5321 4.2.1
  EXPECT_EQ(status_class("250"), "2xx");
  EXPECT_EQ(status_class("599"), "5xx");
  for (const std::string_view other : {"-ERR", "NO", "OK", "+OK", "2500", "25", "+", ""})
    EXPECT_EQ(status_class(other), other);
  EXPECT_EQ(status_class("-ERR [IN-USE]"), "-ERR");
}

TEST(StatusClasses, EveryStatusIsInOne) {
  EXPECT_EQ(names_of(session::http_statuses()),
            (std::vector<std::string>{"1xx", "2xx", "3xx", "4xx", "5xx"}));
  for (const auto statuses : {session::http_statuses(), session::smtp_statuses(), session::pop3_statuses(),
                              session::imap_statuses()}) {
    const StatusClasses classes(statuses);
    EXPECT_LE(classes.size(), 6U);
    std::uint16_t index = 0;
    for (const auto& status : statuses)
      EXPECT_EQ(classes.names()[classes.of(index++)], status_class(status.name));
  }
}

TEST(StatusClasses, NoStatusHasNone) {
  const StatusClasses classes(session::pop3_statuses());
  EXPECT_EQ(classes.of(session::kNoStatus), classes.size());
  EXPECT_EQ(StatusClasses().of(0), 0U) << "behind the last of none";
}

}  // namespace
}  // namespace backtalk::stats
