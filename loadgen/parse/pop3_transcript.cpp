// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/pop3_transcript.hpp"

#include <algorithm>

#include "backtalk/pop3/response_parser.hpp"
#include "parse/json_text.hpp"
#include "parse/parser_transcript.hpp"

namespace backtalk::parse {
namespace {

using pop3::Event;
using pop3::Expect;
using pop3::Status;

// The queue of expected replies never holds more than one here, so that limit has no name.
static_assert(sizeof(pop3::ResponseLimits) == (kPop3Limits.size() + 1) * sizeof(std::size_t),
              "a limit has no name");

pop3::ResponseLimits limits_of(const Options& options) {
  pop3::ResponseLimits limits;
  limits.line_octets_max = limit_or(options, "line_octets_max", limits.line_octets_max);
  return limits;
}

// Prints the lines of a body that arrives in pieces as the elements of a JSON array. LF ends a line
// and removes a CR before it, so a CR waits for the octet after it.
class BodyLines {
 public:
  void begin() { in_line_ = after_cr_ = any_ = false; }

  void append(std::string& out, std::string_view octets) {
    while (!octets.empty()) {
      const std::size_t end = std::min(octets.find_first_of("\r\n"), octets.size());
      if (end > 0) append_text(out, octets.substr(0, end));
      octets.remove_prefix(end);
      if (octets.empty()) return;
      if (octets.front() == '\n') {
        end_line(out);
      } else {
        if (after_cr_) append_text(out, {});
        after_cr_ = true;
      }
      octets.remove_prefix(1);
    }
  }

  // A whole line, which may hold a CR.
  void append_line(std::string& out, std::string_view line) {
    append_text(out, line);
    end_line(out);
  }

 private:
  void append_text(std::string& out, std::string_view text) {
    open_line(out);
    if (after_cr_) append_escaped(out, "\r");
    after_cr_ = false;
    append_escaped(out, text);
  }

  void open_line(std::string& out) {
    if (!in_line_) out += any_ ? ",\"" : "\"";
    in_line_ = any_ = true;
  }

  void end_line(std::string& out) {
    open_line(out);
    out += '"';
    in_line_ = after_cr_ = false;
  }

  bool in_line_ = false;
  bool after_cr_ = false;
  bool any_ = false;
};

Expect expectation(Pop3Multi::Form form) {
  switch (form) {
    case Pop3Multi::Form::line: break;
    case Pop3Multi::Form::body: return Expect::multi_line;
    case Pop3Multi::Form::listing: return Expect::listing;
  }
  return Expect::sasl;
}

class Pop3Transcript final : public ParserTranscript<pop3::ResponseParser> {
 public:
  Pop3Transcript(const Options& options, std::string& out)
      : ParserTranscript(out, pop3::ResponseParser(limits_of(options), options.tolerances)),
        multi_(options.pop3_multi) {
    // A one-line reply may belong to AUTH, with challenges before it.
    parser().expect_otherwise(multi_.automatic ? Expect::automatic : Expect::sasl);
  }

 private:
  void print_events() override {
    while (true) {
      expect_more();
      const Event* event = parser().next();
      if (event == nullptr) return;
      print(*event);
    }
  }

  // One at a time, so that the parser's queue stays short however many forms there are.
  void expect_more() {
    if (parser().expected() > 0 || next_form_ == multi_.forms.size()) return;
    if (parser().expect(expectation(multi_.forms[next_form_]))) ++next_form_;
  }

  void print(const Event& event) {
    switch (event.kind) {
      case Event::Kind::status:
        begun_.clear();
        print_status(event.status);
        if (!event.status.multi_line) break;
        begun_ += R"(,"lines":[)";
        lines_.begin();
        return;
      case Event::Kind::octets: lines_.append(begun_, event.data); return;
      case Event::Kind::line: lines_.append_line(begun_, event.data); return;
      case Event::Kind::end: begun_ += ']'; break;
    }
    output() += begun_;
    output() += "}\n";
  }

  void print_status(const Status& status) {
    const bool continuation = status.kind == Status::Kind::continuation;
    begun_ += continuation ? R"({"type":"continuation","offset":)" : R"({"type":"response","offset":)";
    append_number(begun_, status.offset);
    if (!continuation) begun_ += status.ok() ? R"(,"ok":true)" : R"(,"ok":false)";
    begun_ += R"(,"text":)";
    append_string(begun_, status.text);
  }

  Pop3Multi multi_;
  std::size_t next_form_ = 0;
  BodyLines lines_;
  std::string begun_;  // the current response, which is printed once it is complete
};

}  // namespace

std::unique_ptr<Transcript> make_pop3_transcript(const Options& options, std::string& out) {
  return std::make_unique<Pop3Transcript>(options, out);
}

}  // namespace backtalk::parse
