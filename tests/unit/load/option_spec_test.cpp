// SPDX-License-Identifier: Apache-2.0 OR MIT
// The options of `backtalk load`, as they are declared.
#include "workload/option_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "result/json.hpp"
#include "workload/load_option_table.hpp"
#include "workload/protocols.hpp"

namespace backtalk::workload {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

using Given = std::vector<std::string>;

const OptionSpec& spec_of(std::string_view long_name) {
  static const std::vector<OptionGroup> groups = all_option_groups();
  for (const OptionGroup& group : groups) {
    for (const OptionSpec& spec : group.options) {
      if (spec.long_name() == long_name) return spec;
    }
  }
  throw std::out_of_range(std::string(long_name));
}

// What is said about the text; empty if it is taken.
std::string refusal(std::string_view option, const std::string& text) {
  LoadOptions options;
  return set(spec_of(option), Given{text}, options).value_or("");
}

TEST(OptionSpec, EachDefaultIsTakenAsItIsShown) {
  std::size_t shown = 0;
  for (const OptionGroup& group : all_option_groups()) {
    for (const OptionSpec& spec : group.options) {
      const Given preset = show(spec, {});
      if (preset.empty()) continue;
      ++shown;
      LoadOptions options;
      EXPECT_EQ(set(spec, preset, options), std::nullopt) << spec.names;
      EXPECT_EQ(show(spec, options), preset) << spec.names;
      EXPECT_EQ(setting_value(spec, options), setting_value(spec, {})) << spec.names;
    }
  }
  EXPECT_GE(shown, 15U);
}

TEST(OptionSpec, NamesAndKeysAreUnique) {
  EXPECT_EQ(find_duplicate(all_option_groups()), std::nullopt);
}

TEST(OptionSpec, ADuplicateIsFound) {
  const std::array planted{OptionSpec{"-x,--connections", kind::Flag{&LoadOptions::quiet}, ""}};
  const std::array short_name{OptionSpec{"-c,--other", kind::Flag{&LoadOptions::quiet}, ""}};
  const std::array key{OptionSpec{"--other", kind::Flag{&LoadOptions::quiet}, "", "hello"}};
  std::vector<OptionGroup> groups = all_option_groups();
  groups.push_back({"Planted", planted});
  EXPECT_EQ(find_duplicate(groups), "--connections");
  groups.back().options = short_name;
  EXPECT_EQ(find_duplicate(groups), "-c");
  groups.back().options = key;
  EXPECT_EQ(find_duplicate(groups), "hello");
}

TEST(OptionSpec, TheTableOfAProtocolIsListedOnceAndBeforeTheResults) {
  std::vector<std::string> titles;
  for (const OptionGroup& group : all_option_groups()) titles.emplace_back(group.title);
  EXPECT_THAT(titles, ElementsAre("Connections", "Load", "SMTP and LMTP", "Results"));
}

TEST(OptionSpec, KeysOfTheCommonOptionsAreThoseOfTheResult) {
  std::vector<std::string_view> keys{"loop", "ends_within_s"};  // follow from several options
  for (const OptionGroup& group : common_option_groups()) {
    for (const OptionSpec& spec : group.options) {
      if (!spec.key.empty()) keys.push_back(spec.key);
    }
  }
  EXPECT_THAT(keys, UnorderedElementsAreArray(result::kWorkloadKeys));
}

TEST(OptionSpec, SetsItsMember) {
  LoadOptions options;
  const auto take = [&options](std::string_view option, const Given& given) {
    EXPECT_EQ(set(spec_of(option), given, options), std::nullopt) << option;
  };
  take("--connections", {"7"});
  take("--transactions", {"18446744073709551615"});
  take("--rate", {"1e3"});
  take("--timeout", {"1.5"});
  take("--duration", {"250ms"});
  take("--allow-failures", {"2 %"});
  take("--to", {"a@b", "c@d"});
  take("--data", {"bdat"});
  take("--quiet", {});
  EXPECT_EQ(options.connections, 7U);
  EXPECT_EQ(options.transactions, 18446744073709551615U);
  EXPECT_EQ(options.rate, 1000.0);
  EXPECT_EQ(options.timeout_ns, 1'500'000'000U);
  EXPECT_EQ(options.duration_ns, 250'000'000U);
  EXPECT_EQ(options.allow_failures, 0.02);
  EXPECT_THAT(options.to, ElementsAre("a@b", "c@d"));
  EXPECT_EQ(options.submission, session::SmtpPlan::Submission::bdat);
  EXPECT_TRUE(options.quiet);
}

TEST(OptionSpec, RefusesWhatItsKindDoesNotTake) {
  EXPECT_EQ(refusal("--data", "pigeon"), "--data: pigeon not in {data,bdat}");
  EXPECT_THAT(refusal("--arrival", ""), HasSubstr("not in {constant,poisson}"));
  EXPECT_EQ(refusal("--threads", "1024"), "");
  EXPECT_THAT(refusal("--threads", "0"), HasSubstr("not in range 1 to 1024"));
  EXPECT_THAT(refusal("--threads", "1025"), HasSubstr("not in range 1 to 1024"));
  for (const char* text : {"", "-1", "010", "1x", "18446744073709551616"}) {
    EXPECT_THAT(refusal("--seed", text), HasSubstr("is not a whole number")) << text;
    EXPECT_THAT(refusal("--threads", text), HasSubstr("is not a whole number")) << text;
  }
  EXPECT_EQ(refusal("--transactions", "0"), "--transactions must be at least 1");
  for (const char* text : {"0", "-5", "nan", "inf", "1e9", "5/s"}) {
    EXPECT_THAT(refusal("--rate", text), HasSubstr("must be greater than zero")) << text;
  }
  EXPECT_THAT(refusal("--warmup", "soon"), HasSubstr("expected a time"));
  EXPECT_EQ(refusal("--warmup", "0"), "");
  EXPECT_THAT(refusal("--timeout", "0s"), HasSubstr("must be greater than zero"));
  EXPECT_THAT(refusal("--duration", "0s"), HasSubstr("must be greater than zero"));
  EXPECT_THAT(refusal("--allow-failures", "101%"), HasSubstr("expected a share"));
  EXPECT_THAT(refusal("--json", ""), HasSubstr("needs a file name"));
}

}  // namespace
}  // namespace backtalk::workload
