// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "tls/certificate.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace backtalk::tls {
namespace {

TEST(Certificate, IsPemWithItsKeyForTheServerAndWithoutForTheClient) {
  const OwnCertificate own = make_certificate();
  EXPECT_TRUE(own.certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
  EXPECT_EQ(own.certificate.find("PRIVATE KEY"), std::string::npos);
  EXPECT_TRUE(own.with_key.starts_with(own.certificate));
  EXPECT_NE(own.with_key.find("-----BEGIN PRIVATE KEY-----\n"), std::string::npos);
}

TEST(Certificate, EachHasAKeyOfItsOwn) {
  EXPECT_NE(make_certificate().with_key, make_certificate().with_key);
}

TEST(Certificate, ANameThatWouldBecomeTwoIsRefused) {
  EXPECT_THROW((void)make_certificate({.names = {"a,DNS:b"}}), std::invalid_argument);
  EXPECT_THROW((void)make_certificate({.names = {""}}), std::invalid_argument);
  EXPECT_THROW((void)make_certificate({.names = {"a\nb"}}), std::invalid_argument);
}

}  // namespace
}  // namespace backtalk::tls
