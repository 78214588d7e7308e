// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/plan_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "load/target.hpp"
#include "net/url.hpp"
#include "workload/http_options.hpp"
#include "workload/http_workload.hpp"

namespace backtalk::load {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

engine::ClientPlan plan_to(std::string_view url, const workload::Workload& workload = {},
                           const workload::LoadOptions& options = {}) {
  const auto target = find_target(options, true, std::get<net::Url>(net::read_url(url)));
  EXPECT_TRUE(std::holds_alternative<TargetAddresses>(target)) << url;
  auto plan = plan_run(options, {.far_targets = true, .share = {}}, std::get<TargetAddresses>(target).loaded,
                       workload);
  EXPECT_TRUE(std::holds_alternative<engine::ClientPlan>(plan)) << url;
  return std::get<engine::ClientPlan>(std::move(plan));
}

TEST(PlanRun, PasswordsInClearTextMatterOnFarTargets) {
  workload::Workload revealing;
  revealing.reveals_passwords = true;
  EXPECT_TRUE(shows_secrets(revealing, plan_to("imap://192.0.2.1:143")));
  for (const std::string_view near : {"imap://127.0.0.1:143", "imap://10.0.0.1:143", "imap+unix:/run/imap"})
    EXPECT_FALSE(shows_secrets(revealing, plan_to(near))) << near;
  EXPECT_FALSE(shows_secrets({}, plan_to("imap://192.0.2.1:143")));
}

TEST(PlanRun, CredentialsInClearTextMatterIfAnyAddressIsFar) {
  workload::Workload revealing;
  revealing.reveals_credentials = true;
  workload::LoadOptions options;
  options.addresses = {"127.0.0.1", "10.0.0.1"};
  EXPECT_FALSE(shows_secrets(revealing, plan_to("http://shop.invalid:80", revealing, options)));
  options.addresses.emplace_back("192.0.2.1");
  EXPECT_TRUE(shows_secrets(revealing, plan_to("http://shop.invalid:80", revealing, options)));
}

// --- What processes that share a run have each

std::variant<engine::ClientPlan, std::string> plan_part(const workload::LoadOptions& options, unsigned part) {
  const auto target = find_target(options, true, std::get<net::Url>(net::read_url("smtp://127.0.0.1:25")));
  return plan_run(options, {.far_targets = true, .share = {.part = part, .parts = 4}},
                  std::get<TargetAddresses>(target).loaded, {});
}

TEST(PlanRun, EachProcessHasASessionOfItsOwn) {
  workload::LoadOptions options;
  options.connections = 4;
  options.session_rate = 20;
  options.per_connection = 5;
  options.transactions = 20;
  for (unsigned part = 0; part < 4; ++part) {
    const auto plan = plan_part(options, part);
    ASSERT_TRUE(std::holds_alternative<engine::ClientPlan>(plan)) << std::get<std::string>(plan);
    EXPECT_EQ(std::get<engine::ClientPlan>(plan).connections, 1U);
    EXPECT_EQ(std::get<engine::ClientPlan>(plan).transactions_max, 1U);
  }
  // Two sessions for four processes, also where a warm-up would use all connections.
  options.transactions = 10;
  for (const std::uint64_t warmup_ns : {0U, 1'000'000'000U}) {
    options.warmup_ns = warmup_ns;
    for (unsigned part = 0; part < 4; ++part) {
      const auto plan = plan_part(options, part);
      ASSERT_TRUE(std::holds_alternative<std::string>(plan));
      EXPECT_THAT(std::get<std::string>(plan), HasSubstr("2 sessions of 5 (--per-connection)"));
    }
  }
}

TEST(PlanRun, EachProcessHasSourceAddressesOfItsOwn) {
  workload::LoadOptions options;
  options.connections = 4;
  options.sources = {"127.0.1.1", "127.0.1.2", "127.0.1.3", "127.0.1.4", "127.0.1.5"};
  const std::vector<std::vector<std::string>> wanted{
      {"127.0.1.1", "127.0.1.2"}, {"127.0.1.3"}, {"127.0.1.4"}, {"127.0.1.5"}};
  for (unsigned part = 0; part < 4; ++part) {
    const auto plan = plan_part(options, part);
    ASSERT_TRUE(std::holds_alternative<engine::ClientPlan>(plan)) << std::get<std::string>(plan);
    std::vector<std::string> own;
    for (const net::Endpoint& one : std::get<engine::ClientPlan>(plan).sources.all())
      own.push_back(one.text());
    EXPECT_EQ(own, wanted[part]);
  }
}

// Whether what a request of these options sends proves to whoever reads along who sends it.
bool reveals(const workload::HttpOptions& options, std::string_view url = "http://127.0.0.1:80") {
  const auto made = workload::prepare_http({}, options, std::get<net::Url>(net::read_url(url)));
  EXPECT_TRUE(std::holds_alternative<workload::Workload>(made)) << url;
  return std::get<workload::Workload>(made).reveals_credentials;
}

TEST(PlanRun, FieldsWithCredentialsAreRevealedInClearTextAlone) {
  EXPECT_FALSE(reveals({}));
  for (const char* const field :
       {"Authorization: Basic dGltOnNlc2FtZQ==", "proxy-authorization: Bearer abcdefgh",
        "Authorization: Digest username=\"tim\"", "Cookie: session=abcdef"}) {
    workload::HttpOptions options;
    options.fields = {"Accept: text/html", field};
    EXPECT_TRUE(reveals(options)) << field;
    options.use = workload::TlsUse::at_once;
    options.insecure = true;
    EXPECT_FALSE(reveals(options, "https://127.0.0.1:443")) << field;
  }
  workload::HttpOptions plain;
  plain.fields = {"X-Authorization: no", "Accept: text/html"};
  EXPECT_FALSE(reveals(plain));
}

// --- Addresses

std::string refusal(std::string_view url, const workload::LoadOptions& options, bool far_targets = false) {
  const auto target = find_target(options, far_targets, std::get<net::Url>(net::read_url(url)));
  if (const auto* problem = std::get_if<std::string>(&target)) return *problem;
  const auto plan = plan_run(options, {}, std::get<TargetAddresses>(target).loaded, {});
  const auto* const problem = std::get_if<std::string>(&plan);
  return problem == nullptr ? "" : *problem;
}

TEST(Target, EachAddressHasToBeNear) {
  workload::LoadOptions options;
  options.addresses = {"127.0.0.1", "::1"};
  EXPECT_EQ(refusal("smtp://mail.invalid:25", options), "");
  for (const char* const far : {"192.0.2.1", "169.254.169.254", "2001:db8::1"}) {
    options.addresses = {"127.0.0.1", far};
    EXPECT_THAT(
        refusal("smtp://mail.invalid:25", options),
        HasSubstr(std::string(far) + ", an address of smtp://mail.invalid:25, is neither loopback nor"));
    EXPECT_EQ(refusal("smtp://mail.invalid:25", options, true), "");
  }
  EXPECT_THAT(refusal("smtp://192.0.2.1:25", {}), StartsWith("smtp://192.0.2.1:25 is neither loopback nor"));
}

TEST(Target, AllAddressesOfTheOptionsAreLoaded) {
  workload::LoadOptions options;
  options.addresses = {"127.0.0.1", "::1", "127.0.0.9"};
  const auto plan = plan_to("smtp://mail.invalid:25", {}, options);
  ASSERT_EQ(plan.targets.size(), 1U);
  ASSERT_EQ(plan.targets.front().endpoints.size(), 3U);
  EXPECT_EQ(plan.targets.front().endpoints[2].text(), "127.0.0.9");
  EXPECT_TRUE(plan.sources.empty());
}

TEST(PlanRun, EachAddressNeedsASourceOfItsFamily) {
  workload::LoadOptions options;
  options.sources = {"127.0.0.2", "127.0.0.3"};
  EXPECT_EQ(plan_to("smtp://127.0.0.1:25", {}, options).sources.all().size(), 2U);
  EXPECT_THAT(refusal("smtp://[::1]:25", options),
              HasSubstr("none of its addresses can reach ::1: add one of IPv6"));
  options.addresses = {"127.0.0.1", "::1"};
  EXPECT_THAT(refusal("smtp://mail.invalid:25", options), HasSubstr("can reach ::1"));
  options.addresses.clear();
  EXPECT_EQ(refusal("smtp+unix:/run/sink", options), "--source has no effect with a Unix socket");
  options.sources = {"192.0.2.7"};
  EXPECT_EQ(refusal("smtp://127.0.0.1:25", options),
            "--source: this machine has no address 192.0.2.7: add it first, as with `ip address add`");
}

TEST(PlanRun, TheTargetGetsTheHeaderThatWasAskedFor) {
  workload::LoadOptions options;
  EXPECT_EQ(plan_to("imap://127.0.0.1:143").targets.front().proxy, net::ProxyVersion::none);
  options.proxy = net::ProxyVersion::v2;
  EXPECT_EQ(plan_to("imap://127.0.0.1:143", {}, options).targets.front().proxy, net::ProxyVersion::v2);
}

}  // namespace
}  // namespace backtalk::load
