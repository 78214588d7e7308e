// SPDX-License-Identifier: Apache-2.0 OR MIT
// The field that identifies a message: what is written is read again, and nothing else is taken for
// it.
#include "session/delivery_field.hpp"

#include <gtest/gtest.h>

#include <string>

#include "told_deliveries.hpp"

namespace backtalk::session::test {
namespace {

std::optional<DeliveryId> read(std::string_view header, std::size_t piece = 1000) {
  DeliveryFieldReader reader;
  reader.begin();
  for (std::size_t at = 0; at < header.size(); at += piece) reader.feed(header.substr(at, piece));
  return reader.found();
}

TEST(DeliveryField, HasTheRunAndTheNumberOfTheMessage) {
  EXPECT_EQ(DeliveryField({.run = kRun, .number = 7}).text(),
            "X-Backtalk-Delivery: 0123456789abcdef.0000000000000007");
  EXPECT_EQ(DeliveryField({.run = 0, .number = ~std::uint64_t{0}}).text(),
            "X-Backtalk-Delivery: 0000000000000000.ffffffffffffffff");
}

TEST(DeliveryField, IsReadHoweverItComes) {
  const std::string header = "Received: x\r\n y\r\n" + field_of(19) + "Subject: z\r\n\r\nbody\r\n";
  for (std::size_t piece = 1; piece < header.size(); ++piece)
    EXPECT_EQ(read(header, piece), (DeliveryId{kRun, 19})) << piece;
  EXPECT_EQ(read("X-BACKTALK-delivery: 0123456789ABCDEF.0000000000000007\n"), (DeliveryId{kRun, 7}))
      << "names have no case, and neither have digits";
}

TEST(DeliveryField, IsNothingElse) {
  for (const std::string& header : {
           std::string("\r\n") + field_of(1),  // the body
           "X-" + field_of(1),
           field_of(1).substr(0, DeliveryField::kOctets),  // no line end yet
           std::string("X-Backtalk-Delivery: 0123456789abcdef.000000000000000\r\n"),
           std::string("X-Backtalk-Delivery: 0123456789abcdef.00000000000000077\r\n"),
           std::string("X-Backtalk-Delivery: 0123456789abcdef-0000000000000007\r\n"),
           std::string("X-Backtalk-Delivery: 0123456789abcdeg.0000000000000007\r\n"),
           std::string("X-Backtalk-Delivery: 0123456789abcdef.+000000000000007\r\n"),
           std::string("X-Backtalk-Delivery:  123456789abcdef.0000000000000007\r\n"),
           std::string(100'000, 'x') + "\r\n",
       })
    EXPECT_EQ(read(header), std::nullopt) << header.substr(0, 80);
}

TEST(DeliveryField, IsTheFirst) {
  EXPECT_EQ(read(field_of(1) + field_of(2)), (DeliveryId{kRun, 1}));
}

TEST(DeliveryField, IsNotReadBeforeAMessageBegins) {
  DeliveryFieldReader reader;
  reader.feed(field_of(1));
  EXPECT_EQ(reader.found(), std::nullopt);
}

}  // namespace
}  // namespace backtalk::session::test
