// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk parse PROTOCOL [FILE]: the events in a server's bytes, one JSON object a line.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "parse/protocols.hpp"

namespace backtalk::cli {
namespace {

constexpr std::size_t kReadSize = 65536;
constexpr std::size_t kFlushSize = 65536;

struct Arguments {
  std::string protocol;
  std::string file = "-";
  std::string chunk;
  std::vector<std::string> tolerances;
  std::vector<std::string> limits;
  std::string pop3_multi;
  bool http_request = false;
  bool http_head = false;
};

// What is wrong with the options; empty where they can be used.
std::string read_options(const Arguments& arguments, const parse::Protocol& protocol,
                         parse::Options& options) {
  std::string complaint;
  const auto set = [&](std::string_view name, const std::string& value) {
    if (complaint.empty()) complaint = parse::set_option(options, protocol, name, value);
  };
  for (const auto& name : arguments.tolerances) set("tolerate", name);
  for (const auto& limit : arguments.limits) set("limit", limit);
  if (!arguments.chunk.empty()) set("chunk", arguments.chunk);
  if (!arguments.pop3_multi.empty()) set("pop3-multi", arguments.pop3_multi);
  if (arguments.http_request) set("http-request", {});
  if (arguments.http_head) set("http-head", {});
  return complaint;
}

// Writes all of `out` to standard output and empties it.
bool write_out(std::string& out) {
  const bool written =
      std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
  out.clear();
  return written;
}

// Feeds `bytes` in pieces of `chunk`; false where the stream or standard output is at an end.
bool feed_all(parse::Transcript& transcript, std::string_view bytes, std::size_t chunk, std::string& out) {
  const std::size_t piece = chunk == 0 ? bytes.size() : chunk;
  while (!bytes.empty()) {
    const std::size_t size = std::min(piece, bytes.size());
    if (!transcript.feed(bytes.substr(0, size))) return false;
    bytes.remove_prefix(size);
    if (out.size() >= kFlushSize && !write_out(out)) return false;
  }
  return write_out(out);
}

int parse_stream(int input, const std::string& name, const parse::Protocol& protocol,
                 const parse::Options& options) {
  std::string out;
  const std::unique_ptr<parse::Transcript> transcript = protocol.make(options, out);
  std::vector<char> buffer(kReadSize);
  std::string beginning;
  while (true) {
    const ssize_t got = ::read(input, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse("parse", "cannot read " + name + ": " + std::strerror(errno));
    if (got == 0) break;
    const std::size_t wanted = parse::kBeginningOctets - std::min(beginning.size(), parse::kBeginningOctets);
    beginning.append(buffer.data(), std::min(static_cast<std::size_t>(got), wanted));
    if (!feed_all(*transcript, {buffer.data(), static_cast<std::size_t>(got)}, options.chunk, out)) break;
  }
  const parse::Verdict verdict = transcript->finish();
  if (!write_out(out) || std::ferror(stdout) != 0) {
    return refuse("parse", std::string("cannot write to standard output: ") + std::strerror(errno));
  }
  const std::string_view advice =
      verdict == parse::Verdict::error ? protocol.advice(options, beginning) : std::string_view();
  if (!advice.empty()) {
    std::fprintf(stderr, "backtalk parse: %.*s\n", static_cast<int>(advice.size()), advice.data());
  }
  return static_cast<int>(verdict);
}

int run(const Arguments& arguments) {
  const parse::Protocol& protocol = *parse::find_protocol(arguments.protocol);
  parse::Options options;
  if (const std::string complaint = read_options(arguments, protocol, options); !complaint.empty()) {
    return refuse("parse", complaint);
  }
  if (arguments.file == "-") return parse_stream(STDIN_FILENO, "standard input", protocol, options);
  const int input = ::open(arguments.file.c_str(), O_RDONLY | O_CLOEXEC);
  if (input < 0) {
    return refuse("parse", "cannot open " + arguments.file + ": " + std::strerror(errno) +
                               "; name a file that can be read, or none for standard input");
  }
  const int exit_code = parse_stream(input, arguments.file, protocol, options);
  ::close(input);
  return exit_code;
}

std::vector<std::string> protocol_names() {
  std::vector<std::string> names;
  for (const auto& protocol : parse::protocols()) names.emplace_back(protocol.name);
  return names;
}

std::string footer() {
  std::string text = "Tolerances; each lifts one rule, at a risk:\n";
  for (const auto& known : tolerate::all()) {
    text.append("  ").append(known.name).append(": ").append(known.risk).append("\n");
  }
  text += "Limits:\n";
  for (const auto& protocol : parse::protocols()) {
    text.append("  ").append(protocol.name).append(":");
    for (const auto limit : protocol.limits) text.append(" ").append(limit);
    text += "\n";
  }
  return text +
         "Exit: 0 all input was complete messages, 1 protocol error, 2 usage or environment, 3 the input "
         "ended inside a message.";
}

}  // namespace

void add_parse_verb(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand("parse", "Print what a server said as JSON, one event a line");
  verb->add_option("protocol", arguments->protocol, "Protocol of the input")
      ->required()
      ->check(CLI::IsMember(protocol_names()));
  verb->add_option("file", arguments->file, "The server's bytes; standard input if omitted or -");
  verb->add_option("--chunk", arguments->chunk, "Feed N bytes at a time; the output must not change")
      ->type_name("N");
  verb->add_option("--tolerate", arguments->tolerances, "Allow a deviation, see below; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->take_all();
  verb->add_option("--limit", arguments->limits, "Set a limit of the parser, see below; repeatable")
      ->type_name("NAME=N")
      ->allow_extra_args(false)
      ->take_all();
  verb->add_option("--pop3-multi", arguments->pop3_multi,
                   "pop3: which replies after the greeting have several lines: a 1 for each that does, a 0 "
                   "for each that does not; 'auto': each +OK that is followed by lines that are not replies")
      ->type_name("0,1,...|auto");
  verb->add_flag("--http-request", arguments->http_request, "http: the bytes are requests");
  verb->add_flag("--http-head", arguments->http_head, "http: the responses answer HEAD and have no body");
  verb->footer(footer());
  verb->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

}  // namespace backtalk::cli
