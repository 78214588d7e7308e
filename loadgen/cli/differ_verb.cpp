// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk differ URL URL...: the same octets to several servers.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "cli/interrupt.hpp"
#include "cli/output_file.hpp"
#include "cli/result_output.hpp"
#include "cli/spec_options.hpp"
#include "cli/standard_streams.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "differ/corpus.hpp"
#include "differ/differ_json.hpp"
#include "differ/differ_options.hpp"
#include "differ/differ_run.hpp"
#include "differ/shipped_corpora.hpp"
#include "differ/table.hpp"
#include "load/target.hpp"
#include "net/url.hpp"
#include "text/nearest.hpp"
#include "workload/protocols.hpp"

namespace backtalk::cli {
namespace {

constexpr int kTheyDiffer = 1;
constexpr std::chrono::milliseconds kInterruptsLook{20};

std::variant<differ::Corpus, std::string> read_corpus_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(differ::kCorpusOctetsMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) return fmt::format("{}: cannot be read", path);
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto read = differ::read_corpus(text);
  if (const auto* problem = std::get_if<std::string>(&read)) return fmt::format("{}: {}", path, *problem);
  return read;
}

std::variant<differ::Corpus, std::string> find_corpus(const std::string& name) {
  if (name.find('/') != std::string::npos) return read_corpus_file(name);
  const auto text = differ::find_corpus(name);
  if (text) return differ::read_corpus(*text);
  const std::string meant = text::did_you_mean(name, differ::shipped_corpora());
  return fmt::format("--corpus: no corpus is called `{}`{}; the path of a file has a slash", name, meant);
}

// With the addresses that may be tried, or a sentence.
std::variant<differ::Server, std::string> find_server(const std::string& text, const differ::Corpus& corpus,
                                                      bool far_targets) {
  auto read = net::read_url(text);
  if (auto* problem = std::get_if<std::string>(&read)) return std::move(*problem);
  auto& url = std::get<net::Url>(read);
  const std::string_view scheme = differ::scheme_of(corpus.protocol);
  if (url.scheme != scheme)
    return fmt::format("{}: the cases of this corpus are {}, and so must the URLs be", text, scheme);
  if (auto problem = net::refuse_path(url)) return *problem;
  if (!url.port_given) url.port = workload::find_protocol(url.scheme)->default_port;
  auto target = load::find_target({}, far_targets, url);
  if (auto* problem = std::get_if<std::string>(&target)) return std::move(*problem);
  return differ::Server{text, std::get<load::TargetAddresses>(std::move(target)).loaded};
}

std::variant<differ::DifferPlan, std::string> plan_of(const differ::DifferOptions& options) {
  if (options.urls.size() < 2) return "name two servers or more: `backtalk differ URL URL`";
  auto corpus = find_corpus(options.corpus);
  if (auto* problem = std::get_if<std::string>(&corpus)) return std::move(*problem);
  differ::DifferPlan plan{.corpus_name = options.corpus,
                          .corpus = std::get<differ::Corpus>(std::move(corpus)),
                          .servers = {},
                          .envelope = {options.from, options.to},
                          .timeout_ns = options.timeout_ns,
                          .pause_ns = options.pause_ns};
  for (const std::string& url : options.urls) {
    auto server = find_server(url, plan.corpus, options.far_target);
    if (auto* problem = std::get_if<std::string>(&server)) return std::move(*problem);
    plan.servers.push_back(std::get<differ::Server>(std::move(server)));
  }
  return plan;
}

std::variant<differ::Comparison, std::string> play(const differ::DifferPlan& plan) {
  catch_interrupts();
  std::atomic<bool> stop = false;
  std::atomic<bool> done = false;
  std::variant<differ::Comparison, std::string> played;
  std::thread player([&] {
    played = differ::play(plan, stop);
    done = true;
  });
  while (!done) {
    if (interrupts() > 0) stop = true;
    std::this_thread::sleep_for(kInterruptsLook);
  }
  player.join();
  restore_interrupts();
  return played;
}

int run_differ(const SpecOptions& given) {
  differ::DifferOptions options;
  if (auto problem = given.read(differ::option_groups(), options)) return refuse("differ", *problem);
  outlive_readers();
  const auto planned = plan_of(options);
  if (const auto* problem = std::get_if<std::string>(&planned)) return refuse("differ", *problem);
  if (!can_write(options.json_file))
    return refuse("differ", fmt::format("{}: cannot be written", options.json_file));
  const auto& plan = std::get<differ::DifferPlan>(planned);
  const auto played = play(plan);
  if (const auto* problem = std::get_if<std::string>(&played)) return refuse("differ", *problem);
  const auto& comparison = std::get<differ::Comparison>(played);
  const ResultOutput output("differ", options.json_file, options.quiet);
  const int lost =
      output.write(differ::to_json(plan.corpus, comparison), differ::table_of(plan.corpus, comparison));
  if (lost != 0) return lost;
  return comparison.differing() == 0 ? 0 : kTheyDiffer;
}

}  // namespace

Verb add_differ_verb(CLI::App& app, int& exit_code) {
  Verb verb = add_verb(app, exit_code,
                       {"differ", "Send the same octets to several servers, and show where they differ",
                        differ::option_groups(), &run_differ});
  verb.exit_status = "0 all servers agree in all cases; 1 they differ; 2 usage or environment.";
  verb.notes = {
      "Every case is played to every server, cut at the same places, over a connection of its own. Servers "
      "agree about a case if they took the same octets for the end of the same thing; their codes and "
      "texts may differ."};
  verb.examples = {{"backtalk differ smtp://127.0.0.1:2525 smtp://127.0.0.1:2526 --to bob@example.org",
                    "Which octets each of them takes for the end of a message."}};
  verb.schemes = {"smtp"};
  return verb;
}

}  // namespace backtalk::cli
