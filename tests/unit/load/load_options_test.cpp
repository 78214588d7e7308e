// SPDX-License-Identifier: Apache-2.0 OR MIT
// The options of `backtalk load`, as they are declared.
#include "workload/load_option_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "options/setting.hpp"
#include "result/json.hpp"
#include "workload/http_options.hpp"
#include "workload/imap_options.hpp"
#include "workload/protocols.hpp"
#include "workload/smtp_options.hpp"

namespace backtalk::workload {
namespace {

using options::OptionGroup;
using options::OptionSpec;
using testing::ElementsAre;
using testing::HasSubstr;
namespace kind = options::kind;
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

const OptionGroup& group_of(const OptionSpec& wanted) {
  static const std::vector<OptionGroup> groups = all_option_groups();
  for (const OptionGroup& group : groups) {
    for (const OptionSpec& spec : group.options) {
      if (&spec == &wanted) return group;
    }
  }
  throw std::out_of_range(std::string(wanted.names));
}

// The problem with the text; empty if it can be used.
std::string refusal(std::string_view option, const std::string& text) {
  const OptionSpec& spec = spec_of(option);
  return set(spec, Given{text}, *group_of(spec).make()).value_or("");
}

TEST(LoadOptions, EachDefaultIsReadAsItIsShown) {
  std::size_t shown = 0;
  for (const OptionGroup& group : all_option_groups()) {
    for (const OptionSpec& spec : group.options) {
      const auto fresh = group.make();
      const Given preset = show(spec, *fresh);
      if (preset.empty()) continue;
      ++shown;
      const auto values = group.make();
      EXPECT_EQ(set(spec, preset, *values), std::nullopt) << spec.names;
      EXPECT_EQ(show(spec, *values), preset) << spec.names;
      EXPECT_EQ(setting_of(spec, *values), setting_of(spec, *fresh)) << spec.names;
    }
  }
  EXPECT_GE(shown, 15U);
}

TEST(LoadOptions, EachSettingIsRestored) {
  for (const OptionGroup& group : all_option_groups()) {
    for (const OptionSpec& spec : group.options) {
      if (spec.key.empty()) continue;
      const auto values = group.make();
      const auto setting = setting_of(spec, *values);
      const auto other = group.make();
      EXPECT_EQ(restore(spec, setting, *other), std::nullopt) << spec.names;
      EXPECT_EQ(setting_of(spec, *other), setting) << spec.names;
      EXPECT_TRUE(restore(spec, true, *other).has_value() != std::holds_alternative<kind::Flag>(spec.kind))
          << spec.names;
    }
  }
}

// A result has LoadOptions alone.
TEST(LoadOptions, ThoseWithAKeySetWhatAResultHas) {
  LoadArguments given;
  each_common_setting([&given](const OptionSpec& spec) {
    const Given text{spec.key == "proxy"                              ? "v1"
                     : std::holds_alternative<kind::Word>(spec.kind)  ? "poisson"
                     : std::holds_alternative<kind::Share>(spec.kind) ? "0.5"
                                                                      : "77"};
    EXPECT_EQ(set(spec, text, given), std::nullopt) << spec.names;
  });
  const LoadArguments untouched;
  EXPECT_FALSE(given == static_cast<const LoadOptions&>(untouched));
  EXPECT_EQ(given.urls, untouched.urls);
  EXPECT_EQ(given.far_target, untouched.far_target);
  EXPECT_EQ(given.json_file, untouched.json_file);
  EXPECT_EQ(given.hdr_file, untouched.hdr_file);
  EXPECT_EQ(given.fail_if, untouched.fail_if);
  EXPECT_EQ(given.quiet, untouched.quiet);
}

TEST(LoadOptions, NamesAndKeysAreUnique) {
  EXPECT_EQ(find_duplicate(all_option_groups()), std::nullopt);
}

TEST(LoadOptions, ADuplicateIsFound) {
  constexpr auto kQuiet = options::member<&LoadArguments::quiet>();
  const std::array planted{OptionSpec{"-x,--connections", kind::Flag{kQuiet}, ""}};
  const std::array short_name{OptionSpec{"-c,--other", kind::Flag{kQuiet}, ""}};
  const std::array key{OptionSpec{"--other", kind::Flag{kQuiet}, "", "hello"}};
  std::vector<OptionGroup> groups = all_option_groups();
  groups.push_back({"Planted", planted, nullptr});
  EXPECT_EQ(find_duplicate(groups), "--connections");
  groups.back().options = short_name;
  EXPECT_EQ(find_duplicate(groups), "-c");
  groups.back().options = key;
  EXPECT_EQ(find_duplicate(groups), "hello");
}

TEST(LoadOptions, TheTableOfAProtocolIsListedOnceAndBeforeTheResults) {
  std::vector<std::string> titles;
  for (const OptionGroup& group : all_option_groups()) titles.emplace_back(group.title);
  EXPECT_THAT(titles, ElementsAre("Positionals", "Connections", "Load", "SMTP and LMTP", "Scripts",
                                  "Messages", "Users", "Login", "TLS", "HTTP", "Results"));
}

// A later version may add keys, but scripts may rely on the order of these.
TEST(LoadOptions, KeysKeepTheirOrder) {
  const auto keys = result::workload_keys();
  ASSERT_GE(keys.size(), 17U);
  EXPECT_THAT(std::vector(keys.begin(), keys.begin() + 17),
              ElementsAre("connections", "threads", "pipeline", "loop", "rate_per_s", "arrival", "seed",
                          "duration_s", "transactions", "warmup_s", "timeout_s", "ramp_s", "allow_failures",
                          "ends_within_s", "per_connection", "batch_wait_us", "quick_ack"));
}

struct PigeonOptions : options::Values {
  std::string home;
};

// The options are said to be those of schemes, which one can see in the URL.
TEST(LoadOptions, AnOptionOfOtherProtocolsNamesTheirSchemes) {
  const auto all = all_option_groups();
  const auto of_http = [&all](std::string_view name) {
    return find_foreign(all, http_option_groups(), "http",
                        [name](const OptionSpec& spec) { return spec.long_name() == name; });
  };
  EXPECT_EQ(of_http("--xclient"),
            "--xclient has no effect with http: it is an option of smtp, smtps and lmtp");
  EXPECT_EQ(
      of_http("--auth"),
      "--auth has no effect with http: it is an option of smtp, smtps, lmtp, pop3, pop3s, imap and imaps");
}

TEST(LoadOptions, AnOptionOfAnotherProtocolHasNoEffect) {
  const std::array planted{
      OptionSpec{"--home", kind::Text{options::member<&PigeonOptions::home>()}, "where it returns to"}};
  const std::array pigeon{OptionGroup{"Pigeons", planted, &options::make_values<PigeonOptions>}};
  std::vector<OptionGroup> all = all_option_groups();
  all.push_back(pigeon.front());
  const auto given = [](std::string_view name) {
    return [name](const OptionSpec& spec) { return spec.long_name() == name; };
  };
  EXPECT_EQ(find_foreign(all, smtp_option_groups(), "smtp", given("--home")),
            "--home has no effect with smtp: it is an option of Pigeons");
  EXPECT_EQ(find_foreign(all, smtp_option_groups(), "smtp", given("--from")), std::nullopt);
  EXPECT_EQ(find_foreign(all, pigeon, "pigeon", given("--home")), std::nullopt);
  EXPECT_EQ(find_foreign(all, pigeon, "pigeon", given("--timeout")), std::nullopt);
  EXPECT_EQ(find_foreign(all, pigeon, "pigeon", given("--from")),
            "--from has no effect with pigeon: it is an option of smtp, smtps and lmtp");
}

// The problem with giving that option, once the others are set.
std::string ignored(std::string_view name, const LoadOptions& common, const SmtpOptions& own) {
  const auto given = [name](const OptionSpec& spec) { return spec.long_name() == name; };
  return options::find_ignored(all_option_groups(), common, own, given).value_or("");
}

TEST(LoadOptions, AnOptionWithoutEffectIsFound) {
  LoadOptions common;
  SmtpOptions own;
  EXPECT_EQ(ignored("--arrival", common, own),
            "--arrival has no effect without --rate, --stages or --session-rate");
  EXPECT_EQ(ignored("--batch-wait", common, own), "");
  EXPECT_EQ(ignored("--size", common, own), "");
  EXPECT_THAT(ignored("--next", common, own), HasSubstr("without --pipeline 2 or more"));
  common.rate = 5;
  common.pipeline = 2;
  EXPECT_EQ(ignored("--arrival", common, own), "");
  EXPECT_EQ(ignored("--next", common, own), "");
  EXPECT_THAT(ignored("--batch-wait", common, own), HasSubstr("has no effect with --rate"));
  common.rate.reset();
  common.session_rate = 5;
  EXPECT_EQ(ignored("--arrival", common, own), "");
  for (const auto* name : {"--rate", "--ramp", "--batch-wait"})
    EXPECT_THAT(ignored(name, common, own), HasSubstr("--session-rate")) << name;
  own.message_file = "mail";
  EXPECT_THAT(ignored("--size", common, own), HasSubstr("has no effect with --message"));
  own.exercise = session::SmtpPlan::Exercise::rset;
  for (const auto* name : {"--size", "--from", "--to", "--message", "--data", "--next"})
    EXPECT_THAT(ignored(name, common, own), HasSubstr("--exercise")) << name;
  EXPECT_EQ(ignored("--hello", common, own), "");
}

TEST(LoadOptions, OnlyAScriptThatSendsAMessageNeedsOne) {
  const LoadOptions common;
  ImapOptions own;
  const auto given = [](const OptionSpec& spec) { return spec.long_name() == "--size"; };
  const auto ignored_with = [&](const char* script) {
    own.script = script;
    return options::find_ignored(imap_option_groups(), common, own, given).value_or("");
  };
  for (const char* script : {"", "read", "noop", "imap/read"})
    EXPECT_THAT(ignored_with(script), HasSubstr("a --script without {message}")) << script;
  for (const char* script : {"append", "imap/append", "my-own.txt"}) EXPECT_EQ(ignored_with(script), "");
}

TEST(LoadOptions, SetsItsMember) {
  LoadArguments common;
  SmtpOptions own;
  const auto give = [](std::string_view option, const Given& given, options::Values& values) {
    EXPECT_EQ(set(spec_of(option), given, values), std::nullopt) << option;
  };
  give("URL", {"smtp://[::1]", "smtp://[::2]"}, common);
  give("--connections", {"7"}, common);
  give("--transactions", {"18446744073709551615"}, common);
  give("--rate", {"1e3"}, common);
  give("--timeout", {"1.5"}, common);
  give("--duration", {"250ms"}, common);
  give("--allow-failures", {"2 %"}, common);
  give("--to", {"a@b", "c@d"}, own);
  give("--data", {"bdat"}, own);
  give("--quiet", {}, common);
  EXPECT_THAT(common.urls, ElementsAre("smtp://[::1]", "smtp://[::2]"));
  EXPECT_EQ(common.connections, 7U);
  EXPECT_EQ(common.transactions, 18446744073709551615U);
  EXPECT_EQ(common.rate, 1000.0);
  EXPECT_EQ(common.timeout_ns, 1'500'000'000U);
  EXPECT_EQ(common.duration_ns, 250'000'000U);
  EXPECT_EQ(common.allow_failures, 0.02);
  EXPECT_THAT(own.to, ElementsAre("a@b", "c@d"));
  EXPECT_EQ(own.submission, session::SmtpPlan::Submission::bdat);
  EXPECT_TRUE(common.quiet);
}

TEST(LoadOptions, RefusesWhatItsKindCannotBe) {
  EXPECT_EQ(refusal("--data", "pigeon"), "--data: `pigeon` is not one of data, bdat");
  EXPECT_THAT(refusal("--arrival", ""), HasSubstr("is not one of constant, poisson"));
  EXPECT_EQ(refusal("--threads", "1024"), "");
  EXPECT_THAT(refusal("--threads", "0"), HasSubstr("--threads: `0` is not a whole number from 1 to 1024"));
  EXPECT_THAT(refusal("--threads", "1025"), HasSubstr("`1025` is not a whole number from 1 to 1024"));
  for (const char* text : {"", "-1", "010", "1x", "18446744073709551616"}) {
    EXPECT_THAT(refusal("--seed", text), HasSubstr("is not a whole number")) << text;
    EXPECT_THAT(refusal("--threads", text), HasSubstr("is not a whole number")) << text;
  }
  EXPECT_EQ(refusal("--transactions", "0"), "--transactions must be at least 1");
  for (const char* text : {"0", "-5", "nan", "inf", "1e9", "1e400", "1e-400"}) {
    EXPECT_THAT(refusal("--rate", text), HasSubstr("must be greater than zero")) << text;
  }
  for (const char* text : {"5k", "5/s", "fast", "1,,2"}) {
    EXPECT_THAT(refusal("--rate", text), HasSubstr("without a unit, such as 5000 or 0.5")) << text;
  }
  EXPECT_EQ(refusal("--rate", "5k"),
            "--rate: `5k` is not a number: write how many a second, without a unit, such as 5000 or 0.5");
  EXPECT_THAT(refusal("--warmup", "soon"), HasSubstr("expected a time"));
  EXPECT_EQ(refusal("--warmup", "0"), "");
  EXPECT_THAT(refusal("--timeout", "0s"), HasSubstr("must be greater than zero"));
  EXPECT_THAT(refusal("--duration", "0s"), HasSubstr("must be greater than zero"));
  EXPECT_THAT(refusal("--allow-failures", "101%"), HasSubstr("expected a share"));
  EXPECT_THAT(refusal("--json", ""), HasSubstr("needs a file name"));
}

}  // namespace
}  // namespace backtalk::workload
