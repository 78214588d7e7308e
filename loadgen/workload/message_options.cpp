// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/message_options.hpp"

#include <fmt/format.h>

#include <array>

#include "session/message_checksum.hpp"
#include "workload/input_file.hpp"

namespace backtalk::workload {
namespace {

namespace kind = options::kind;
using options::Condition;
using options::member;
using options::OptionSpec;
using options::Values;
using O = MessageOptions;

constexpr std::uint64_t kMessageOctetsMax = std::uint64_t{1} << 30;

const MessageOptions& own_of(const Values& own) {
  return static_cast<const MessageOptions&>(own);
}

bool sends_messages(const Values&, const Values& own) {
  return own_of(own).sends_messages();
}

bool generates_messages(const Values&, const Values& own) {
  return own_of(own).message_file.empty();
}

constexpr Condition kNeedsMessages{
    &sends_messages, "with --exercise noop or rset, or a --script without {message}, which send no message"};
constexpr std::array kMessages{kNeedsMessages};
constexpr std::array kGeneratedMessages{
    kNeedsMessages, Condition{&generates_messages, "with --message: the file has its own size"}};

constexpr std::array kOptions{
    OptionSpec{"--size", kind::Number{member<&O::size_octets>()},
               "smtp, imap: octets of the generated message", "size", kGeneratedMessages},
    OptionSpec{"--message", kind::InputFile{member<&O::message_file>()},
               "smtp, imap: a file to send instead of a generated message", "message", kMessages}};

// Reads the file up to the largest size of a message.
std::variant<session::WireMessage, std::string> read_message(const std::string& path) {
  session::WireMessageMaker maker;
  auto problem = read_input_file("--message", path, [&maker](std::string_view piece) {
    maker.add(piece);
    return maker.octets() <= kMessageOctetsMax;
  });
  if (problem) return *problem;
  if (maker.octets() > kMessageOctetsMax) {
    return fmt::format("--message {}: at most {} bytes once its lines end with CRLF", path,
                       kMessageOctetsMax);
  }
  return maker.finish();
}

}  // namespace

const options::OptionGroup& message_option_group() {
  static constexpr options::OptionGroup kGroup{"Messages", kOptions, &options::make_values<MessageOptions>};
  return kGroup;
}

std::size_t message_octets_min(std::string_view from, std::string_view to, bool has_checksum) {
  return session::message_header_octets(from, to) + (has_checksum ? session::kChecksumLineOctets : 0);
}

session::WireMessage make_message(std::uint64_t octets, std::string_view from, std::string_view to,
                                  bool has_checksum) {
  if (!has_checksum) return session::generate_message(octets, from, to);
  session::WireMessage message = session::generate_message(octets - session::kChecksumLineOctets, from, to);
  message.add_checksum();
  return message;
}

std::variant<session::WireMessage, std::string> message_of(const MessageOptions& options,
                                                           std::string_view from, std::string_view to,
                                                           bool has_checksum) {
  if (!options.message_file.empty()) {
    auto read = read_message(options.message_file);
    if (auto* const message = std::get_if<session::WireMessage>(&read); message != nullptr && has_checksum)
      message->add_checksum();
    return read;
  }
  if (options.size_octets > kMessageOctetsMax)
    return fmt::format("--size: at most {} bytes", kMessageOctetsMax);
  const std::size_t header = message_octets_min(from, to, has_checksum);
  if (options.size_octets < header) {
    return fmt::format(
        "--size {}: the header of the generated message alone takes {} bytes; give more, or a message of "
        "your own with --message",
        options.size_octets, header);
  }
  return make_message(options.size_octets, from, to, has_checksum);
}

}  // namespace backtalk::workload
