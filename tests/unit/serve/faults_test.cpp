// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/faults.hpp"

#include <gtest/gtest.h>

namespace backtalk::serve {
namespace {

TEST(Faults, AreReadByName) {
  Faults faults;
  EXPECT_EQ(add_fault("delay=10ms", faults), std::nullopt);
  EXPECT_EQ(add_fault("close=3", faults), std::nullopt);
  EXPECT_EQ(add_fault("service=exp:1ms", faults), std::nullopt);
  EXPECT_EQ(faults.delay_ns, 10'000'000U);
  EXPECT_EQ(faults.mischief, Mischief::close);
  EXPECT_EQ(faults.after_replies, 3U);
  EXPECT_EQ(faults.service.kind, ServicePlan::Kind::exponential);
}

TEST(Faults, WhatCannotBeReadIsSaidWithWhatItShouldBe) {
  Faults faults;
  for (const std::string_view text :
       {"service", "service=", "service=soon", "service=const", "service=const:", "service=const:-1s",
        "service=const:1ms:1ms", "service=exp:fast", "service=bimodal:1ms:2ms", "service=bimodal:1ms:2ms:5",
        "service=bimodal:1ms:2ms:101%", "service=bimodal:1ms:2ms:-1%", "service=bimodal:1ms:2ms:nan%",
        "service=bimodal:1ms:2ms:%", "service=slow-share:1ms:2ms", "service=slow-share:1ms:2ms:1",
        "service=slow-share:1ms:2ms:2/1", "service=slow-share:1ms:2ms:0/0",
        "service=slow-share:1ms:2ms:1/2/3"}) {
    const auto problem = add_fault(text, faults);
    ASSERT_TRUE(problem) << text;
    EXPECT_NE(problem->find("service=DIST"), std::string::npos) << *problem;
  }
}

}  // namespace
}  // namespace backtalk::serve
