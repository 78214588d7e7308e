// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/table.hpp"

#include <fmt/format.h>

#include <vector>

#include "text/columns.hpp"
#include "text/escaped.hpp"

namespace backtalk::differ {
namespace {

// A, B, ..., Z, AA, AB, ...
std::string letter(std::size_t server) {
  std::string name(1, static_cast<char>('A' + server % 26));
  return server < 26 ? name : letter(server / 26 - 1) + name;
}

std::string plural(std::size_t count, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

std::string rows_of(const Corpus& corpus, const Comparison& comparison) {
  text::Row head{"case"};
  for (std::size_t server = 0; server < comparison.servers.size(); ++server) head.push_back(letter(server));
  head.emplace_back();
  std::vector<text::Row> rows{head};
  for (std::size_t i = 0; i < corpus.cases.size(); ++i) {
    const Compared& compared = comparison.cases[i];
    text::Row row{corpus.cases[i].name};
    for (std::size_t server = 0; server < comparison.servers.size(); ++server)
      row.push_back(compared.framing_of(server));
    row.emplace_back(compared.agree() ? "" : "differ");
    rows.push_back(std::move(row));
  }
  std::string out;
  text::lay_out(rows, std::vector<text::Column>(head.size()), out);
  return out;
}

std::string answers_of(const Outcome& outcome, const Corpus& corpus) {
  return fmt::format("{}; {}, {}", decisive_codes(outcome, corpus.meanings),
                     plural(outcome.messages, "message", "messages"), word_of(outcome.end));
}

std::string expand(const Corpus& corpus, const Case& one, const Compared& compared) {
  std::string out = fmt::format("\n{}: {} ({})\n", one.name, one.about, one.clause);
  for (const Piece& piece : one.pieces) out += fmt::format("  | {}\n", text::escape(piece.octets));
  for (const Group& group : compared.groups) {
    for (const std::size_t server : group.servers)
      out += fmt::format("  {}: {}: {}\n", letter(server), group.framing,
                         answers_of(compared.outcomes[server], corpus));
  }
  return out;
}

}  // namespace

std::string table_of(const Corpus& corpus, const Comparison& comparison) {
  std::string out =
      fmt::format("{}: {}, {}\n", comparison.corpus_name, plural(corpus.cases.size(), "case", "cases"),
                  plural(comparison.servers.size(), "server", "servers"));
  for (std::size_t server = 0; server < comparison.servers.size(); ++server)
    out += fmt::format("{}  {}\n", letter(server), comparison.servers[server]);
  out += "\n" + rows_of(corpus, comparison) + "\n";
  const std::size_t differing = comparison.differing();
  if (differing == 0) return out + "they agree\n";
  out += fmt::format("they differ in {}\n", plural(differing, "case", "cases"));
  for (std::size_t i = 0; i < corpus.cases.size(); ++i) {
    if (!comparison.cases[i].agree()) out += expand(corpus, corpus.cases[i], comparison.cases[i]);
  }
  return out;
}

}  // namespace backtalk::differ
