// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/page_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace backtalk::serve {
namespace {

using testing::EndsWith;
using testing::StartsWith;

TEST(PageServer, APageThatIsNotMadeYetIsNoEmptyPage) {
  Page page{.content_type = "text/plain", .body = {}, .made = false};
  const PageFinder find = [&page](std::string_view, std::string_view) { return page; };
  PageServer server(find);
  constexpr std::string_view kRequest = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_EQ(server.consume(kRequest), kRequest.size());
  EXPECT_THAT(server.output(), StartsWith("HTTP/1.1 503 "));
  server.restart();
  page = {.content_type = "text/plain", .body = "made"};
  EXPECT_EQ(server.consume(kRequest), kRequest.size());
  EXPECT_THAT(server.output(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(server.output(), EndsWith("\r\n\r\nmade"));
}

}  // namespace
}  // namespace backtalk::serve
