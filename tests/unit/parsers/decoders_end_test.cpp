// SPDX-License-Identifier: Apache-2.0 OR MIT
// A decoder reads its text to the end and no further, whatever stands behind it in memory.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "backtalk/guess.hpp"
#include "backtalk/http/field.hpp"
#include "backtalk/imap/sequence_set.hpp"
#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/command.hpp"
#include "backtalk/pop3/greeting.hpp"
#include "backtalk/pop3/listing.hpp"
#include "backtalk/pop3/response.hpp"
#include "backtalk/smtp/command.hpp"
#include "backtalk/smtp/ehlo.hpp"
#include "backtalk/smtp/enhanced_code.hpp"

namespace backtalk {
namespace {

std::string in_words(const Error& error) {
  return std::string(word(error.code)) + " at " + std::to_string(error.offset);
}
template <class Value, class Describe>
std::string in_words(const Result<Value>& result, Describe describe) {
  return result ? describe(*result) : in_words(result.error());
}
std::string joined(std::string_view first, std::string_view second) {
  return std::string(first) + " | " + std::string(second);
}
template <class... Numbers>
std::string numbers(Numbers... all) {
  return ((std::to_string(all) + ' ') + ...);
}

// What `read` makes of each beginning of a text, alone and with each octet behind it.
template <class Read>
void expect_no_more_is_read(std::string_view text, Read read) {
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string alone(text.substr(0, size));
    const std::string expected = read(std::string_view(alone));
    for (unsigned byte = 0; byte < 256; ++byte) {
      // Enough of it that no more than the first is ever another one's.
      const std::string longer = alone + std::string(9, static_cast<char>(byte));
      ASSERT_EQ(read(std::string_view(longer).substr(0, size)), expected)
          << testing::PrintToString(alone) << " with " << byte << " behind it";
    }
    ASSERT_EQ(read(text.substr(0, size)), expected) << testing::PrintToString(alone);
  }
}

TEST(DecodersEnd, OfSmtp) {
  for (const smtp::Verb verb : {smtp::Verb::mail, smtp::Verb::rcpt}) {
    for (const std::string_view text : {"FROM:<a@b> SIZE=1", "TO: <\"a\\\">\"@b>"}) {
      expect_no_more_is_read(text, [verb](std::string_view part) {
        return in_words(smtp::read_path({.offset = 0, .verb = verb, .name = {}, .arguments = part}),
                        [](const auto& found) { return joined(found.path, found.parameters); });
      });
    }
  }
  expect_no_more_is_read("12 LAST", [](std::string_view part) {
    return in_words(smtp::read_chunk({.offset = 0, .verb = smtp::Verb::bdat, .name = {}, .arguments = part}),
                    [](const auto& found) { return numbers(found.octets, found.last); });
  });
  expect_no_more_is_read("A=1 SIZE=12 B", [](std::string_view part) {
    return std::string(smtp::find_parameter(part, "size").value_or("none"));
  });
  for (const std::string_view text : {"SIZE 123", "\t AUTH  PLAIN ", "STARTTLS"}) {
    for (const Tolerances tolerances : {Tolerances{}, tolerate::extra_spaces}) {
      expect_no_more_is_read(text, [tolerances](std::string_view part) {
        smtp::Capabilities found;
        const Error error = add_capability(part, found, tolerances);
        return in_words(error) + numbers(found.size, found.starttls, found.size_octets_max) +
               std::string(found.auth_mechanisms);
      });
    }
  }
  for (const std::string_view text : {"5.1.1 No", "5.123.45 No"}) {
    expect_no_more_is_read(text, [](std::string_view part) {
      const auto found = smtp::find_enhanced_code(part, 550);
      return found ? to_string(found->code) + numbers(found->octets) : "none";
    });
  }
}

TEST(DecodersEnd, OfPop3) {
  for (const std::string_view text : {"1 2 x", "123456789 1234567890123 x", "\t12 \t345 ", "0 0"}) {
    for (const Tolerances tolerances : {Tolerances{}, tolerate::extra_spaces}) {
      expect_no_more_is_read(text, [tolerances](std::string_view part) {
        return in_words(pop3::read_drop_listing(part, tolerances),
                        [](const auto& found) { return numbers(found.messages, found.octets); }) +
               in_words(pop3::read_scan_listing(part, tolerances),
                        [](const auto& found) { return numbers(found.message, found.octets); }) +
               in_words(pop3::read_unique_id_listing(part, tolerances),
                        [](const auto& found) { return numbers(found.message) + std::string(found.id); });
      });
    }
  }
  for (const std::string_view text :
       {"SASL PLAIN LOGIN", "EXPIRE 12 USER", "LOGIN-DELAY 3", "\tUTF8  USER "}) {
    for (const Tolerances tolerances : {Tolerances{}, tolerate::extra_spaces}) {
      expect_no_more_is_read(text, [tolerances](std::string_view part) {
        pop3::Capabilities found;
        const Error error = add_capability(part, found, tolerances);
        const auto days = found.expire ? found.expire->days.value_or(0) : 1;
        const auto delay = found.login_delay ? found.login_delay->seconds : 0;
        return in_words(error) + numbers(found.sasl, found.utf8, found.utf8_user, days, delay) +
               std::string(found.sasl_mechanisms);
      });
    }
  }
  expect_no_more_is_read("<a.1@b> x", [](std::string_view part) {
    return std::string(pop3::find_timestamp(part).value_or("none"));
  });
  expect_no_more_is_read("[SYS/TEMP/A] x", [](std::string_view part) {
    const std::string_view code = pop3::find_response_code(part);
    return std::string(code) + numbers(static_cast<int>(pop3::response_code(code)));
  });
  for (const std::string_view text :
       {"12 345", "PLAIN aZ+/=", "joe 0123456789abcdef0123456789ABCDEF", "4294967295"}) {
    expect_no_more_is_read(text, [](std::string_view part) {
      const pop3::Command command{.offset = 0, .verb = pop3::Verb::unknown, .keyword = {}, .arguments = part};
      return in_words(pop3::read_message_number(command), [](auto found) { return numbers(found); }) +
             in_words(pop3::read_top(command),
                      [](const auto& found) { return numbers(found.message, found.lines); }) +
             in_words(pop3::read_apop(command),
                      [](const auto& found) { return joined(found.name, found.digest); }) +
             in_words(pop3::read_auth(command), [](const auto& found) {
               return joined(found.mechanism, found.initial_response.value_or("none"));
             });
    });
  }
}

TEST(DecodersEnd, OfImapHttpAndGuesses) {
  for (const bool star : {false, true}) {
    expect_no_more_is_read("1,23:*,4294967295:5", [star](std::string_view part) {
      imap::NumberSet set(part, star);
      std::string found = numbers(set.check());
      for (imap::NumberRange range; set.next(range);) found += numbers(range.first, range.last);
      return found + numbers(set.good());
    });
  }
  expect_no_more_is_read("a, close ,b", [](std::string_view part) {
    const http::Field field{"Connection", part};
    return numbers(http::field_lists({&field, 1}, "connection", "close"));
  });
  for (const std::string_view text :
       {"\x16\x03\x01\x02\x05", "SSH-2.0-x\r\n", "HTTP/1.1 400 Bad\r\n", "+OK ready\r\n",
        "* OK IMAP4rev1\r\n", "220 mx ESMTP\r\n", "-ERR x\r\n", "* BYE x\r\n"}) {
    expect_no_more_is_read(text,
                           [](std::string_view part) { return std::string(name_of(guess_protocol(part))); });
  }
}

}  // namespace
}  // namespace backtalk
