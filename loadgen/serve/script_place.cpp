// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/script_place.hpp"

#include <algorithm>

namespace backtalk::serve {
namespace {

// "***" stands for a secret, which a transcript does not have.
bool same_words(std::string_view script, std::string_view client) {
  const std::size_t secret = script.find("***");
  if (secret == std::string_view::npos) return script == client;
  return client.starts_with(script.substr(0, secret));
}

bool has_name(const Exchanges& exchanges, std::string_view name) {
  return std::ranges::any_of(exchanges, [name](const Exchange& one) { return one.command.name == name; });
}

}  // namespace

void ScriptPlace::Part::begin(const Exchanges& of) {
  exchanges = &of;
  used.assign(of.size(), false);
  at = 0;
}

const Exchange* ScriptPlace::Part::take(const Request& request) {
  if (exchanges == nullptr) return nullptr;
  const std::size_t count = exchanges->size();
  std::size_t best = count;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = at + i < count ? at + i : at + i - count;
    const Request& command = (*exchanges)[index].command;
    if (used[index] || command.name != request.name) continue;
    const bool same = same_words(command.words, request.words);
    if (best == count || same) best = index;
    if (same) break;
  }
  if (best == count) return nullptr;
  used[best] = true;
  at = best + 1;
  return &(*exchanges)[best];
}

const Exchange* ScriptPlace::Part::next() const {
  if (exchanges == nullptr) return nullptr;
  for (std::size_t i = at; i < exchanges->size(); ++i) {
    if (!used[i]) return &(*exchanges)[i];
  }
  return nullptr;
}

void ScriptPlace::begin(const Playable& playable) {
  playable_ = &playable;
  once_.begin(playable.once);
  end_.begin(playable.end);
  pass_of_now_ = {};
  if (!playable.passes.empty()) begin_pass(0);
}

void ScriptPlace::begin_pass(std::size_t pass) {
  repeated_ = pass == pass_ && pass_of_now_.exchanges != nullptr ? repeated_ + 1 : 1;
  pass_ = pass;
  pass_of_now_.begin(playable_->passes[pass].exchanges);
}

const Exchange* ScriptPlace::take(const Request& request) {
  if (const Exchange* found = once_.take(request)) return found;
  if (const Exchange* found = pass_of_now_.take(request)) return found;
  const std::vector<Playable::Pass>& passes = playable_->passes;
  const std::size_t first =
      passes.empty() || repeated_ < passes[pass_].weight ? pass_ : (pass_ + 1) % passes.size();
  for (std::size_t i = 0; i < passes.size(); ++i) {
    const std::size_t pass = (first + i) % passes.size();
    if (!has_name(passes[pass].exchanges, request.name)) continue;
    begin_pass(pass);
    return pass_of_now_.take(request);
  }
  return end_.take(request);
}

const Exchange* ScriptPlace::next() const {
  if (const Exchange* found = once_.next()) return found;
  if (const Exchange* found = pass_of_now_.next()) return found;
  // The pass is repeated.
  if (pass_of_now_.exchanges != nullptr && !pass_of_now_.exchanges->empty())
    return &pass_of_now_.exchanges->front();
  return end_.next();
}

bool ScriptPlace::knows(const Request& request) const {
  return has_name(playable_->once, request.name) || has_name(playable_->end, request.name) ||
         std::ranges::any_of(playable_->passes, [&](const Playable::Pass& pass) {
           return has_name(pass.exchanges, request.name);
         });
}

}  // namespace backtalk::serve
