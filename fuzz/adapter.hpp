// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How any parser becomes a fuzz target with Backtalk's oracles: some twenty lines.
///
///     class MyReplies final : public backtalk::fuzz::Adapter {
///      public:
///       void begin(const backtalk::fuzz::Settings&) override { parser_ = my::Parser(); }
///       void feed(std::string_view bytes, backtalk::fuzz::Report& report) override {
///         parser_.feed(bytes);
///         while (auto reply = parser_.next()) report.event("reply", reply->offset).number(reply->code);
///         if (parser_.failed()) report.refuse("bad-reply");
///       }
///      private:
///       my::Parser parser_;
///     };
///     BACKTALK_FUZZ_TARGET(MyReplies, .name = "my_replies", .protocol = "smtp")
///
/// An adapter reports what it has: the more it says, the more can be compared. docs/fuzz-your-parser.md walks
/// through it; adapter.h is the same for C.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "backtalk/fuzz/octets.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::fuzz {

/// The offset of an event or error of which the parser does not say where it is.
inline constexpr std::uint64_t kNowhere = UINT64_MAX;

/// What a parser said about one stream. Its form does not depend on how the stream was cut.
class Report {
 public:
  /// Something was read: a reply, a head, the end of a body. What belongs to it follows with `text` and
  /// `number`.
  Report& event(std::string_view name, std::uint64_t offset = kNowhere);

  /// Belongs to the last event.
  Report& text(std::string_view bytes);
  Report& number(std::uint64_t value);

  /// A stretch of a body or literal. Stretches that follow each other are one.
  void octets(std::string_view bytes);

  /// The parser refuses the stream. Only the first word counts.
  void refuse(std::string_view error, std::uint64_t offset = kNowhere);

  /// Where the stream ended: inside a message or between two, and where that message starts.
  void ended(bool in_message, std::uint64_t message_offset = kNowhere);

  /// The adapter saw a promise broken that no comparison would show: a limit passed, an account that does not
  /// add up. `sentence` is static.
  void broken(std::string_view sentence) noexcept {
    if (broken_.empty()) broken_ = sentence;
  }

  [[nodiscard]] bool refused() const noexcept { return refused_; }
  [[nodiscard]] std::string_view error() const noexcept { return error_; }
  [[nodiscard]] std::uint64_t error_offset() const noexcept { return error_offset_; }
  [[nodiscard]] std::string_view broken_promise() const noexcept { return broken_; }

  /// All that was said before the error, in a form that is equal where the reports are.
  [[nodiscard]] std::string_view events() const noexcept { return events_.view(); }

  void clear() noexcept;
  void reserve(std::size_t octets) { events_.reserve(octets); }

  /// From here on keeps nothing but the count and what was refused: for who measures the parser and not the
  /// report.
  void count_only() noexcept { counts_only_ = true; }
  /// Events, texts, numbers and stretches so far, with `count_only`.
  [[nodiscard]] std::uint64_t counted() const noexcept { return counted_; }

 private:
  void close_octets() noexcept { octets_at_ = kNone; }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Octets events_;
  std::size_t octets_at_ = kNone;  // where the length of the stretch that may grow stands in events_
  std::string error_;
  std::uint64_t error_offset_ = kNowhere;
  std::string_view broken_;
  bool refused_ = false;
  bool counts_only_ = false;
  std::uint64_t counted_ = 0;
};

/// Under which switches a stream is read. A parser that has none of them ignores this.
struct Settings {
  Tolerances tolerances;      ///< at most those of `Target::tolerances`
  bool small_limits = false;  ///< only where `Target::small_limits`
  unsigned variant = 0;       ///< below `Target::variants`: whatever else the target can vary
};

/// One parser under test. It reads the stream of an input several times, and where it can be reset those of
/// many inputs under the same settings.
class Adapter {
 public:
  virtual ~Adapter() = default;

  /// A new parser, at the beginning of a stream.
  virtual void begin(const Settings& settings) = 0;

  /// Makes the same parser ready for another stream under the same settings. False where it cannot.
  virtual bool reset() { return false; }

  /// The next piece of the stream, where it was not refused before. It is gone after the call: a view that is
  /// kept shows under AddressSanitizer.
  virtual void feed(std::string_view bytes, Report& report) = 0;

  /// The stream has ended.
  virtual void finish(Report& report) { static_cast<void>(report); }

  /// How many bytes were examined since the parser was made, where it counts that.
  [[nodiscard]] virtual std::uint64_t work() const { return 0; }
};

/// How much of two reports has to be the same.
enum class Agreement : std::uint8_t {
  verdict,  ///< both accept the stream or both refuse it
  events,   ///< and the events, their texts and numbers; offsets where both have them
  exact,    ///< and every offset, the error's name and its offset
};

/// Reads a whole stream the slow way and reports it: what a parser is compared with. references.hpp has one
/// for each protocol.
using Reference = void (*)(std::string_view stream, const Settings& settings, Report& report);

/// Writes a stream that must give the same events, without regard to offsets. False where that makes no
/// sense.
using Writer = bool (*)(const Report& report, std::string& stream);

/// A class of streams that a parser is known to read otherwise than its reference: the first thing on which
/// they part, as the one and the other have it. What stands there is the name of an event, "octets", the word
/// of an error, "more" (the stream ended inside a message) or "end of stream"; "*" is whatever no other row
/// has. Where one cause shows in several words, "bare-lf|bare-cr" is either: a row is a cause.
struct Difference {
  std::string_view expected;  ///< what the reference says
  std::string_view got;       ///< what the parser says; "accepts": it reads on where the reference refuses
  bool smuggling = false;     ///< two receivers in a row that differ so can be made to see different messages
  std::string_view clause;    ///< what decides it: "RFC 9112 6.1"
  std::string_view why;       ///< in a sentence
  bool withheld = false;      ///< seen, and the tests name no input that shows it
};

/// What there is to know of a target. What is left out is not tested.
struct Target {
  std::string_view name;
  std::string_view protocol;    ///< smtp, pop3, imap or http: what the mutator writes
  Tolerances tolerances{};      ///< the switches that it obeys
  bool small_limits = false;    ///< it can be made with tiny limits
  unsigned variants = 1;        ///< how many ways there are to drive it
  bool pieces = true;           ///< it takes a stream in pieces
  bool refuses_late = false;    ///< what is wrong shows sooner or later, depending on the cuts; split lets it
  bool simd = false;            ///< it scans with Backtalk's kernels
  std::uint64_t work_each = 0;  ///< bytes that may be examined for each byte of the stream; 0: not counted
  std::uint64_t work_once = 0;  ///< and once a stream
  Agreement agreement = Agreement::exact;
  Reference reference = nullptr;
  Writer writer = nullptr;
  /// Known disagreements with the reference; any other stops the run. Not empty, it takes the place of
  /// `agreement`.
  std::span<const Difference> differences{};
  /// Known disagreements of the parser with itself: `expected` is what it says of the stream whole, `got` of
  /// the stream in pieces.
  std::span<const Difference> split_differences{};
};

/// The target of this program and its parser: BACKTALK_FUZZ_TARGET defines them.
[[nodiscard]] const Target& target();
[[nodiscard]] std::unique_ptr<Adapter> make_adapter();

}  // namespace backtalk::fuzz

/// Makes a program's adapter known; once a program, outside all namespaces. What follows the type initialises
/// a Target.
#define BACKTALK_FUZZ_TARGET(AdapterType, ...) \
  namespace backtalk::fuzz {                   \
  const Target& target() {                     \
    static const Target instance{__VA_ARGS__}; \
    return instance;                           \
  }                                            \
  std::unique_ptr<Adapter> make_adapter() {    \
    return std::make_unique<AdapterType>();    \
  }                                            \
  }
