// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk fill URL: mailboxes of a given size and shape.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/output_file.hpp"
#include "cli/result_output.hpp"
#include "cli/spec_options.hpp"
#include "cli/standard_streams.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "fill/fill_options.hpp"
#include "fill/fill_plan.hpp"
#include "fill/fill_result.hpp"
#include "fill/fill_run.hpp"
#include "load/target.hpp"
#include "options/condition.hpp"

namespace backtalk::cli {
namespace {

constexpr std::chrono::milliseconds kLook{20};

// The plan with its addresses, or a sentence.
std::variant<fill::FillPlan, std::string> plan_of(const SpecOptions& given, fill::FillOptions& options) {
  auto planned = fill::plan_fill(options);
  if (auto* problem = std::get_if<std::string>(&planned)) return std::move(*problem);
  const auto was_given = [&given](const options::OptionSpec& spec) { return given.given(spec); };
  if (auto problem = options::find_ignored(fill::option_groups(), options, options, was_given))
    return *problem;
  auto& plan = std::get<fill::FillPlan>(planned);
  workload::LoadOptions common;
  common.addresses = options.addresses;
  auto target = load::find_target(common, options.far_target, plan.url);
  if (auto* problem = std::get_if<std::string>(&target)) return std::move(*problem);
  plan.addresses = std::get<load::TargetAddresses>(std::move(target)).loaded;
  return planned;
}

fill::FillResult run(const fill::FillPlan& plan) {
  catch_interrupts();
  fill::FillRun run(plan);
  while (!run.done()) {
    if (interrupts() > 0) run.stop();
    std::this_thread::sleep_for(kLook);
  }
  restore_interrupts();
  return run.join();
}

int run_fill(const SpecOptions& given) {
  fill::FillOptions options;
  if (auto problem = given.read(fill::option_groups(), options)) return refuse("fill", *problem);
  outlive_readers();
  auto planned = plan_of(given, options);
  if (auto* problem = std::get_if<std::string>(&planned)) return refuse("fill", *problem);
  if (!can_write(options.json_file))
    return refuse("fill", fmt::format("{}: cannot be written", options.json_file));
  const auto& plan = std::get<fill::FillPlan>(planned);
  const fill::FillResult result = run(plan);
  const ResultOutput output("fill", options.json_file, options.quiet);
  const int lost = output.write(fill::to_json(options, plan, result), fill::summarize(plan, result));
  report::Failures failures;
  if (result.messages.done < result.messages.asked) {
    failures.add(fmt::format("{} of {} messages are not stored", result.messages.asked - result.messages.done,
                             result.messages.asked));
  }
  const int failed = output.complain(failures);
  return lost != 0 ? lost : failed;
}

}  // namespace

Verb add_fill_verb(CLI::App& app, int& exit_code) {
  Verb verb =
      add_verb(app, exit_code,
               {"fill", "Fill mailboxes with messages, from a seed", fill::option_groups(), &run_fill});
  verb.exit_status = "0 all messages are stored; 1 some are not; 2 usage or environment.";
  verb.notes = {
      "The same seed makes the same messages for the first user, the second and so on, octet for octet, "
      "with the same flags, dates and folders, however many connections there are.",
      "With smtp, smtps and lmtp the users are the recipients (--to); they log in only if --auth names "
      "a mechanism."};
  verb.examples = {{"backtalk fill imap://127.0.0.1:143 --users users.txt -n 1000 --sizes exp:20000",
                    "A thousand messages for each user of the file, of 20,000 octets on average."},
                   {"backtalk fill lmtp+unix:/run/dovecot/lmtp --users users.txt --to '{user}@example.org'",
                    "A hundred messages for each user, delivered by LMTP."}};
  verb.schemes = fill::schemes();
  return verb;
}

}  // namespace backtalk::cli
