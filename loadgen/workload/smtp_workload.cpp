// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/smtp_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "session/smtp_session.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::workload {
namespace {

using session::SmtpPlan;

// RFC 5321 4.5.3.1.3 allows 256.
constexpr std::size_t kPathOctetsMax = 512;
constexpr std::size_t kRecipientsMax = 1000;
constexpr unsigned kDepthMax = 1024;
constexpr std::uint64_t kMessageOctetsMax = std::uint64_t{1} << 30;

std::optional<std::string> check_path(std::string_view option, std::string_view path) {
  const bool plain =
      std::ranges::all_of(path, [](char c) { return c > ' ' && c != 0x7F && c != '<' && c != '>'; });
  if (plain && session::NumberedPath(path).octets_max() <= kPathOctetsMax) return std::nullopt;
  return fmt::format(
      "{} `{}`: expected an address without brackets, spaces or control bytes, of at most {} bytes "
      "where {{n}} counts as 20",
      option, path, kPathOctetsMax);
}

std::optional<std::string> check(const LoadOptions& options) {
  if (auto problem = check_path("--from", options.from)) return problem;
  if (options.hello.empty()) return "--hello: EHLO needs a name (RFC 5321 4.1.1.1)";
  if (auto problem = check_path("--hello", options.hello)) return problem;
  if (options.to.empty() || options.to.size() > kRecipientsMax) {
    return fmt::format("--to: a message has 1 to {} recipients", kRecipientsMax);
  }
  for (const std::string& to : options.to) {
    if (to.empty()) return "--to: a recipient address must not be empty";
    if (auto problem = check_path("--to", to)) return problem;
  }
  if (options.pipeline > kDepthMax) return fmt::format("--pipeline: at most {}", kDepthMax);
  if (options.size_octets > kMessageOctetsMax)
    return fmt::format("--size: at most {} bytes", kMessageOctetsMax);
  return std::nullopt;
}

// Reads a file or a pipe in pieces, and no more of it than a message may have. Other kinds of file
// have no end, or no octets.
std::variant<session::WireMessage, std::string> read_message(const std::string& path) {
  std::error_code failure;
  const auto kind = std::filesystem::status(path, failure).type();
  if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::fifo) {
    return fmt::format("--message {}: not a readable file", path);
  }
  std::ifstream file(path, std::ios::binary);
  session::WireMessageMaker maker;
  std::array<char, 65536> piece{};
  while (file && maker.octets() <= kMessageOctetsMax) {
    file.read(piece.data(), piece.size());
    maker.add({piece.data(), static_cast<std::size_t>(file.gcount())});
  }
  if (maker.octets() > kMessageOctetsMax) {
    return fmt::format("--message {}: at most {} bytes once its lines end with CRLF", path,
                       kMessageOctetsMax);
  }
  if (!file.eof()) return fmt::format("--message {}: cannot be read", path);
  return maker.finish();
}

std::variant<session::WireMessage, std::string> make_message(const LoadOptions& options) {
  if (options.message_file.empty()) {
    const std::size_t header = session::message_header_octets(options.from, options.to.front());
    if (options.size_octets < header) {
      return fmt::format(
          "--size {}: the header of the generated message alone takes {} bytes; give more, or a message of "
          "your own with --message",
          options.size_octets, header);
    }
    return session::generate_message(options.size_octets, options.from, options.to.front());
  }
  return read_message(options.message_file);
}

}  // namespace

std::variant<Workload, std::string> prepare_smtp(const LoadOptions& options, std::string_view scheme) {
  if (auto problem = check(options)) return *problem;
  auto message = make_message(options);
  if (auto* problem = std::get_if<std::string>(&message)) return *problem;

  auto plan = std::make_shared<SmtpPlan>();
  plan->lmtp = scheme == "lmtp";
  plan->hello = options.hello;
  plan->from = options.from;
  plan->recipients.assign(options.to.begin(), options.to.end());
  plan->message = std::get<session::WireMessage>(std::move(message));
  plan->submission = options.submission;
  plan->next = options.next;
  plan->exercise = options.exercise;
  plan->depth = options.pipeline;
  return Workload{.make_session =
                      [plan](const session::SessionContext& context) {
                        return std::make_unique<session::SmtpSession>(*plan, context);
                      },
                  .command_names = session::kSmtpCommandNames,
                  .statuses = session::smtp_statuses(),
                  .receive_octets = 8192,
                  .send_octets = 65536};
}

}  // namespace backtalk::workload
