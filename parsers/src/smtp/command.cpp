// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/command.hpp"

#include <charconv>
#include <limits>

#include "ascii.hpp"
#include "read_with.hpp"

namespace backtalk::smtp {
namespace {

// The index of the ">" that ends the path at the beginning of `text`: the first outside a quoted
// local part. npos if there is none.
std::size_t find_path_end(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '>' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Result<PathArgument> read_path(const Command& command) noexcept {
  const std::string_view keyword = command.verb == Verb::mail ? "from:" : "to:";
  std::string_view text = command.arguments;
  const auto refuse_rest = [&] { return wrong_shape_at(command.arguments.size() - text.size()); };
  if (text.size() < keyword.size() || !ascii::equals_lowered(text.substr(0, keyword.size()), keyword)) {
    return refuse_rest();
  }
  text.remove_prefix(keyword.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (!text.starts_with('<')) return refuse_rest();
  const std::size_t end = find_path_end(text);
  if (end == std::string_view::npos) return refuse_rest();
  PathArgument found{.path = text.substr(1, end - 1), .parameters = text.substr(end + 1)};
  text.remove_prefix(end + 1);
  if (!found.parameters.empty()) {
    if (found.parameters.front() != ' ') return refuse_rest();
    found.parameters.remove_prefix(1);
  }
  return found;
}

Result<ChunkArgument> read_chunk(const Command& command) noexcept {
  const std::string_view text = command.arguments;
  ChunkArgument found;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), found.octets);
  if (failure == std::errc::invalid_argument) return wrong_shape_at(0);
  if (failure != std::errc{} || found.octets > std::numeric_limits<std::int64_t>::max()) {
    return Error{ErrorCode::number_out_of_range, 0};
  }
  const std::string_view rest = text.substr(static_cast<std::size_t>(stop - text.data()));
  if (rest.empty()) return found;
  if (!ascii::equals_lowered(rest, " last")) return wrong_shape_at(text.size() - rest.size());
  found.last = true;
  return found;
}

std::optional<std::string_view> find_parameter(std::string_view parameters, std::string_view key) noexcept {
  while (!parameters.empty()) {
    const std::string_view one = parameters.substr(0, parameters.find(' '));
    parameters.remove_prefix(std::min(parameters.size(), one.size() + 1));
    const std::size_t equals = one.find('=');
    if (!ascii::equals(one.substr(0, equals), key)) continue;
    return equals == std::string_view::npos ? std::string_view{} : one.substr(equals + 1);
  }
  return std::nullopt;
}

}  // namespace backtalk::smtp
