// SPDX-License-Identifier: Apache-2.0 OR MIT
// A table of options, and what is made from it.
#include "options/option_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "options/setting.hpp"

namespace backtalk::options {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Given = std::vector<std::string>;

enum class Colour { grey, white };
constexpr std::array kColours{Choice{"grey", Colour::grey}, Choice{"white", Colour::white}};

struct LoftOptions : Values {
  std::uint64_t perches = 3;
};

// Derived, as the options of a protocol may share some with another's.
struct PigeonOptions : LoftOptions {
  Colour colour = Colour::grey;
  std::vector<std::string> rings;
  std::string home;
  std::uint64_t lunch_ns = 1'500'000;
};

Problem add_ring(const std::string& text, Values& values) {
  if (text.find('=') == std::string::npos) return "a ring is NAME=VALUE";
  static_cast<PigeonOptions&>(values).rings.push_back(text);
  return std::nullopt;
}

constexpr OptionSpec kHome{
    .names = "HOME", .kind = kind::Text{member<&PigeonOptions::home>()}, .help = "", .required = true};
constexpr OptionSpec kPerches{"-p,--perches", kind::Number{member<&LoftOptions::perches>(), 1, 9}, ""};
constexpr OptionSpec kColour{"--colour", kind::one_of<&PigeonOptions::colour, kColours>(), ""};
constexpr OptionSpec kRing{
    "--ring", kind::Parsed{"NAME=VALUE", &add_ring, true, [] { return std::vector<std::string>{"left="}; }},
    ""};
constexpr OptionSpec kLunch{
    "--lunch", kind::Time{member<&PigeonOptions::lunch_ns>(), true, kind::TimeUnit::whole_microseconds}, "",
    "lunch_us"};

struct FlockOptions : Values {
  std::uint64_t birds = 1;
  std::vector<std::uint64_t> all;
};
constexpr OptionSpec kBirds{
    "--birds", kind::Number{member<&FlockOptions::birds>(), 1, 9, member<&FlockOptions::all>().in}, ""};

TEST(OptionSpec, TakesSeveralNumbersWhereThatIsMeant) {
  FlockOptions flock;
  EXPECT_EQ(set(kBirds, Given{"2,9,1"}, flock), std::nullopt);
  EXPECT_THAT(flock.all, ElementsAre(2, 9, 1));
  EXPECT_EQ(flock.birds, 9U) << "the largest";
  EXPECT_EQ(set(kBirds, Given{"3"}, flock), std::nullopt);
  EXPECT_THAT(flock.all, ElementsAre(3));
  EXPECT_EQ(flock.birds, 3U);
  EXPECT_EQ(set(kBirds, Given{"1,1"}, flock), "--birds: 1 is there twice");
  EXPECT_EQ(set(kBirds, Given{"1,10"}, flock), "--birds: `10` is not a whole number from 1 to 9");
  for (const char* const text : {"", "1,", ",1", "1,,2", "1, 2"})
    EXPECT_NE(set(kBirds, Given{text}, flock), std::nullopt) << text;
  LoftOptions loft;
  EXPECT_NE(set(kPerches, Given{"1,2"}, loft), std::nullopt) << "only one";
}

TEST(OptionSpec, HasALongName) {
  EXPECT_EQ(kPerches.long_name(), "--perches");
  EXPECT_EQ(kHome.long_name(), "HOME");
  EXPECT_TRUE(kHome.is_positional());
  EXPECT_FALSE(kPerches.is_positional());
}

TEST(OptionSpec, SetsTheMemberOfADerivedStructToo) {
  PigeonOptions pigeon;
  EXPECT_EQ(set(kPerches, Given{"4"}, pigeon), std::nullopt);
  EXPECT_EQ(set(kHome, Given{"loft"}, pigeon), std::nullopt);
  EXPECT_EQ(pigeon.perches, 4U);
  EXPECT_EQ(pigeon.home, "loft");
  EXPECT_EQ(set(kPerches, Given{"10"}, pigeon), "--perches: `10` is not a whole number from 1 to 9");
  EXPECT_EQ(pigeon.perches, 4U);
}

TEST(OptionSpec, ATextThatWouldSayNothingIsRefused) {
  constexpr OptionSpec kNeeded{"--home", kind::Text{member<&PigeonOptions::home>(), "LOFT"}, ""};
  PigeonOptions pigeon;
  EXPECT_EQ(set(kNeeded, Given{"loft"}, pigeon), std::nullopt);
  EXPECT_EQ(set(kNeeded, Given{""}, pigeon), "--home needs LOFT: it is empty");
  EXPECT_EQ(pigeon.home, "loft");
  EXPECT_EQ(set(kHome, Given{""}, pigeon), "HOME needs a value: it is empty");
  constexpr OptionSpec kMap{"--map", kind::InputFile{member<&PigeonOptions::home>()}, ""};
  EXPECT_EQ(set(kMap, Given{""}, pigeon), "--map needs a file name: it is empty");
  EXPECT_EQ(pigeon.home, "loft");
}

TEST(OptionSpec, ATextMayBeEmptyWhereThatSaysSomething) {
  constexpr OptionSpec kSender{"--home", kind::Text{member<&PigeonOptions::home>(), "LOFT", true}, ""};
  PigeonOptions pigeon;
  pigeon.home = "loft";
  EXPECT_EQ(set(kSender, Given{""}, pigeon), std::nullopt);
  EXPECT_EQ(pigeon.home, "");
}

TEST(OptionSpec, ATextWithAGrammarIsReadEachTimeItIsGiven) {
  PigeonOptions pigeon;
  EXPECT_EQ(set(kRing, Given{"left=1", "right=2"}, pigeon), std::nullopt);
  EXPECT_THAT(pigeon.rings, ElementsAre("left=1", "right=2"));
  EXPECT_EQ(set(kRing, Given{"left=3", "none"}, pigeon), "a ring is NAME=VALUE");
  EXPECT_TRUE(is_repeatable(kRing));
}

TEST(OptionSpec, CompletionOffersWordsAndBeginnings) {
  EXPECT_THAT(words_of(kColour), ElementsAre("grey", "white"));
  EXPECT_THAT(completions_of(kColour), ElementsAre("grey", "white"));
  EXPECT_THAT(words_of(kRing), IsEmpty());
  EXPECT_THAT(completions_of(kRing), ElementsAre("left="));
  EXPECT_THAT(completions_of(kHome), IsEmpty());
}

TEST(OptionSpec, ATimeCanBeSavedInMicroseconds) {
  PigeonOptions pigeon;
  EXPECT_EQ(setting_of(kLunch, pigeon), Setting{std::uint64_t{1500}});
  EXPECT_EQ(restore(kLunch, std::uint64_t{7}, pigeon), std::nullopt);
  EXPECT_EQ(pigeon.lunch_ns, 7000U);
  for (const Setting& wrong : {Setting{}, Setting{-1.0}, Setting{1e300}, Setting{"7"}})
    EXPECT_TRUE(restore(kLunch, wrong, pigeon).has_value());
  EXPECT_EQ(pigeon.lunch_ns, 7000U);
}

TEST(OptionSpec, AWordIsRestoredAndNoOther) {
  PigeonOptions pigeon;
  EXPECT_EQ(restore(kColour, std::string("white"), pigeon), std::nullopt);
  EXPECT_EQ(pigeon.colour, Colour::white);
  EXPECT_EQ(restore(kColour, std::string("pink"), pigeon), "grey or white is expected");
  EXPECT_EQ(restore(kColour, {}, pigeon), "grey or white is expected");
}

bool is_far(const Values& common, const Values&) {
  return static_cast<const LoftOptions&>(common).perches > 5;
}
bool is_white(const Values&, const Values& own) {
  return static_cast<const PigeonOptions&>(own).colour == Colour::white;
}
constexpr std::array kConditions{Condition{&is_far, "near home"}, Condition{&is_white, "unless it is white"}};

TEST(Condition, AllMustHold) {
  const std::array specs{
      kPerches, OptionSpec{"--map", kind::Text{member<&PigeonOptions::home>()}, "", {}, kConditions}};
  const std::array groups{OptionGroup{"Pigeons", specs, &make_values<PigeonOptions>}};
  LoftOptions common;
  PigeonOptions own;
  bool given = true;
  const auto ignored = [&] {
    return find_ignored(groups, common, own, [&](const OptionSpec&) { return given; });
  };
  EXPECT_EQ(ignored(), "--map has no effect near home");
  common.perches = 9;
  EXPECT_EQ(ignored(), "--map has no effect unless it is white");
  own.colour = Colour::white;
  EXPECT_EQ(ignored(), std::nullopt);
  own.colour = Colour::grey;
  given = false;
  EXPECT_EQ(ignored(), std::nullopt) << "its default is no mistake";
}

}  // namespace
}  // namespace backtalk::options
