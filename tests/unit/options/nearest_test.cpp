// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/nearest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace backtalk::text {
namespace {

TEST(Nearest, OneMistakeIsForgiven) {
  const std::vector<std::string> known{"load", "serve", "parse"};
  for (const char* word : {"lod", "laod", "loadd", "lozd", "oad", "load"})
    EXPECT_EQ(nearest(word, known), "load") << word;
  for (const char* word : {"ld", "loud-ly", "", "talk", "aold"})
    EXPECT_EQ(nearest(word, known), std::nullopt) << word;
}

TEST(Nearest, TwoMistakesAreForgivenInALongWord) {
  const std::vector<std::string> known{"--connections", "--per-connection"};
  EXPECT_EQ(nearest("--conections", known), "--connections");
  EXPECT_EQ(nearest("--conectoins", known), "--connections");
  EXPECT_EQ(nearest("--conetins", known), std::nullopt) << "three are missing";
}

TEST(Nearest, TheClosestWins) {
  const std::vector<std::string> known{"--from-file", "--fromfile"};
  EXPECT_EQ(nearest("--fromfiles", known), "--fromfile");
  EXPECT_EQ(nearest("sead", std::vector<std::string>{"seal", "seat"}), "seal") << "the first of several";
}

TEST(Nearest, AtMostAThirdOfTheLettersAreWrong) {
  EXPECT_EQ(nearest("x", std::vector<std::string>{"a"}), std::nullopt);
  EXPECT_EQ(nearest("--xt", std::vector<std::string>{"--at"}), std::nullopt) << "dashes are no letters";
  EXPECT_EQ(nearest("--", std::vector<std::string>{"-c", "--c"}), std::nullopt);
  EXPECT_EQ(nearest("--n", std::vector<std::string>{"-c", "-n"}), "-n") << "a dash too many";
  EXPECT_EQ(nearest("--x", std::vector<std::string>{"-c", "-n"}), std::nullopt);
  EXPECT_EQ(nearest("--uset", std::vector<std::string>{"--user"}), "--user");
  EXPECT_EQ(nearest("--usset", std::vector<std::string>{"--user"}), std::nullopt) << "two of five";
  EXPECT_EQ(nearest("threds", std::vector<std::string>{"threads"}), "threads");
}

TEST(Nearest, LongTextsAreNotWords) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(nearest(text, std::vector<std::string>{text + "y"}), std::nullopt);
}

}  // namespace
}  // namespace backtalk::text
