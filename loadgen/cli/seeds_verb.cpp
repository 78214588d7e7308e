// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk seeds TRANSCRIPT... --out DIR: seeds for the fuzz targets out of conversations.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

#include "cli/spec_options.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "parse/seed_options.hpp"
#include "parse/seeds.hpp"
#include "script/limits.hpp"

namespace backtalk::cli {
namespace {

namespace filesystem = std::filesystem;

// The beginning of a file, one octet more than a script may have. nullopt: `errno` says why not.
std::optional<std::string> read_transcript(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(script::kScriptOctetsMax + 1, '\0');
  if (!file || filesystem::is_directory(path)) {
    if (file) errno = EISDIR;
    return std::nullopt;
  }
  errno = 0;
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

// The files of one call: none replaces another of them, but those of an earlier call.
class SeedFiles {
 public:
  explicit SeedFiles(filesystem::path folder) : folder_(std::move(folder)) {}

  // Returns a sentence if the seed cannot be written.
  std::optional<std::string> write(const parse::Seed& seed) {
    const filesystem::path folder = folder_ / seed.target;
    std::error_code failure;
    filesystem::create_directories(folder, failure);
    if (failure) return "cannot make the folder " + folder.string() + ": " + failure.message();
    filesystem::path path = folder / seed.name;
    // Counts on from the last of that name: a file may have thousands of one title.
    unsigned& number = numbers_[path];
    while (!written_.insert(path).second) path = folder / (seed.name + "-" + std::to_string(++number + 1));
    std::ofstream file(path, std::ios::binary);
    file.write(seed.octets.data(), static_cast<std::streamsize>(seed.octets.size()));
    file.close();
    if (!file) return "cannot write " + path.string() + ": " + std::strerror(errno);
    if (std::printf("%s: %zu octets\n", path.c_str(), seed.octets.size()) < 0) return refuse_output();
    return std::nullopt;
  }

  // Says what is left to say; a sentence if that fails.
  [[nodiscard]] static std::optional<std::string> flush() {
    if (std::fflush(stdout) != 0) return refuse_output();
    return std::nullopt;
  }

  [[nodiscard]] bool empty() const { return written_.empty(); }

 private:
  static std::string refuse_output() {
    return std::string("cannot write to standard output: ") + std::strerror(errno);
  }

  filesystem::path folder_;
  std::map<filesystem::path, unsigned> numbers_;  // how many more have a path
  std::set<filesystem::path> written_;
};

int run_seeds(const SpecOptions& given) {
  parse::SeedOptions options;
  if (auto problem = given.read(parse::seed_option_groups(), options)) return refuse("seeds", *problem);
  SeedFiles files(options.folder);
  for (const std::string& path : options.files) {
    const auto text = read_transcript(path);
    if (!text) return refuse("seeds", "cannot read " + path + ": " + std::strerror(errno));
    const auto read = script::read_conversations(*text);
    if (const auto* error = std::get_if<script::Error>(&read))
      return refuse("seeds", script::show(path, *error));
    std::vector<std::string> notes;
    const auto seeds = parse::seeds_of(std::get<std::vector<script::Conversation>>(read),
                                       filesystem::path(path).stem().string(), options.protocol, notes);
    for (const std::string& note : notes)
      std::fprintf(stderr, "backtalk seeds: %s: %s\n", path.c_str(), note.c_str());
    for (const parse::Seed& seed : seeds) {
      if (const auto problem = files.write(seed)) return refuse("seeds", *problem);
    }
  }
  if (const auto problem = SeedFiles::flush()) return refuse("seeds", *problem);
  return files.empty() ? 1 : 0;
}

}  // namespace

Verb add_seeds_verb(CLI::App& app, int& exit_code) {
  Verb verb = add_verb(app, exit_code,
                       {"seeds", "Write seeds for fuzzing out of conversations with `C: ` and `S: `",
                        parse::seed_option_groups(), &run_seeds});
  verb.exit_status =
      "0 seeds were written; 1 no conversation was of a known protocol; 2 usage or environment.";
  verb.notes = {
      "What each server says goes to DIR/smtp_reply, DIR/pop3_response, DIR/imap_response or "
      "DIR/http_response, and what its client says to DIR/smtp_command, DIR/pop3_command, "
      "DIR/imap_command or DIR/http_request: the folders have the names of the fuzz targets. "
      "Files of these names are replaced."};
  verb.examples = {{"backtalk seeds by-hand.txt --out seeds",
                    "Writes what was said in each conversation of the file, one file for each side."}};
  return verb;
}

}  // namespace backtalk::cli
