// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/login_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "net/url.hpp"
#include "session/session.hpp"
#include "workload/load_options.hpp"

namespace backtalk::workload {
namespace {

using session::LoginPlan;
using testing::HasSubstr;
using Way = session::LoginPlan::Way;

LoginOptions of_tim(Auth auth = Auth::command) {
  LoginOptions options;
  options.user = "tim";
  options.password = "tanstaaf";
  options.auth = auth;
  return options;
}

net::Url url_of(std::string_view scheme) {
  return std::get<net::Url>(net::read_url(std::string(scheme) + "://127.0.0.1"));
}

LoginPlan plan_for(const LoginOptions& options, std::string_view scheme) {
  auto plan = login_plan_of(options, url_of(scheme));
  EXPECT_TRUE(std::holds_alternative<LoginPlan>(plan)) << std::get<std::string>(plan);
  return std::get<LoginPlan>(std::move(plan));
}

std::string problem_with(const LoginOptions& options, std::string_view scheme = "imap") {
  const auto plan = login_plan_of(options, url_of(scheme));
  const auto* const problem = std::get_if<std::string>(&plan);
  return problem == nullptr ? "" : *problem;
}

TEST(LoginPlan, WithoutAUserNobodyLogsIn) {
  EXPECT_EQ(plan_for({}, "pop3").way, Way::none);
}

TEST(LoginPlan, TheProtocolsOwnCommandIsTheDefault) {
  for (const auto* scheme : {"pop3", "pop3s", "imap", "imaps"}) {
    const LoginPlan plan = plan_for(of_tim(), scheme);
    EXPECT_EQ(plan.way, Way::command) << scheme;
    EXPECT_EQ(plan.mechanism, nullptr);
    ASSERT_EQ(plan.users.size(), 1U);
    EXPECT_EQ(plan.users[0].user, "tim");
    EXPECT_EQ(plan.users[0].password, "tanstaaf");
  }
}

TEST(LoginPlan, SmtpHasNoSuchCommandAndUsesPlain) {
  for (const auto* scheme : {"smtp", "smtps", "lmtp"}) {
    const LoginPlan plan = plan_for(of_tim(), scheme);
    EXPECT_EQ(plan.way, Way::sasl) << scheme;
    EXPECT_EQ(plan.mechanism->name(), "PLAIN");
  }
}

TEST(LoginPlan, MechanismsHaveTheirNames) {
  constexpr std::array kNames{
      std::pair{Auth::plain, "PLAIN"}, std::pair{Auth::login, "LOGIN"}, std::pair{Auth::cram_md5, "CRAM-MD5"},
      std::pair{Auth::scram_sha_256, "SCRAM-SHA-256"}, std::pair{Auth::xoauth2, "XOAUTH2"}};
  for (const auto& [auth, name] : kNames) {
    const LoginPlan plan = plan_for(of_tim(auth), "imap");
    EXPECT_EQ(plan.way, Way::sasl);
    EXPECT_EQ(plan.mechanism->name(), name);
  }
}

TEST(LoginPlan, ApopIsPop3s) {
  EXPECT_EQ(plan_for(of_tim(Auth::apop), "pop3").way, Way::apop);
  EXPECT_NE(plan_for(of_tim(Auth::apop), "pop3s").mechanism, nullptr);
  for (const auto* scheme : {"imap", "smtp", "lmtp"})
    EXPECT_THAT(problem_with(of_tim(Auth::apop), scheme), HasSubstr("only POP3 has APOP")) << scheme;
}

TEST(LoginPlan, CredentialsThatCannotBeSentAreRefused) {
  LoginOptions options = of_tim();
  options.password.clear();
  EXPECT_EQ(problem_with(options), "--user needs --password");
  options.password = "a\r\nQUIT";
  EXPECT_EQ(problem_with(options), "--user, --password: the password has a control byte in it");
  options = of_tim();
  options.user = std::string("tim\0", 4);
  EXPECT_EQ(problem_with(options), "--user, --password: the user has a control byte in it");
  options.user = std::string(kUserOctetsMax + 1, 'u');
  EXPECT_THAT(problem_with(options), HasSubstr("longer than 255 bytes"));
}

TEST(LoginPlan, ACommandHasRoomForSoMuch) {
  LoginOptions options = of_tim();
  options.password = std::string(255, 'p');
  EXPECT_EQ(problem_with(options, "pop3"), "");
  options.password += 'p';
  EXPECT_THAT(problem_with(options, "pop3"), HasSubstr("longer than the 255 bytes that a command can have"));
  EXPECT_EQ(problem_with(options, "smtp"), "") << "which has no such command";
  options.auth = Auth::plain;
  EXPECT_EQ(problem_with(options, "pop3"), "");
}

TEST(LoginPlan, WhatSaslprepForbidsIsRefusedBeforeTheRun) {
  LoginOptions options = of_tim(Auth::scram_sha_256);
  options.password = "a\xEE\x80\x80";
  EXPECT_THAT(problem_with(options), HasSubstr("SASLprep"));
  options.auth = Auth::plain;
  EXPECT_EQ(problem_with(options), "");
}

TEST(LoginPlan, AMissingFileIsNamed) {
  LoginOptions options;
  options.users_file = "/no/such/file";
  EXPECT_EQ(problem_with(options), "--users /no/such/file: there is no such file");
}

TEST(LoginPlan, SaysWhetherPasswordsGoOutInTheClear) {
  for (const auto auth : {Auth::command, Auth::plain, Auth::login, Auth::xoauth2})
    EXPECT_TRUE(reveals_passwords(plan_for(of_tim(auth), "imap"), of_tim(auth)));
  for (const auto auth : {Auth::cram_md5, Auth::scram_sha_256, Auth::apop})
    EXPECT_FALSE(reveals_passwords(plan_for(of_tim(auth), "pop3"), of_tim(auth)));
  LoginOptions secured = of_tim();
  secured.starttls = true;
  EXPECT_FALSE(reveals_passwords(plan_for(secured, "imap"), secured));
  secured.starttls = false;
  secured.use = TlsUse::at_once;
  EXPECT_FALSE(reveals_passwords(plan_for(secured, "imaps"), secured));
  EXPECT_FALSE(reveals_passwords({}, {}));
}

// The problem with giving that option.
std::string without_effect(std::string_view name, const LoginOptions& own) {
  const std::array groups{user_option_group(), login_option_group()};
  const auto given = [name](const options::OptionSpec& spec) { return spec.long_name() == name; };
  return options::find_ignored(groups, LoadOptions{}, own, given).value_or("");
}

TEST(LoginOptionTable, OptionsWithoutEffectAreFound) {
  EXPECT_EQ(without_effect("--auth", {}), "--auth has no effect without --user or --users");
  EXPECT_EQ(without_effect("--password", {}), "--password has no effect without --user");
  LoginOptions with_file;
  with_file.users_file = "users";
  EXPECT_THAT(without_effect("--user", with_file), HasSubstr("--user has no effect with --users"));
  EXPECT_THAT(without_effect("--password", with_file), HasSubstr("with --users"));
  EXPECT_EQ(without_effect("--auth", with_file), "");
  for (const auto* name : {"--user", "--password", "--auth"}) EXPECT_EQ(without_effect(name, of_tim()), "");
}

TEST(LoginOptionTable, NeitherUsersNorPasswordsAreInAResult) {
  for (const auto* group : {&user_option_group(), &login_option_group()}) {
    for (const options::OptionSpec& spec : group->options)
      EXPECT_EQ(spec.key, spec.long_name() == "--auth" ? "auth" : "") << spec.names;
  }
}

// "AUTH XOAUTH2 " and the longest message there is.
TEST(LoginOptionTable, TheLongestCommandFits) {
  constexpr std::size_t kXoauth2 = std::string_view(
                                       "user=\x01"
                                       "auth=Bearer \x01\x01")
                                       .size();
  const std::size_t letters = (kXoauth2 + kUserOctetsMax + kPasswordOctetsMax + 2) / 3 * 4;
  EXPECT_LE(std::string_view("A00000000 AUTHENTICATE XOAUTH2 \r\n").size() + letters,
            session::Session::kOutputMin);
}

}  // namespace
}  // namespace backtalk::workload
