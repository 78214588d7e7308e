// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The C interface beside the C++ parser that it wraps: both are fed the same pieces, and every
/// event of one has to be the other's.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "backtalk/backtalk.h"
#include "backtalk/error.hpp"
#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/tolerate.hpp"
#include "targets/counted_work.hpp"

namespace backtalk::fuzz {

[[nodiscard]] inline bool same(backtalk_view c, std::string_view cpp) {
  return c.data != nullptr && std::string_view(c.data, c.size) == cpp;
}

[[nodiscard]] inline bool same(const backtalk_error* c, const Error& cpp) {
  if (c == nullptr) return !cpp;
  return cpp && c->word == word(cpp.code) && c->sentence == sentence(cpp.code) && c->offset == cpp.offset;
}

[[nodiscard]] inline std::string_view text_of(backtalk_view view) {
  return {view.data, view.size};
}

/// A limit of a parser, as it is set in C.
struct CLimit {
  const char* name;
  std::uint64_t value;
};

/// One direction of a protocol.
class CDirection {
 public:
  virtual ~CDirection() = default;
  virtual void reset() = 0;
  virtual void feed(std::string_view bytes, Report& report) = 0;
  virtual void finish(Report& report) = 0;
};

/// Drives a C++ parser and the parser in C of the same kind.
template <Parser OneParser>
class CMirror : public CDirection {
 public:
  template <class Limits>
  CMirror(backtalk_kind kind, const Settings& settings, const Limits& limits,
          std::initializer_list<CLimit> limits_in_c)
      : cpp_(std::in_place, limits, settings.tolerances), c_(backtalk_parser_new(kind)) {
    for (const CLimit& limit : limits_in_c) {
      settles_ &= backtalk_parser_set_limit(c(), limit.name, limit.value) == BACKTALK_OK;
    }
    for (const tolerate::Named& known : tolerate::all()) {
      if (!settings.tolerances.has(known.set)) continue;
      settles_ &= backtalk_parser_tolerate(c(), known.name.data()) == BACKTALK_OK;
    }
  }

  void reset() final {
    cpp_->reset();
    settles_ &= backtalk_parser_reset(c()) == BACKTALK_OK;
    prepare();
  }

  void feed(std::string_view bytes, Report& report) final {
    if (!settles_) report.broken("C: a setting or a reset is refused");
    if (cpp_->error()) return;
    cpp_->feed(bytes);
    lend(bytes);
    take_all(report);
    if (cpp_->error()) return;
    cpp_->feed({});  // the piece is gone after this call
    lend({});
  }

  void finish(Report& report) final {
    if (!cpp_->error()) {
      if constexpr (requires { cpp_->finish(); }) cpp_->finish();
      if (backtalk_parser_finish(c()) != BACKTALK_OK) report.broken("C: the end of the stream is refused");
      take_all(report);
    }
    const Error error = cpp_->error();
    if (!same(backtalk_parser_error(c()), error)) report.broken("C: another error than in C++");
    if (error) {
      report.refuse(word(error.code), error.offset);
      return;
    }
    if (backtalk_parser_in_message(c()) != cpp_->in_message() ||
        backtalk_parser_message_offset(c()) != cpp_->message_offset()) {
      report.broken("C: the stream ends at another place than in C++");
    }
    report.ended(cpp_->in_message(), cpp_->message_offset());
  }

 protected:
  using Given = std::remove_cvref_t<decltype(*std::declval<OneParser&>().next())>;

  /// What has to be done before a stream comes, in both languages.
  virtual void prepare() {}
  /// Compares an event and answers it, in both languages. False if there is a difference.
  [[nodiscard]] virtual bool take(const Given& cpp, const backtalk_event& c, Report& report) = 0;

  [[nodiscard]] OneParser& cpp() { return *cpp_; }
  [[nodiscard]] backtalk_parser* c() { return c_.get(); }

 private:
  struct Free {
    void operator()(backtalk_parser* parser) const { backtalk_parser_free(parser); }
  };

  void take_all(Report& report) {
    while (true) {
      const Given* const cpp = cpp_->next();
      const backtalk_event* const c = backtalk_parser_next(c_.get());
      if ((cpp == nullptr) != (c == nullptr)) {
        report.broken("C: more events than in C++, or fewer");
        return;
      }
      if (cpp == nullptr) return;
      if (c->struct_size != sizeof(backtalk_event)) report.broken("C: an event has another size");
      if (!take(*cpp, *c, report)) report.broken("C: another event than in C++");
    }
  }

  // Pieces of an odd size are copied.
  void lend(std::string_view bytes) {
    if (bytes.size() % 2 == 1) {
      backtalk_parser_feed_copy(c(), bytes.data(), bytes.size());
    } else {
      backtalk_parser_feed(c(), bytes.data(), bytes.size());
    }
  }

  std::optional<OneParser> cpp_;
  std::unique_ptr<backtalk_parser, Free> c_;
  bool settles_ = true;
};

/// A target whose variants are those of its two directions in turn. `make` makes one of them.
template <std::unique_ptr<CDirection> (*make)(const Settings& settings)>
class CAdapter final : public Adapter {
 public:
  void begin(const Settings& settings) override {
    direction_ = make(settings);
    direction_->reset();
  }
  bool reset() override {
    direction_->reset();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override { direction_->feed(bytes, report); }
  void finish(Report& report) override { direction_->finish(report); }
  [[nodiscard]] std::uint64_t work() const override { return counted_work(); }

 private:
  std::unique_ptr<CDirection> direction_;
};

/// The variant of the direction, of which the even ones are the server's.
[[nodiscard]] inline Settings of_direction(Settings settings) {
  settings.variant /= 2;
  return settings;
}
[[nodiscard]] inline bool is_servers(const Settings& settings) {
  return settings.variant % 2 == 0;
}

}  // namespace backtalk::fuzz
