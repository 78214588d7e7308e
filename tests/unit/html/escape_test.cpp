// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/escape.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace backtalk::html {
namespace {

using namespace std::string_view_literals;
using testing::HasSubstr;
using testing::Not;

TEST(Escaped, IsTextAndNoMarkup) {
  EXPECT_EQ(escaped("</script><img src=x onerror='alert(1)' alt=\"&\">"),
            "&lt;/script&gt;&lt;img src=x onerror=&#39;alert(1)&#39; alt=&quot;&amp;&quot;&gt;");
  EXPECT_EQ(escaped("größer, 中文, 🙂"), "größer, 中文, 🙂");
  EXPECT_EQ(escaped(""), "");
}

TEST(Escaped, ShowsWhatCannotBeSeenAsAReplacement) {
  EXPECT_EQ(escaped("a\0b\x1b[2J\x7f"sv), "a\uFFFDb\uFFFD[2J\uFFFD");
  EXPECT_EQ(escaped("line\tone\nline two"), "line\tone\nline two");
  EXPECT_EQ(escaped("\u0080\u009F\u00A0"), "\uFFFD\uFFFD\u00A0") << "C1 controls";
  EXPECT_EQ(escaped("\u202Etxt.exe\u2066\u2069\u200F\u2028"), "\uFFFDtxt.exe\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(escaped("\u2013\u2026"), "\u2013\u2026") << "neighbours of those";
}

TEST(Escaped, TakesOctetsThatAreNoUtf8ForCodePoints) {
  EXPECT_EQ(escaped("caf\xE9"), "café");
  EXPECT_EQ(escaped("\xFF\xFE<"), "ÿþ&lt;");
  EXPECT_EQ(escaped("\xE2\x80"), "â\uFFFD");
}

TEST(Escaped, IsCutBetweenCharacters) {
  const std::string long_text(kTextMax - 1, 'a');
  EXPECT_EQ(escaped(long_text + "b"), long_text + "b");
  EXPECT_EQ(escaped(long_text + "bc"), long_text + "b…");
  EXPECT_EQ(escaped(long_text + "é"), long_text + "…") << "half of a character is not shown";
  EXPECT_LT(escaped(std::string(10'000'000, '&')).size(), 6 * kTextMax);
}

TEST(EscapedJson, CannotEndItsElement) {
  const boost::json::value value = {{"</script><!--", "&\u2028\u2029\"\x01"}};
  const std::string text = escaped_json(value);
  EXPECT_THAT(text, Not(HasSubstr("<")));
  EXPECT_THAT(text, Not(HasSubstr(">")));
  EXPECT_THAT(text, Not(HasSubstr("\u2028")));
  EXPECT_EQ(boost::json::parse(text), value) << "and is the same JSON";
}

}  // namespace
}  // namespace backtalk::html
