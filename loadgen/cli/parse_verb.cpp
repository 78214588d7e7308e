// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk parse PROTOCOL [FILE]: the events in a server's bytes, one JSON object a line.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/spec_options.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "parse/conversation.hpp"
#include "parse/options.hpp"
#include "parse/protocols.hpp"
#include "script/limits.hpp"

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

// What is read of a file before it is decided whether it is in the notation of scripts.
constexpr std::size_t kUndecidedMax = 8192;

// A file or standard input, and its name in messages.
class Input {
 public:
  Input(int file, std::string name) : file_(file), name_(std::move(name)), buffer_(kReadSize) {}

  [[nodiscard]] const std::string& name() const { return name_; }

  // The next octets, valid until the next call; empty at the end. nullopt: `errno` says why not.
  [[nodiscard]] std::optional<std::string_view> read() {
    while (true) {
      const ssize_t got = ::read(file_, buffer_.data(), buffer_.size());
      if (got >= 0) return std::string_view(buffer_.data(), static_cast<std::size_t>(got));
      if (errno != EINTR) return std::nullopt;
    }
  }

  [[nodiscard]] int refuse() const {
    return cli::refuse("parse", "cannot read " + name_ + ": " + std::strerror(errno));
  }

 private:
  int file_;
  std::string name_;
  std::vector<char> buffer_;
};

int refuse_output() {
  return refuse("parse", std::string("cannot write to standard output: ") + std::strerror(errno));
}

// `text` is what was read of it so far.
int parse_notation(Input& input, std::string text, const parse::Options& options) {
  while (text.size() <= script::kScriptOctetsMax) {
    const auto got = input.read();
    if (!got) return input.refuse();
    if (got->empty()) break;
    text += *got;
  }
  const auto read = script::read_conversations(text);
  if (const auto* error = std::get_if<script::Error>(&read))
    return refuse("parse", script::show(input.name(), *error));
  std::string out;
  std::vector<std::string> notes;
  const auto& conversations = std::get<std::vector<script::Conversation>>(read);
  bool written = true;
  const auto flush = [&written](std::string& events) {
    written = written && (events.size() < kFlushSize || write_out(events));
    return written;
  };
  const parse::Verdict verdict =
      parse::print_conversations(conversations, *options.protocol, options, out, notes, flush);
  if (!written || !write_out(out)) return refuse_output();
  for (const std::string& note : notes) std::fprintf(stderr, "backtalk parse: %s\n", note.c_str());
  return static_cast<int>(verdict);
}

// `read` are the first octets of the stream, which may be empty at its end.
int parse_stream(Input& input, std::string_view read, const parse::Options& options) {
  std::string out;
  const parse::Protocol& protocol = *options.protocol;
  const std::unique_ptr<parse::Transcript> transcript = protocol.make(options, out);
  std::string beginning;
  while (!read.empty()) {
    beginning +=
        read.substr(0, parse::kBeginningOctets - std::min(beginning.size(), parse::kBeginningOctets));
    if (!feed_all(*transcript, read, options.chunk, out)) break;
    const auto got = input.read();
    if (!got) return input.refuse();
    read = *got;
  }
  const parse::Verdict verdict = transcript->finish();
  // A file whose lines end with LF fails in its first line: nothing was flushed before.
  const bool bare_lf = out.find(R"("error":"bare-lf")") != std::string::npos;
  if (!write_out(out) || std::ferror(stdout) != 0) return refuse_output();
  const std::string advice =
      verdict == parse::Verdict::error ? protocol.advice(options, beginning, bare_lf) : std::string();
  if (!advice.empty()) std::fprintf(stderr, "backtalk parse: %s\n", advice.c_str());
  return static_cast<int>(verdict);
}

int parse_input(Input input, const parse::Options& options) {
  std::string beginning;
  auto notation = script::Notation::undecided;
  while (notation == script::Notation::undecided && beginning.size() < kUndecidedMax) {
    const auto got = input.read();
    if (!got) return input.refuse();
    if (got->empty()) break;
    beginning += *got;
    notation = script::notation_of(beginning);
  }
  if (notation == script::Notation::yes) return parse_notation(input, std::move(beginning), options);
  return parse_stream(input, beginning, options);
}

int run(const SpecOptions& given) {
  parse::Options options;
  if (auto problem = given.read(parse::option_groups(), options)) return refuse("parse", *problem);
  if (options.file == "-") return parse_input({STDIN_FILENO, "standard input"}, options);
  const int input = ::open(options.file.c_str(), O_RDONLY | O_CLOEXEC);
  if (input < 0) {
    return refuse("parse", "cannot open " + options.file + ": " + std::strerror(errno) +
                               "; name a file that can be read, or none for standard input");
  }
  const int exit_code = parse_input({input, options.file}, options);
  ::close(input);
  return exit_code;
}

std::string about_conversations() {
  return "A file of lines that begin with `C: ` and `S: ` is a conversation, as `docs/scripts.md` has it: "
         "what "
         "its server says is read, and its commands tell which POP3 replies have several lines and which "
         "HTTP "
         "responses have no body. With --http-request, what its client says is read. Of several "
         "conversations, "
         "each below a title `== NAME ==`, those of other protocols are left out.";
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
  Verb verb =
      add_verb(app, exit_code,
               {"parse", "Print what a server said as JSON, one event a line", parse::option_groups(), &run});
  verb.exit_status =
      "0 all input was complete messages; 1 protocol error; 2 usage or environment; 3 the "
      "input ended inside a message.";
  verb.notes = {about_conversations(), about_tolerances(), about_limits()};
  verb.examples = {{"printf '220 mx.example.org ESMTP\\r\\n' | backtalk parse smtp",
                    "Reads one reply from standard input."},
                   {"backtalk parse imap session.log --tolerate bare_lf --chunk 1",
                    "Reads a file whose lines end with LF alone, one byte at a time."}};
  return verb;
}

}  // namespace backtalk::cli
