// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "golden_file.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

namespace backtalk::conformance {
namespace {

std::optional<char> read_hex_byte(std::string_view digits) {
  unsigned value = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (failure != std::errc{} || digits.size() != 2 || stop != digits.data() + 2) return std::nullopt;
  return static_cast<char>(value);
}

std::optional<std::string> unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case 'r': bytes += '\r'; break;
      case 'n': bytes += '\n'; break;
      case 't': bytes += '\t'; break;
      case '\\': bytes += '\\'; break;
      case 'x': {
        const auto byte = read_hex_byte(text.substr(i + 1, 2));
        if (!byte) return std::nullopt;
        bytes += *byte;
        i += 2;
        break;
      }
      default: return std::nullopt;
    }
  }
  return bytes;
}

// An input line without its "| ": bytes, or *N "bytes".
std::optional<std::string> read_input(std::string_view text) {
  std::size_t times = 0;
  const auto counted =
      std::from_chars(text.data() + std::min<std::size_t>(1, text.size()), text.data() + text.size(), times);
  const std::string_view rest = text.substr(static_cast<std::size_t>(counted.ptr - text.data()));
  const bool repeats = text.starts_with('*') && counted.ec == std::errc{} && rest.starts_with(" \"") &&
                       rest.size() > 2 && rest.ends_with('"');
  if (!repeats) return unescape(text);
  const auto one = unescape(rest.substr(2, rest.size() - 3));
  if (!one) return std::nullopt;
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += *one;
  return all;
}

// A reader of the lines of one file. Its methods return what is wrong, or nothing.
class Reader {
 public:
  explicit Reader(std::vector<GoldenCase>& cases) : cases_(cases) {}

  std::string take(const std::string& line) {
    ++line_number_;
    if (line.empty() || line.starts_with('#')) return {};
    if (line.starts_with("== ")) return begin_case(line.substr(3));
    if (cases_.empty()) return "expected '== title'";
    if (line.starts_with("options:")) return take_options(line.substr(8));
    if (line == "input:") return enter(Part::input);
    if (line == "events:") return enter(Part::events);
    if (line.starts_with("exit: ")) return take_exit(line.substr(6));
    if (part_ == Part::input && line.starts_with('|')) return take_input(line);
    if (part_ == Part::events && line.starts_with('{')) {
      cases_.back().events += line + '\n';
      return {};
    }
    return "not a line of a golden file: " + line;
  }

  std::string finish() { return cases_.empty() ? "no cases" : end_case(); }

 private:
  enum class Part { title, input, events, done };

  std::string enter(Part part) {
    part_ = part;
    return {};
  }

  std::string end_case() {
    return cases_.empty() || part_ == Part::done ? "" : "the case before has no 'exit:'";
  }

  std::string begin_case(std::string title) {
    std::string problem = end_case();
    if (!titles_.insert(title).second) return "the title is there twice: " + title;
    cases_.push_back({});
    cases_.back().title = std::move(title);
    cases_.back().line = line_number_;
    part_ = Part::title;
    return problem;
  }

  std::string take_options(const std::string& text) {
    std::istringstream words(text);
    std::string word;
    while (words >> word) {
      if (!word.starts_with("--")) return "an option begins with --: " + word;
      const std::string name = word.substr(2);
      std::string value;
      if (const auto next = (words >> std::ws).peek(); next != EOF && next != '-') words >> value;
      cases_.back().options.emplace_back(name, value);
    }
    return {};
  }

  std::string take_input(std::string_view line) {
    line.remove_prefix(line.starts_with("| ") ? 2 : 1);
    const auto bytes = read_input(line);
    if (!bytes) return "bad escape";
    cases_.back().input += *bytes;
    return {};
  }

  std::string take_exit(const std::string& text) {
    if (text != "0" && text != "1" && text != "3") return "exit is 0, 1 or 3";
    cases_.back().exit_code = text[0] - '0';
    return enter(Part::done);
  }

  std::vector<GoldenCase>& cases_;
  std::set<std::string> titles_;
  Part part_ = Part::done;
  std::size_t line_number_ = 0;
};

}  // namespace

bool GoldenCase::names_limits() const {
  return std::ranges::any_of(options, [](const auto& option) { return option.first == "limit"; });
}

std::string GoldenFile::name() const {
  std::string text = protocol + "_" + path.stem().string();
  for (char& c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return text;
}

GoldenFile read_golden_file(const std::string& protocol, const std::filesystem::path& path) {
  GoldenFile file{.protocol = protocol, .path = path, .cases = {}, .problem = {}};
  std::ifstream in(path, std::ios::binary);
  if (!in) file.problem = "cannot be opened";
  Reader reader(file.cases);
  std::string line;
  for (std::size_t number = 1; file.problem.empty() && std::getline(in, line); ++number) {
    const std::string problem = reader.take(line);
    if (!problem.empty()) file.problem = "line " + std::to_string(number) + ": " + problem;
  }
  if (file.problem.empty()) file.problem = reader.finish();
  return file;
}

std::vector<GoldenFile> read_all_golden_files(const std::filesystem::path& corpora) {
  std::vector<GoldenFile> files;
  for (const auto& protocol : std::filesystem::directory_iterator(corpora)) {
    const auto folder = protocol.path() / "golden";
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".golden") {
        files.push_back(read_golden_file(protocol.path().filename().string(), entry.path()));
      }
    }
  }
  std::ranges::sort(files, {}, &GoldenFile::path);
  return files;
}

}  // namespace backtalk::conformance
