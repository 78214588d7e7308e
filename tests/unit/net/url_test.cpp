// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/url.hpp"

#include <gtest/gtest.h>

#include "urls.hpp"

namespace backtalk::net {
namespace {

TEST(Url, IsSplitIntoItsParts) {
  const Url url = read("SMTP://mail.example:2525/");
  EXPECT_EQ(url.scheme, "smtp");
  EXPECT_EQ(url.host, "mail.example");
  EXPECT_EQ(url.port, 2525);
  EXPECT_TRUE(url.port_given);
  EXPECT_EQ(url.path, "/");
  EXPECT_FALSE(read("smtp://mail.example").port_given);
  EXPECT_EQ(read("lmtp+unix:/run/sink").path, "/run/sink");
}

TEST(Url, AnInvalidOneIsExplained) {
  for (const std::string_view text :
       {"127.0.0.1", "smtp:127.0.0.1:25", "smtp://", "smtp://:25", "smtp://[::1:25", "smtp://[]:25",
        "smtp://[::1]25", "smtp://here:", "smtp://here:65536", "smtp://here:25x", "smtp+unix:"}) {
    const auto url = read_url(text);
    const auto* problem = std::get_if<std::string>(&url);
    ASSERT_NE(problem, nullptr) << text;
    EXPECT_NE(problem->find(text), std::string::npos) << *problem;
  }
}

TEST(Url, WhatIsWrongWithAPortIsNamed) {
  const auto problem_of = [](std::string_view text) {
    const auto url = read_url(text);
    const auto* problem = std::get_if<std::string>(&url);
    return problem == nullptr ? std::string() : *problem;
  };
  EXPECT_EQ(problem_of("smtp://here:65536"),
            "invalid URL `smtp://here:65536`: there is no port 65536: the last is 65535");
  EXPECT_EQ(problem_of("smtp://here:25x"), "invalid URL `smtp://here:25x`: the port `25x` is not a number");
  EXPECT_EQ(problem_of("smtp://here:"), "invalid URL `smtp://here:`: no port follows the last colon");
  EXPECT_NE(problem_of("smtp://::1:25").find("[::1]:port for IPv6"), std::string::npos);
}

TEST(Url, RepeatsNoPassword) {
  for (const char* const url :
       {"imap://alice:secret@here", "imap://alice:secret@here:143", "imap://secret@here",
        "imap://alice:secr/et@here", "imap://alice:secret@here/@x"}) {
    const auto read = read_url(url);
    const std::string problem = std::get<std::string>(read);
    EXPECT_EQ(problem.find("secr"), std::string::npos) << problem;
    EXPECT_NE(problem.find("no user or password"), std::string::npos) << problem;
  }
  EXPECT_EQ(read("http://here:80/@x").path, "/@x");
}

TEST(Url, APathIsRefusedIfTheSchemeHasNone) {
  EXPECT_EQ(refuse_path(read("smtp://here:25")), std::nullopt);
  EXPECT_EQ(refuse_path(read("smtp://here:25/")), std::nullopt);
  EXPECT_EQ(refuse_path(read("smtp+unix:/run/sink")), std::nullopt);
  const auto problem = refuse_path(read("smtp://here:25/inbox"));
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("`/inbox`"), std::string::npos) << *problem;
}

TEST(Url, TextIsReadBackAsTheSameUrl) {
  for (const std::string_view text :
       {"smtp://127.0.0.1:25", "lmtp://[::1]:2424/", "smtp+unix:/run/sink", "http://here:80/a/b"}) {
    EXPECT_EQ(read(text).text(), text);
  }
}

}  // namespace
}  // namespace backtalk::net
