// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/differ_json.hpp"

#include <boost/json.hpp>

#include "result/characters.hpp"
#include "text/escaped.hpp"

namespace backtalk::differ {
namespace {

namespace json = boost::json;

json::object object_of(const Outcome& outcome, const std::string& framing) {
  json::array answers;
  for (const Answer& answer : outcome.answers) {
    answers.push_back(
        {{"code", answer.code}, {"class", answer.klass}, {"text", result::characters_of(answer.text)}});
  }
  return {{"framing", framing},
          {"answers", std::move(answers)},
          {"messages", outcome.messages},
          {"end", word_of(outcome.end)},
          {"flaw", outcome.flaw.empty() ? json::value(nullptr) : json::value(outcome.flaw)}};
}

json::object object_of(const Case& one, const Compared& compared) {
  json::array pieces;
  for (const Piece& piece : one.pieces)
    pieces.push_back({{"octets", text::escape(piece.octets)}, {"after_answer", piece.after_answer}});
  json::array outcomes;
  for (std::size_t server = 0; server < compared.outcomes.size(); ++server)
    outcomes.push_back(object_of(compared.outcomes[server], compared.framing_of(server)));
  json::array groups;
  for (const Group& group : compared.groups) groups.push_back(json::value_from(group.servers));
  return {{"name", one.name},
          {"about", one.about},
          {"clause", one.clause},
          {"pieces", std::move(pieces)},
          {"agree", compared.agree()},
          {"groups", std::move(groups)},
          {"outcomes", std::move(outcomes)}};
}

}  // namespace

std::string to_json(const Corpus& corpus, const Comparison& comparison) {
  json::array cases;
  for (std::size_t i = 0; i < corpus.cases.size(); ++i)
    cases.push_back(object_of(corpus.cases[i], comparison.cases[i]));
  return json::serialize(json::object{{"schema", "backtalk.differ/1"},
                                      {"corpus", comparison.corpus_name},
                                      {"protocol", scheme_of(corpus.protocol)},
                                      {"servers", json::value_from(comparison.servers)},
                                      {"differing", comparison.differing()},
                                      {"cases", std::move(cases)}});
}

}  // namespace backtalk::differ
