// The kernel that indexes field lines: what scalar finds every target finds, over random heads and broken
// ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "every_target.hpp"
#include "simd/kernels.hpp"
#include "simd/tables.hpp"

namespace backtalk {
namespace {

struct Indexed {
  std::vector<std::uint16_t> marks;
  bool ended = false;
  bool clean = false;

  friend bool operator==(const Indexed&, const Indexed&) = default;
};

// From a buffer of exact size, so that an address sanitizer sees a read beyond it.
Indexed index_with(const simd::Kernels& kernels, const std::string& text, std::size_t at) {
  const auto copy = std::make_unique<unsigned char[]>(text.size());
  std::ranges::copy(text, copy.get());
  std::vector<std::uint16_t> marks(2 * text.size() + 2 * simd::kFieldMarksSpare);
  const simd::FieldScan found = kernels.scan_fields(copy.get(), at, text.size(), marks.data(), marks.size());
  marks.resize(found.clean ? found.marks : 0);
  return {marks, found.clean && found.ended, found.clean};
}

std::string random_lines(std::mt19937& random) {
  std::string text = "HTTP/1.1 200 OK\r\n";
  for (std::size_t lines = random() % 12; lines > 0; --lines) {
    text += std::string(1 + random() % 70, 'n') + ":" + std::string(random() % 3, ' ') +
            std::string(random() % 90, 'v') + "\r\n";
  }
  if (random() % 4 != 0) text += "\r\n";
  if (random() % 2 != 0) text += std::string(random() % 100, '\x01');  // a body, which is not looked at
  if (random() % 3 == 0) text.resize(1 + random() % text.size());
  if (random() % 3 == 0) text[random() % text.size()] = static_cast<char>(random() % 256);
  return text;
}

TEST(HttpKernel, EveryTargetGivesWhatScalarGives) {
  under_every_target([] {
    std::mt19937 random(64);
    for (int round = 0; round < 20000; ++round) {
      const std::string text = random_lines(random);
      const std::size_t line = text.find('\n');
      const std::size_t at = random() % 2 == 0 || line == std::string::npos ? 0 : line + 1;
      ASSERT_EQ(index_with(simd::active_kernels(), text, at), index_with(simd::kScalarKernels, text, at))
          << testing::PrintToString(text) << " from " << at;
    }
  });
}

TEST(HttpKernel, EveryByteIsATokenCharacterOrNotForEveryTarget) {
  under_every_target([] {
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::string text = "HTTP/1.1 200 OK\r\nname" + std::string(1, static_cast<char>(byte)) +
                         "more: " + std::string(80, 'v') + "\r\n\r\n";
      ASSERT_EQ(index_with(simd::active_kernels(), text, 0), index_with(simd::kScalarKernels, text, 0))
          << byte;
    }
  });
}

TEST(HttpKernel, ScalarMarksTheEndOfEachNameAndEachLineFeed) {
  const Indexed found = index_with(simd::kScalarKernels, "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 0);
  EXPECT_EQ(found, (Indexed{{4, 16, 18, 22, 23, 24}, true, true}));
  EXPECT_FALSE(index_with(simd::kScalarKernels, "A: b\rc\r\n", 0).clean);
  EXPECT_FALSE(index_with(simd::kScalarKernels, "A: b\n", 0).clean);
  EXPECT_FALSE(index_with(simd::kScalarKernels, "A: \x7f", 0).clean);
}

// One field line as a kernel spans it, and as its marks have it.
struct Line {
  std::string_view name;
  std::string_view value;

  friend bool operator==(const Line&, const Line&) = default;
};

struct Spanned {
  std::vector<Line> lines;
  std::vector<bool> of_length;
  bool plain = false;
};

constexpr std::string_view kStartLine = "HTTP/1.1 200 OK\r\n";
constexpr std::uint16_t kLength = 14;
constexpr std::uint16_t kOtherLength = 17;

Spanned span_with(const simd::Kernels& kernels, const std::string& text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::vector<std::uint16_t> marks(2 * text.size() + 2 * simd::kFieldMarksSpare);
  const simd::FieldScan found = kernels.scan_fields(bytes, 0, text.size(), marks.data(), marks.size());
  EXPECT_TRUE(found.clean && found.ended);
  const std::size_t lines = found.marks / 2 - 2;  // without the start line and the empty line
  std::vector<simd::FieldSpans> spans(lines + simd::kSpanSpare);
  const simd::SpannedLines spanned =
      kernels.span_fields(bytes, marks.data() + 2, lines, kLength, kOtherLength, spans.data());
  Spanned out;
  out.plain = spanned.plain;
  const auto view = [](const unsigned char* at, std::uint64_t octets) {
    return std::string_view{reinterpret_cast<const char*>(at), octets};
  };
  for (std::size_t i = 0; spanned.plain && i < lines; ++i) {
    out.lines.push_back(
        {view(spans[i].name, spans[i].name_octets), view(spans[i].value, spans[i].value_octets)});
    out.of_length.push_back((spanned.of_length >> (2 * i) & 1) != 0);
  }
  // Nothing is said of lines that are not there.
  EXPECT_EQ(spanned.of_length & ~((std::uint64_t{1} << (2 * lines)) - 1), 0U);
  return out;
}

TEST(HttpKernel, PlainLinesAreSpannedByEveryTargetThatCan) {
  under_every_target([] {
    const simd::Kernels& kernels = simd::active_kernels();
    if (kernels.span_fields == nullptr) return;
    std::mt19937 random(17);
    for (int round = 0; round < 5000; ++round) {
      std::vector<std::pair<std::string, std::string>> fields(random() % (simd::kSpanLinesMax + 1));
      std::string text(kStartLine);
      for (auto& [name, value] : fields) {
        name.assign(1 + random() % 20, 'n');
        value.assign(1 + random() % 90, 'v');
        text += name;
        text += ": ";
        text += value;
        text += "\r\n";
      }
      text += "\r\n";
      const Spanned spanned = span_with(kernels, text);
      ASSERT_TRUE(spanned.plain);
      for (std::size_t i = 0; i < fields.size(); ++i) {
        ASSERT_EQ(spanned.lines[i], (Line{fields[i].first, fields[i].second}));
        const std::size_t octets = fields[i].first.size();
        ASSERT_EQ(spanned.of_length[i], octets == kLength || octets == kOtherLength) << octets;
      }
    }
  });
}

TEST(HttpKernel, ALineThatIsNotPlainIsNotSpanned) {
  under_every_target([] {
    const simd::Kernels& kernels = simd::active_kernels();
    if (kernels.span_fields == nullptr) return;
    for (const std::string_view odd :
         {"A:b", "A:  b", "A:\tb", "A: \tb", "A: b ", "A: b\t", "A:", "A: ", "A", "A b", ": b", "A : b"}) {
      for (std::size_t before = 0; before < simd::kSpanLinesMax; ++before) {
        std::string text(kStartLine);
        for (std::size_t i = 0; i < before; ++i) text += "Name: value\r\n";
        text += odd;
        text += "\r\n\r\n";
        ASSERT_FALSE(span_with(kernels, text).plain) << odd << " after " << before;
      }
    }
  });
}

}  // namespace
}  // namespace backtalk
