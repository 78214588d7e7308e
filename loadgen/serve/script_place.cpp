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

// "/mail/{n}" for "/mail/7".
bool same_but_for_placeholder(std::string_view script, std::string_view client) {
  const std::size_t begin = script.find('{');
  const std::size_t end = script.rfind('}');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return false;
  const std::string_view before = script.substr(0, begin);
  const std::string_view behind = script.substr(end + 1);
  return client.size() >= before.size() + behind.size() && client.starts_with(before) &&
         client.ends_with(behind);
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

const Exchange* ScriptPlace::Part::take(const Request& request, Fit fit) {
  if (exchanges == nullptr) return nullptr;
  const std::size_t count = exchanges->size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = at + i < count ? at + i : at + i - count;
    const Exchange& exchange = (*exchanges)[index];
    if (used[index] || !fits(exchange, request, fit)) continue;
    used[index] = true;
    at = index + 1;
    return &exchange;
  }
  return nullptr;
}

const Exchange* ScriptPlace::Part::again(const Request& request, Fit fit) const {
  if (exchanges == nullptr) return nullptr;
  for (std::size_t i = exchanges->size(); i-- > 0;) {
    if (fits((*exchanges)[i], request, fit)) return &(*exchanges)[i];
  }
  return nullptr;
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

bool ScriptPlace::fits(const Exchange& exchange, const Request& request, Fit fit) {
  const Request& command = exchange.command;
  if (command.name != request.name) return false;
  switch (fit) {
    case Fit::words: return same_words(command.words, request.words);
    case Fit::placeholder: return same_but_for_placeholder(command.words, request.words);
    case Fit::name: return !exchange.only_for_its_words;
  }
  return false;
}

const Exchange* ScriptPlace::take(const Request& request) {
  if (const Exchange* found = take(request, Fit::words)) return found;
  return take(request, playable_->words_matter ? Fit::placeholder : Fit::name);
}

const Exchange* ScriptPlace::take(const Request& request, Fit fit) {
  if (const Exchange* found = once_.take(request, fit)) return found;
  if (const Exchange* found = pass_of_now_.take(request, fit)) return found;
  const std::vector<Playable::Pass>& passes = playable_->passes;
  const std::size_t first =
      passes.empty() || repeated_ < passes[pass_].weight ? pass_ : (pass_ + 1) % passes.size();
  for (std::size_t i = 0; i < passes.size(); ++i) {
    const std::size_t pass = (first + i) % passes.size();
    const auto fitting = [&](const Exchange& one) { return fits(one, request, fit); };
    if (std::ranges::none_of(passes[pass].exchanges, fitting)) continue;
    begin_pass(pass);
    return pass_of_now_.take(request, fit);
  }
  if (const Exchange* found = end_.take(request, fit)) return found;
  // Words say what the client means; without them, one is as good as another, and they are counted.
  if (request.words.empty()) return nullptr;
  if (const Exchange* found = once_.again(request, fit)) return found;
  return end_.again(request, fit);
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
