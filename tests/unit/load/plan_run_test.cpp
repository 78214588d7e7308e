// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/plan_run.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <variant>

#include "net/url.hpp"

namespace backtalk::load {
namespace {

engine::ClientPlan plan_to(std::string_view url, const workload::Workload& workload = {},
                           const workload::LoadOptions& options = {}) {
  auto plan =
      plan_run(options, {.far_targets = true, .share = {}}, std::get<net::Url>(net::read_url(url)), workload);
  EXPECT_TRUE(std::holds_alternative<engine::ClientPlan>(plan)) << url;
  return std::get<engine::ClientPlan>(std::move(plan));
}

TEST(PlanRun, PasswordsInClearTextMatterOnFarTargets) {
  workload::Workload revealing;
  revealing.reveals_passwords = true;
  EXPECT_TRUE(shows_passwords(revealing, plan_to("imap://192.0.2.1:143")));
  for (const std::string_view near : {"imap://127.0.0.1:143", "imap://10.0.0.1:143", "imap+unix:/run/imap"})
    EXPECT_FALSE(shows_passwords(revealing, plan_to(near))) << near;
  EXPECT_FALSE(shows_passwords({}, plan_to("imap://192.0.2.1:143")));
}

TEST(PlanRun, TheTargetGetsTheHeaderThatWasAskedFor) {
  workload::LoadOptions options;
  EXPECT_EQ(plan_to("imap://127.0.0.1:143").targets.front().proxy, net::ProxyVersion::none);
  options.proxy = net::ProxyVersion::v2;
  EXPECT_EQ(plan_to("imap://127.0.0.1:143", {}, options).targets.front().proxy, net::ProxyVersion::v2);
}

}  // namespace
}  // namespace backtalk::load
