// SPDX-License-Identifier: Apache-2.0 OR MIT
// The object behind `backtalk_parser`: what the parsers of all protocols have in common.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "backtalk/backtalk.h"
#include "backtalk/error.hpp"
#include "backtalk/tolerate.hpp"
#include "c/conversion.hpp"

// What is not noexcept here may throw std::bad_alloc or std::length_error; the functions of the
// header catch them with `guarded`.
struct backtalk_parser {
 public:
  explicit backtalk_parser(backtalk_kind kind) noexcept : kind_(kind) {}
  backtalk_parser(const backtalk_parser&) = delete;
  backtalk_parser& operator=(const backtalk_parser&) = delete;
  backtalk_parser(backtalk_parser&&) = delete;
  backtalk_parser& operator=(backtalk_parser&&) = delete;
  virtual ~backtalk_parser() = default;

  [[nodiscard]] backtalk_kind kind() const noexcept { return kind_; }
  [[nodiscard]] backtalk::Tolerances tolerances() const noexcept { return tolerances_; }

  backtalk_status tolerate(std::string_view name);
  backtalk_status set_limit(std::string_view name, std::uint64_t limit);
  [[nodiscard]] virtual std::uint64_t limit(std::string_view name) const noexcept = 0;
  [[nodiscard]] virtual const char* limit_name(std::size_t index) const noexcept = 0;

  backtalk_status feed(std::string_view bytes);
  backtalk_status feed_copy(std::string_view bytes);
  const backtalk_event* next();
  backtalk_status finish();
  backtalk_status reset();
  backtalk_status begin_tls();
  virtual backtalk_status expect_line() { return BACKTALK_WRONG_PARSER; }

  [[nodiscard]] const backtalk_error* error() noexcept;
  [[nodiscard]] virtual bool in_message() const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t message_offset() const noexcept = 0;
  [[nodiscard]] virtual std::size_t expected() const noexcept { return 0; }

  // The parser may be in any state: nothing more is read before `reset`.
  void run_out_of_memory() noexcept;
  [[nodiscard]] bool failed() const noexcept { return no_memory_ || parser_error(); }

  // Settings are final from now on.
  void begin() noexcept { begun_ = true; }
  // The kind of the event that was returned last, if nothing was called since that ends it.
  [[nodiscard]] bool is_at(backtalk_event_kind kind) const noexcept {
    return has_event_ && event_.kind == kind;
  }
  [[nodiscard]] bool has_event() const noexcept { return has_event_; }

 protected:
  // Replaces the C++ parser by a new one with `tolerances()` and the limits.
  virtual void make_parser() = 0;
  // Sets a limit; false if there is none of this name.
  [[nodiscard]] virtual backtalk_status change_limit(std::string_view name, std::uint64_t limit) noexcept = 0;
  virtual void feed_parser(std::string_view bytes) = 0;
  // Reads the next event into `event()`; false if there is none.
  [[nodiscard]] virtual bool read_event() = 0;
  virtual void finish_parser() {}
  virtual void reset_parser() noexcept = 0;
  // Nothing if the protocol has no STARTTLS.
  [[nodiscard]] virtual std::optional<bool> begin_parser_tls() { return std::nullopt; }
  [[nodiscard]] virtual backtalk::Error parser_error() const noexcept = 0;

  // What was called uses the event up.
  void end_event() noexcept { has_event_ = false; }
  // Begins an event of which nothing else is set.
  backtalk_event& begin_event(backtalk_event_kind kind, std::uint64_t offset) noexcept {
    event_ = backtalk_event{};
    event_.kind = kind;
    event_.struct_size = sizeof(backtalk_event);
    event_.offset = offset;
    event_.octets = backtalk::c::view_of({});
    return event_;
  }

 private:
  backtalk_kind kind_;
  bool begun_ = false;
  bool has_event_ = false;
  bool no_memory_ = false;
  backtalk::Tolerances tolerances_;
  backtalk_event event_{};
  backtalk_error error_{};
  std::uint64_t no_memory_offset_ = 0;
  // The last pieces that were fed by copy: the parser may still have views of the one before.
  std::array<std::string, 2> pieces_;
  std::size_t piece_ = 0;
};

namespace backtalk::c {

// Calls `call`, which returns a status, and turns an exception into one.
template <class Call>
backtalk_status guarded(backtalk_parser* parser, Call call) noexcept {
  if (parser == nullptr) return BACKTALK_BAD_ARGUMENT;
  try {
    return call(*parser);
  } catch (...) {  // std::bad_alloc or std::length_error
    parser->run_out_of_memory();
    return BACKTALK_NO_MEMORY;
  }
}

// A limit of a parser by its name.
template <class Limits>
struct NamedLimit {
  const char* name;
  std::uint64_t most;
  std::uint64_t (*get)(const Limits&) noexcept;
  void (*set)(Limits&, std::uint64_t) noexcept;
};

template <auto Member, class Limits>
consteval NamedLimit<Limits> limit(const char* name) {
  using Number = std::remove_reference_t<decltype(std::declval<Limits&>().*Member)>;
  return {name, std::numeric_limits<Number>::max(),
          [](const Limits& limits) noexcept { return std::uint64_t{limits.*Member}; },
          [](Limits& limits, std::uint64_t value) noexcept { limits.*Member = static_cast<Number>(value); }};
}

// A C++ parser as a `backtalk_parser`. `Names` has the limits as `kLimits`.
template <class Parser, class Limits, class Names>
class TypedParser : public backtalk_parser {
  static_assert(sizeof(Limits) <= Names::kLimits.size() * sizeof(std::uint64_t), "a limit has no name");

 public:
  explicit TypedParser(backtalk_kind kind) : backtalk_parser(kind) {}

  [[nodiscard]] std::uint64_t limit(std::string_view name) const noexcept final {
    const NamedLimit<Limits>* const known = find(name);
    return known == nullptr ? 0 : known->get(limits_);
  }
  [[nodiscard]] const char* limit_name(std::size_t index) const noexcept final {
    return index < Names::kLimits.size() ? Names::kLimits[index].name : nullptr;
  }
  [[nodiscard]] bool in_message() const noexcept final { return parser_.in_message(); }
  [[nodiscard]] std::uint64_t message_offset() const noexcept final { return parser_.message_offset(); }

  [[nodiscard]] Parser& parser() noexcept { return parser_; }
  [[nodiscard]] const Parser& parser() const noexcept { return parser_; }

 protected:
  void make_parser() override { parser_ = Parser(limits_, tolerances()); }
  [[nodiscard]] backtalk_status change_limit(std::string_view name, std::uint64_t value) noexcept final {
    const NamedLimit<Limits>* const known = find(name);
    if (known == nullptr) return BACKTALK_UNKNOWN_NAME;
    if (value > known->most) return BACKTALK_BAD_ARGUMENT;
    known->set(limits_, value);
    return BACKTALK_OK;
  }
  void feed_parser(std::string_view bytes) final { parser_.feed(bytes); }
  void finish_parser() final {
    if constexpr (requires { parser_.finish(); }) parser_.finish();
  }
  void reset_parser() noexcept final { parser_.reset(); }
  [[nodiscard]] std::optional<bool> begin_parser_tls() final {
    if constexpr (requires { parser_.begin_tls(); }) {
      return parser_.begin_tls();
    } else {
      return std::nullopt;
    }
  }
  [[nodiscard]] Error parser_error() const noexcept final { return parser_.error(); }

 private:
  [[nodiscard]] static const NamedLimit<Limits>* find(std::string_view name) noexcept {
    for (const NamedLimit<Limits>& known : Names::kLimits) {
      if (known.name == name) return &known;
    }
    return nullptr;
  }

  Limits limits_;
  Parser parser_;
};

// What a decoder tolerates for this parser.
[[nodiscard]] inline Tolerances tolerances_of(const backtalk_parser* parser) noexcept {
  return parser == nullptr ? Tolerances{} : parser->tolerances();
}

// The parser as that of a protocol; null if it is another, or null.
template <class Typed>
[[nodiscard]] Typed* as(backtalk_parser* parser) noexcept {
  return parser != nullptr && parser->kind() == Typed::kKind ? static_cast<Typed*>(parser) : nullptr;
}

// What a function of one kind of parser says to any other.
[[nodiscard]] inline backtalk_status wrong_parser(const backtalk_parser* parser) noexcept {
  return parser == nullptr ? BACKTALK_BAD_ARGUMENT : BACKTALK_WRONG_PARSER;
}

// A function of one kind of parser: `call` gets it as what it is.
template <class Typed, class Call>
backtalk_status guarded_as(backtalk_parser* parser, Call call) noexcept {
  auto* const typed = as<Typed>(parser);
  if (typed == nullptr) return wrong_parser(parser);
  return guarded(parser, [&](backtalk_parser&) { return call(*typed); });
}

[[nodiscard]] std::unique_ptr<backtalk_parser> make_smtp_replies();
[[nodiscard]] std::unique_ptr<backtalk_parser> make_smtp_commands();
[[nodiscard]] std::unique_ptr<backtalk_parser> make_pop3_responses();
[[nodiscard]] std::unique_ptr<backtalk_parser> make_pop3_commands();
[[nodiscard]] std::unique_ptr<backtalk_parser> make_imap_responses();
[[nodiscard]] std::unique_ptr<backtalk_parser> make_imap_commands();
[[nodiscard]] std::unique_ptr<backtalk_parser> make_http_responses();
[[nodiscard]] std::unique_ptr<backtalk_parser> make_http_requests();

}  // namespace backtalk::c
