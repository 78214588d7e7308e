// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Shows a conversation as docs/scripts.md writes it down: on standard output with the remarks, and
/// without them in a transcript.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "talk/audience.hpp"
#include "talk/dialect.hpp"
#include "talk/reply_class.hpp"

namespace backtalk::talk {

/// What standard output has besides the notation.
struct Look {
  Protocol protocol = Protocol::smtp;
  bool colours = false;  ///< of the server's lines, by class of reply; of remarks
  bool times = false;    ///< behind each answer, how long it took
};

class Screen final : public Audience {
 public:
  explicit Screen(Look look = {}) : look_(look) {}

  /// A sentence if the file cannot be written.
  [[nodiscard]] std::optional<std::string> open_transcript(const std::string& path);
  /// Writes what was said so far, as a transcript. A sentence if that fails.
  [[nodiscard]] std::optional<std::string> save(const std::string& path);

  /// A conversation of that name begins.
  void title(std::string_view name);
  void client(std::string_view line, std::string_view notation) override;
  void answer_begins() override { begins_ = true; }
  void answer_ends() override;
  void server(std::string_view line) override;
  void remark(std::string_view text) override;

  /// What the program says for itself, and hears, is shown as remarks.
  void set_aside(bool aside) { aside_ = aside; }
  /// How long the answers took that are shown next.
  void set_waited(std::uint64_t ns) { waited_ns_ = ns; }

  /// There is something to write.
  [[nodiscard]] bool has_news() const { return !shown_.empty(); }
  /// Writes what there is. False if that fails.
  [[nodiscard]] bool flush();

  /// `save` has so much at most.
  static constexpr std::size_t kSaidOctetsMax = std::size_t{16} << 20;

 private:
  struct Closed {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void note(std::string_view mark, std::string_view notation);
  void paint(std::string_view colour, std::string_view text);

  const Look look_;
  bool aside_ = false;
  bool begins_ = false;         // an answer, with the next line of the server
  std::size_t answer_end_ = 0;  // in `shown_`, of the last line of the server; 0: there is none
  std::uint64_t waited_ns_ = 0;
  std::unique_ptr<std::FILE, Closed> transcript_;
  std::string shown_;
  std::string noted_;
  std::string said_;  // the transcript so far
  bool said_all_ = true;
};

}  // namespace backtalk::talk
