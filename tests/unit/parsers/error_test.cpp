// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "backtalk/tolerate.hpp"
#include "enumerators.hpp"

namespace backtalk {
namespace {

constexpr auto kCodes = static_cast<std::size_t>(ErrorCode::count_of_codes);

// Words end up in JSON keys and in scripts: letters, digits and hyphens, each once.
TEST(ErrorWords, AreUniqueAndPlain) {
  std::set<std::string_view> words;
  std::set<std::string_view> sentences;
  for (std::size_t i = 0; i < kCodes; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_TRUE(words.insert(word(code)).second) << word(code);
    EXPECT_TRUE(sentences.insert(sentence(code)).second) << sentence(code);
    EXPECT_FALSE(sentence(code).empty()) << word(code);
    EXPECT_EQ(word(code).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos)
        << word(code);
    EXPECT_EQ(protocol_word(code), "protocol-" + std::string(word(code)));
  }
}

// Scripts rely on every word, so that none is renamed by accident: each is the code's name.
TEST(ErrorWords, AreTheNamesOfTheCodes) {
  const std::vector<std::string> names = enumerators("error.hpp", "ErrorCode");
  ASSERT_EQ(names.size(), kCodes + 1);  // and the count
  for (std::size_t i = 0; i < kCodes; ++i) EXPECT_EQ(word(static_cast<ErrorCode>(i)), names[i]);
}

TEST(ErrorWords, SomeThatScriptsRelyOn) {
  EXPECT_EQ(word(ErrorCode::none), "none");
  EXPECT_EQ(word(ErrorCode::bare_lf), "bare-lf");
  EXPECT_EQ(word(ErrorCode::starttls_injection), "starttls-injection");
  EXPECT_EQ(protocol_word(ErrorCode::bare_lf), "protocol-bare-lf");
}

TEST(Error, IsTrueWhereThereIsOne) {
  EXPECT_FALSE(Error{});
  EXPECT_TRUE((Error{ErrorCode::nul, 0}));
}

TEST(Tolerate, NamesAreUniqueAndFindTheirSwitch) {
  std::set<std::string_view> names;
  std::uint64_t bits = 0;
  for (const auto& known : tolerate::all()) {
    EXPECT_TRUE(names.insert(known.name).second) << known.name;
    EXPECT_FALSE(known.risk.empty()) << known.name;
    EXPECT_EQ(bits & known.set.bits(), 0U) << known.name << " shares a bit";
    bits |= known.set.bits();
    EXPECT_EQ(tolerate::by_name(known.name), known.set);
  }
  EXPECT_EQ(tolerate::by_name("bare-lf"), std::nullopt);
  EXPECT_EQ(tolerate::by_name(""), std::nullopt);
}

}  // namespace
}  // namespace backtalk
