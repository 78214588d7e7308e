// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/generated.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "mailbox/date.hpp"
#include "session/message_checksum.hpp"

namespace backtalk::mailbox {
namespace {

// What the contents of all generated messages may take together before they repeat.
constexpr std::size_t kContentsOctetsMax = std::size_t{16} << 20;
constexpr std::size_t kPartsFrom = 1536;  // octets of a message that may have parts
constexpr std::size_t kLine = 74;         // without its CRLF

constexpr std::array<std::string_view, 16> kWords{"Time",    "and",  "tide",  "wait", "for", "no",
                                                  "server",  "that", "talks", "back", "to",  "its",
                                                  "clients", "in",   "short", "lines"};

constexpr std::string_view kBase64 =
    "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dCBieSB0";

// Of the checksum's value in a message.
constexpr std::ptrdiff_t kChecksumAt = std::ptrdiff_t{session::kChecksumFieldName.size()} + 2;

std::string line_of_words(std::uint64_t seed, std::size_t octets) {
  std::string line;
  if (seed % 9 == 4) line = ".";
  while (line.size() < octets) {
    line.append(kWords[seed % kWords.size()]).append(" ");
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    seed ^= seed >> 29;
  }
  line.resize(octets);
  if (line.ends_with(' ')) line.back() = '.';
  return line;
}

// Lines that take exactly this many octets, of which one line needs at least two.
void append_lines(std::string& out, std::uint64_t seed, std::size_t octets) {
  while (octets >= 2) {
    std::size_t line = std::min(kLine, octets - 2);
    if (octets - line - 2 == 1) --line;  // nothing is of one octet
    out.append(line_of_words(seed++, line)).append("\r\n");
    octets -= line + 2;
  }
}

std::string common_header(std::uint64_t number, std::int64_t date) {
  const std::string name = std::to_string(number);
  std::string text(session::kChecksumFieldName);
  text.append(": ").append(session::ChecksumValue(0).text());
  text += "\r\nFrom: Sender " + name + " <sender" + name +
          "@example.org>\r\nTo: <reader@example.com>\r\nSubject: Message " + name + "\r\nDate: ";
  append_header_date(text, date);
  return text + "\r\nMessage-ID: <" + name + ".backtalk@example.org>\r\nMIME-Version: 1.0\r\n";
}

}  // namespace

std::string generate_message(std::uint64_t number, std::size_t octets, std::int64_t date) {
  constexpr std::string_view kText = "Content-Type: text/plain; charset=us-ascii\r\n";
  std::string text = common_header(number, date);
  std::string end;
  if (octets >= kPartsFrom && number % 8 == 0) {
    text.append("Content-Type: multipart/mixed; boundary=\"=_part\"\r\n\r\n--=_part\r\n")
        .append(kText)
        .append("\r\n");
    end =
        "--=_part\r\nContent-Type: application/octet-stream; name=\"data.bin\"\r\nContent-Disposition: "
        "attachment; "
        "filename=\"data.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    for (std::size_t left = octets / 2; left > kBase64.size() + 600; left -= kBase64.size() + 2)
      end.append(kBase64).append("\r\n");
    end += "--=_part--\r\n";
  } else if (octets >= kPartsFrom && number % 4 == 0) {
    text.append("Content-Type: multipart/alternative; boundary=\"=_part\"\r\n\r\n--=_part\r\n")
        .append(kText)
        .append("\r\n");
    end = "--=_part\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n<html><body><p>\r\n";
    append_lines(end, number + 100, octets / 2 - 400);
    end += "</p></body></html>\r\n--=_part--\r\n";
  } else {
    text.append(kText).append("\r\n");
  }
  append_lines(text, number, octets - std::min(octets, text.size() + end.size()));
  text += end;
  // Whose place is in the header from the beginning, so that the size is right.
  const session::ChecksumValue sum(session::crc32_of(std::string_view(text).substr(body_offset(text))));
  std::ranges::copy(sum.text(), text.begin() + kChecksumAt);
  return text;
}

View generate_messages(std::size_t count, std::size_t octets, std::int64_t date) {
  octets = std::max(octets, kGeneratedOctetsMin);
  const std::size_t different =
      std::clamp<std::size_t>(kContentsOctetsMax / octets, 1, std::max<std::size_t>(count, 1));
  std::vector<Item> items(count);
  for (std::size_t i = 0; i < count; ++i) {
    Item& item = items[i];
    item.uid = static_cast<std::uint32_t>(i + 1);
    item.date = date - 60 * static_cast<std::int64_t>(count - 1 - i);
    item.message = i < different ? std::make_shared<const Message>(generate_message(i + 1, octets, item.date))
                                 : items[i % different].message;
  }
  return {std::move(items), std::vector<FlagSet>(count)};
}

}  // namespace backtalk::mailbox
