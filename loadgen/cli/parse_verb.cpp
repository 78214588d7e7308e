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

#include "cli/spec_options.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "parse/options.hpp"
#include "parse/protocols.hpp"

namespace backtalk::cli {
namespace {

constexpr std::size_t kReadSize = 65536;
constexpr std::size_t kFlushSize = 65536;

// Writes all of `out` to standard output and empties it.
bool write_out(std::string& out) {
  const bool written =
      std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
  out.clear();
  return written;
}

// Feeds `bytes` in pieces of `chunk`. Returns false if the stream or standard output has ended.
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
  const std::string advice =
      verdict == parse::Verdict::error ? protocol.advice(options, beginning) : std::string();
  if (!advice.empty()) std::fprintf(stderr, "backtalk parse: %s\n", advice.c_str());
  return static_cast<int>(verdict);
}

int run(const SpecOptions& given) {
  parse::Options options;
  if (auto problem = given.read(parse::option_groups(), options)) return refuse("parse", *problem);
  const parse::Protocol& protocol = *options.protocol;
  if (options.file == "-") return parse_stream(STDIN_FILENO, "standard input", protocol, options);
  const int input = ::open(options.file.c_str(), O_RDONLY | O_CLOEXEC);
  if (input < 0) {
    return refuse("parse", "cannot open " + options.file + ": " + std::strerror(errno) +
                               "; name a file that can be read, or none for standard input");
  }
  const int exit_code = parse_stream(input, options.file, protocol, options);
  ::close(input);
  return exit_code;
}

std::string about_tolerances() {
  std::string text = "Tolerances; each lifts one rule, at a risk:";
  for (const auto& known : tolerate::all())
    text.append("\n  ").append(known.name).append(": ").append(known.risk);
  text += "\nSets of tolerances:";
  for (const auto& known : tolerate::sets())
    text.append("\n  ").append(known.name).append(": ").append(known.risk);
  return text;
}

std::string about_limits() {
  std::string text = "Limits:";
  for (const auto& protocol : parse::protocols()) {
    text.append("\n  ").append(protocol.name).append(":");
    for (const auto limit : protocol.limits) text.append(" ").append(limit);
  }
  return text;
}

}  // namespace

Verb add_parse_verb(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand("parse", "Print what a server said as JSON, one event a line");
  const auto groups = parse::option_groups();
  auto given = std::make_shared<const SpecOptions>(
      *verb, std::vector<options::OptionGroup>(groups.begin(), groups.end()));
  verb->callback([given, &exit_code] { exit_code = run(*given); });
  return {.app = verb,
          .options = given,
          .exit_status =
              "0 all input was complete messages; 1 protocol error; 2 usage or environment; 3 the "
              "input ended inside a message.",
          .notes = {about_tolerances(), about_limits()},
          .examples = {{"printf '220 mx.example.org ESMTP\\r\\n' | backtalk parse smtp",
                        "Reads one reply from standard input."},
                       {"backtalk parse imap session.log --tolerate bare_lf --chunk 1",
                        "Reads a file whose lines end with LF alone, one byte at a time."}}};
}

}  // namespace backtalk::cli
