// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the values of fields say: the first of a name, the elements of a list, and whether the
// connection stays.
#include <gtest/gtest.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "backtalk/http/field.hpp"
#include "backtalk/http/head.hpp"

namespace backtalk::http {
namespace {

TEST(HttpFieldLists, AnElementIsWhatIsBetweenCommasWithoutTheSpaceAroundIt) {
  struct Value {
    std::string_view text;
    bool lists;  // "close"
  };
  for (const auto& [text, lists] : {Value{"close", true},
                                    Value{"CLOSE", true},
                                    Value{" close\t", true},
                                    Value{"\t close \t", true},
                                    Value{"close,a", true},
                                    Value{"a,close", true},
                                    Value{"a , close , b", true},
                                    Value{"a,\tclose\t,b", true},
                                    Value{",close", true},
                                    Value{"close,", true},
                                    Value{",,close,,", true},
                                    Value{"", false},
                                    Value{",", false},
                                    Value{"closed", false},
                                    Value{"clos", false},
                                    Value{"a close", false},
                                    Value{"close b", false},
                                    Value{"close;q=1", false},
                                    Value{"\"close\"", false},
                                    Value{"close\"", false},
                                    Value{"clo,se", false}}) {
    const std::vector<Field> fields{{"Connection", text}};
    EXPECT_EQ(field_lists(fields, "connection", "close"), lists) << text;
    EXPECT_EQ(field_lists(fields, "CONNECTION", "Close"), lists) << text;
    EXPECT_FALSE(field_lists(fields, "Connections", "close")) << text;
    EXPECT_FALSE(field_lists(fields, "Connectio", "close")) << text;
    const std::vector<Field> behind{{"Connection", "x"}, {"Other", "close"}, {"connection", text}};
    EXPECT_EQ(field_lists(behind, "Connection", "close"), lists) << text;
  }
  EXPECT_FALSE(field_lists({}, "a", ""));
}

TEST(HttpFieldLists, TheFirstOfANameIsFound) {
  const std::vector<Field> fields{{"A", "1"}, {"b", "2"}, {"a", "3"}, {"", "4"}, {"Empty", ""}};
  EXPECT_EQ(find_field(fields, "a"), "1");
  EXPECT_EQ(find_field(fields, "B"), "2");
  EXPECT_EQ(find_field(fields, "EMPTY"), "");
  EXPECT_EQ(find_field(fields, "c"), std::nullopt);
  EXPECT_EQ(find_field(fields, "Empt"), std::nullopt);
  EXPECT_EQ(find_field(std::span(fields).first(1), "b"), std::nullopt);
  EXPECT_EQ(find_field({}, "a"), std::nullopt);
}

// RFC 9112 9.3 and 6.1: each reason to close by itself, and what is none.
TEST(HttpFieldLists, AConnectionStaysUnlessThereIsAReason) {
  const Field length{"Content-Length", "5"};
  const Field coding{"transfer-encoding", "chunked"};
  struct Case {
    std::uint8_t minor;
    Framing framing;
    std::vector<Field> fields;
    bool keeps;
  };
  const std::vector<Case> cases{
      {1, Framing::none, {}, true},
      {1, Framing::content_length, {length}, true},
      {1, Framing::chunked, {coding}, true},
      {1, Framing::close, {}, false},
      {1, Framing::close, {{"Connection", "keep-alive"}}, false},
      {1, Framing::none, {{"Connection", "a, Close"}}, false},
      {1, Framing::none, {{"Connection", "keep-alive, close"}}, false},
      {1, Framing::chunked, {coding, length}, false},
      {1, Framing::chunked, {length, coding, {"Connection", "keep-alive"}}, false},
      {0, Framing::none, {}, false},
      {0, Framing::none, {{"Connection", "Keep-Alive"}}, true},
      {0, Framing::content_length, {length, {"Connection", "x,keep-alive"}}, true},
      {0, Framing::none, {{"Keep-Alive", "timeout=5"}}, false},
      {0, Framing::none, {{"Connection", "keep-alive"}, {"Connection", "close"}}, false},
      {0, Framing::chunked, {coding, {"Connection", "keep-alive"}}, false},
      {0, Framing::close, {{"Connection", "keep-alive"}}, false},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& [minor, framing, fields, keeps] = cases[i];
    Head head;
    head.minor = minor;
    head.framing = framing;
    head.fields = fields;
    EXPECT_EQ(head.keeps_connection(), keeps) << i;
    head.start_dropped = true;
    EXPECT_FALSE(head.keeps_connection());
  }
}

}  // namespace
}  // namespace backtalk::http
