// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The adapter that makes any parser a fuzz target with Backtalk's oracles, in about twenty lines:
///
///     class MyReplies final : public backtalk::fuzz::Adapter {
///      public:
///       void begin(const backtalk::fuzz::Settings&) override { parser_ = my::Parser(); }
///       void feed(std::string_view bytes, backtalk::fuzz::Report& report) override {
///         parser_.feed(bytes);
///         while (auto reply = parser_.next()) {
///           report.event("reply", reply->offset).number(reply->code);
///         }
///         if (parser_.failed()) report.refuse("bad-reply");
///       }
///      private:
///       my::Parser parser_;
///     };
///     BACKTALK_FUZZ_TARGET(MyReplies, .name = "my_replies", .protocol = "smtp")
///
/// An adapter reports what its parser tells it: the more it reports, the more can be compared.
/// docs/fuzz-your-parser.md is a walk-through; adapter.h is the same interface for C.
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

/// The offset of an event or error whose place the parser does not tell.
inline constexpr std::uint64_t kNowhere = UINT64_MAX;

/// What a parser said about one stream, in a form that does not depend on how the stream was cut.
class Report {
 public:
  /// The parser has read something: a reply, a head, the end of a body. Its parts follow with
  /// `text` and `number`.
  Report& event(std::string_view name, std::uint64_t offset = kNowhere);

  /// A part of the last event.
  Report& text(std::string_view bytes);
  Report& number(std::uint64_t value);

  /// A stretch of a body or literal. Consecutive stretches count as one.
  void octets(std::string_view bytes);

  /// The parser refuses the stream. Only the first call counts.
  void refuse(std::string_view error, std::uint64_t offset = kNowhere);

  /// Where the stream ended: inside a message or between two, and where that message starts.
  void ended(bool in_message, std::uint64_t message_offset = kNowhere);

  /// The adapter saw a broken promise that no comparison would show: a limit exceeded, counts that
  /// do not add up. `sentence` has static storage. Only the first call counts.
  void broken(std::string_view sentence) noexcept {
    if (broken_.empty()) broken_ = sentence;
  }

  [[nodiscard]] bool refused() const noexcept { return refused_; }
  [[nodiscard]] std::string_view error() const noexcept { return error_; }
  [[nodiscard]] std::uint64_t error_offset() const noexcept { return error_offset_; }
  [[nodiscard]] std::string_view broken_promise() const noexcept { return broken_; }

  /// Everything reported before the error. Equal reports have equal octets here.
  [[nodiscard]] std::string_view events() const noexcept { return events_.view(); }

  void clear() noexcept;
  void reserve(std::size_t octets) { events_.reserve(octets); }

  /// From now on keeps only the count and the refusal: for measuring the parser without the report.
  void count_only() noexcept { counts_only_ = true; }
  /// The number of events, texts, numbers and stretches since `count_only`.
  [[nodiscard]] std::uint64_t counted() const noexcept { return counted_; }

 private:
  void close_octets() noexcept { octets_at_ = kNone; }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Octets events_;
  std::size_t octets_at_ = kNone;  // position in events_ of the length of the stretch that may grow
  std::string error_;
  std::uint64_t error_offset_ = kNowhere;
  std::string_view broken_;
  bool refused_ = false;
  bool counts_only_ = false;
  std::uint64_t counted_ = 0;
};

/// The switches under which a stream is read. A parser without such switches ignores them.
struct Settings {
  Tolerances tolerances;      ///< a subset of `Target::tolerances`
  bool small_limits = false;  ///< true only if `Target::small_limits` is
  unsigned variant = 0;       ///< below `Target::variants`; its meaning is up to the target
};

/// One parser under test. It reads the stream of an input several times, and, if it can be reset,
/// the streams of many inputs with the same settings.
class Adapter {
 public:
  virtual ~Adapter() = default;

  /// Makes a new parser, at the beginning of a stream.
  virtual void begin(const Settings& settings) = 0;

  /// Makes the same parser ready for another stream with the same settings. Returns false if it
  /// cannot.
  virtual bool reset() { return false; }

  /// Takes the next piece of the stream; not called after a refusal. The piece is invalid after the
  /// call: AddressSanitizer reports the use of a view that was kept.
  virtual void feed(std::string_view bytes, Report& report) = 0;

  /// The stream has ended.
  virtual void finish(Report& report) { static_cast<void>(report); }

  /// How many bytes were examined since the parser was made; 0 if it does not count them.
  [[nodiscard]] virtual std::uint64_t work() const { return 0; }
};

/// How much of two reports has to be equal.
enum class Agreement : std::uint8_t {
  verdict,  ///< both accept the stream or both refuse it
  events,   ///< and the events, their texts and numbers, and offsets that both have
  exact,    ///< and every offset, the error's name and its offset
};

/// A slow parser to compare with: reads a whole stream and reports it. references.hpp has some for
/// each protocol.
using Reference = void (*)(std::string_view stream, const Settings& settings, Report& report);

/// Writes a stream that must give the same events; offsets may differ. Returns false if the report
/// cannot be written as a stream.
using Writer = bool (*)(const Report& report, std::string& stream);

/// A class of streams that a parser is known to read differently from its reference, by the first
/// thing that differs. Each side is the name of an event, "octets", the name of an error, "more"
/// (the stream ended inside a message) or "end of stream"; "*" is anything that no other row has. A
/// row is one cause: if it shows under several names, "bare-lf|bare-cr" is either of them.
struct Difference {
  std::string_view expected;  ///< what the reference says
  std::string_view got;       ///< what the parser says; "accepts" if only the reference refuses
  bool smuggling = false;     ///< an attacker can make the two see different messages
  std::string_view clause;    ///< the clause that decides it: "RFC 9112 6.1"
  std::string_view why;       ///< one sentence
  bool withheld = false;      ///< it was seen, but the tests have no input that shows it
};

/// What the oracles know about a target. What is left out is not tested.
struct Target {
  std::string_view name;
  std::string_view protocol;    ///< smtp, pop3, imap or http: for the mutator
  Tolerances tolerances{};      ///< the tolerances that it has
  bool small_limits = false;    ///< it can be made with tiny limits
  unsigned variants = 1;        ///< how many ways there are to drive it
  bool pieces = true;           ///< it takes a stream in pieces
  bool refuses_late = false;    ///< the cuts may affect how early it refuses; split allows it
  bool simd = false;            ///< it scans with Backtalk's kernels
  std::uint64_t work_each = 0;  ///< bytes it may examine for each byte of the stream; 0: no limit
  std::uint64_t work_once = 0;  ///< bytes it may examine in addition, once per stream
  Agreement agreement = Agreement::exact;
  Reference reference = nullptr;
  Writer writer = nullptr;
  /// Known disagreements with the reference; any other stops the run. If not empty, it replaces
  /// `agreement`.
  std::span<const Difference> differences{};
  /// Known disagreements of the parser with itself: `expected` is what it says about the whole
  /// stream, `got` about the stream in pieces.
  std::span<const Difference> split_differences{};
};

/// The target of this program and its parser. BACKTALK_FUZZ_TARGET defines both.
[[nodiscard]] const Target& target();
[[nodiscard]] std::unique_ptr<Adapter> make_adapter();

}  // namespace backtalk::fuzz

/// Defines a program's target; to be used once per program, outside all namespaces. The arguments
/// after the type initialise a Target.
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
