// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <boost/json.hpp>
#include <string_view>

#include "fill/fill_options.hpp"
#include "fill/fill_plan.hpp"
#include "fill/fill_result.hpp"
#include "options/choice.hpp"
#include "result/characters.hpp"

namespace backtalk::fill {
namespace {

namespace json = boost::json;

constexpr double kNsPerSecond = 1e9;

json::object ended(const Ended& of, std::string_view done) {
  return {{"asked", of.asked}, {done, of.done}, {"failed", of.failed}, {"unfinished", of.unfinished}};
}

json::array examples(const FillResult& result) {
  json::array all;
  for (const auto& [name, said] : result.examples)
    all.push_back({{"name", name},
                   {"command", said.command.empty() ? json::value(nullptr) : json::value(said.command)},
                   {"text", result::characters_of(said.text)}});
  return all;
}

}  // namespace

std::string to_json(const FillOptions& options, const FillPlan& plan, const FillResult& result) {
  json::value tls = nullptr;
  if (result.tls)
    tls = {{"version", result.tls->version},
           {"cipher", result.tls->cipher},
           {"verified", plan.transport.verifies}};
  json::object errors;
  for (const auto& [name, count] : result.errors) errors.emplace(name, count);
  const double elapsed_s = static_cast<double>(result.elapsed_ns) / kNsPerSecond;
  json::object messages = ended(result.messages, "stored");
  messages["in_doubt"] = result.in_doubt;
  messages["octets"] = result.octets;
  messages["removed"] = result.removed;
  messages["per_s"] = elapsed_s > 0 ? static_cast<double>(result.messages.done) / elapsed_s : 0;
  const bool appends = plan.protocol == Protocol::imap;
  const auto of_imap = [appends](std::string_view text) {
    return appends ? json::value(json::string(text)) : json::value(nullptr);
  };
  return json::serialize(json::object{
      {"schema", "backtalk.fill/1"},
      {"target",
       {{"url", result::text_of(plan.url.text())}, {"protocol", plan.url.scheme}, {"tls", std::move(tls)}}},
      {"shape",
       {{"users", plan.login.users.size()},
        {"messages", plan.shape.messages},
        {"sizes", options.sizes},
        {"folders", of_imap(options.folders)},
        {"flags", of_imap(options.flags)},
        {"existing", of_imap(options::word_of(kExisting, options.existing))},
        {"seed", plan.shape.seed}}},
      {"connections",
       {{"asked", plan.connections}, {"pipeline", plan.depth}, {"opened", result.connections}}},
      {"elapsed_s", elapsed_s},
      {"interrupted", result.interrupted},
      {"mailboxes", ended(result.mailboxes, "filled")},
      {"messages", std::move(messages)},
      {"errors", std::move(errors)},
      {"examples", examples(result)},
      {"notes", json::array(result.notes.begin(), result.notes.end())}});
}

}  // namespace backtalk::fill
