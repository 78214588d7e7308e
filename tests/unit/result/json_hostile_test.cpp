// SPDX-License-Identifier: Apache-2.0 OR MIT
// Texts that no program of ours has written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <limits>

#include "result/json.hpp"
#include "results.hpp"
#include "session/base64.hpp"
#include "stats/hdr_v2.hpp"
#include "stats/zlib_stream.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

std::string problem(std::string_view text) {
  const auto out = from_json(text);
  const auto* const told = std::get_if<std::string>(&out);
  return told == nullptr ? "" : *told;
}

// What is said of a good result once something was done to it.
std::string problem_of(const std::function<void(json::object&)>& damage,
                       const RunResult& result = open_result()) {
  json::object text = json::parse(to_json(result, {})).as_object();
  damage(text);
  return problem(json::serialize(text));
}

TEST(HostileJson, TextsThatAreNotResultsAreRefused) {
  EXPECT_THAT(problem(""), HasSubstr("not JSON"));
  EXPECT_THAT(problem("{\"schema\":"), HasSubstr("not JSON"));
  EXPECT_THAT(problem("\xff"), HasSubstr("not JSON"));
  EXPECT_THAT(problem("[]"), HasSubstr("not a result of backtalk load"));
  EXPECT_THAT(problem("{\"schema\":\"backtalk.compare/1\"}"), HasSubstr("not a result of backtalk load"));
  EXPECT_THAT(problem("{\"schema\":\"backtalk.load/1\"}"), HasSubstr("did not save `counters`"));
  EXPECT_THAT(problem(std::string(1'000'000, '[')), HasSubstr("more than 16 objects and arrays within"));
  EXPECT_THAT(problem(std::string(kJsonOctetsMax + 1, ' ')),
              HasSubstr("it has 67108865 octets, and 64 MiB are the limit"));
}

TEST(HostileJson, NothingIsDeeplyNested) {
  const auto with_depth = [](std::size_t depth) {
    return problem_of([depth](auto& text) {
      json::value inner = 1;
      for (std::size_t i = 1; i < depth; ++i) inner = json::array{inner};
      text["unknown"] = inner;
    });
  };
  EXPECT_EQ(with_depth(kJsonDepthMax), "") << "unknown keys are skipped";
  EXPECT_THAT(with_depth(kJsonDepthMax + 1), HasSubstr("more than 16 objects and arrays within each other"));
}

// A trial reads a whole result. So of all that could be tried one in so many is, in turn;
// sanitizers make a trial ten times as long. The number is no multiple of three, so that each of
// the nine kinds has its turn.
constexpr int kKindsApart = BACKTALK_SANITIZED ? 40 : 4;

// Each value of a good text is taken away, and replaced by each other kind.
void try_each_value(const json::value& whole, json::value& place, int& tried) {
  const json::value good = place;
  for (const json::value& other :
       {json::value(nullptr), json::value(true), json::value(-1), json::value(-1.5), json::value(1e300),
        json::value(std::numeric_limits<std::uint64_t>::max()), json::value("?"), json::value(json::array{1}),
        json::value(json::object{{"x", "\u20ac"}})}) {
    if (++tried % kKindsApart != 0) continue;
    place = other;
    const auto out = from_json(json::serialize(whole));
    if (const auto* result = std::get_if<RunResult>(&out)) {
      // It may be a result, and is one then that can be saved.
      EXPECT_EQ(problem(to_json(*result, {})), "");
    }
  }
  place = good;
  if (auto* object = place.if_object()) {
    for (auto& one : *object) try_each_value(whole, one.value(), tried);
    for (std::size_t i = 0; i < object->size(); ++i) {
      if (++tried % kKindsApart != 0) continue;
      json::object without;
      for (std::size_t j = 0; j < object->size(); ++j) {
        const auto& one = *(object->begin() + static_cast<std::ptrdiff_t>(j));
        if (j != i) without[one.key()] = one.value();
      }
      place = without;
      (void)from_json(json::serialize(whole));
      place = good;
      object = place.if_object();
    }
  } else if (auto* array = place.if_array()) {
    // What lies between them is read as they are.
    if (!array->empty()) try_each_value(whole, array->front(), tried);
    if (array->size() > 1) try_each_value(whole, array->back(), tried);
  }
}

TEST(HostileJson, AnyValueOfAnyKindIsSurvived) {
  json::value text = json::parse(to_json(closed_result(), {}));
  int tried = 0;
  try_each_value(text, text, tried);
  EXPECT_GT(tried, 1000);
}

TEST(HostileJson, AnyValueOfAStageIsSurvived) {
  json::value text = json::parse(to_json(staged_result(), {}));
  int tried = 0;
  try_each_value(text, text.as_object().at("stages"), tried);
  EXPECT_GT(tried, 500);
}

TEST(HostileJson, SessionsAddUpAndAreThereIfTheyArriveByTheClock) {
  const auto said_of = [](const auto& change) {
    json::object text = json::parse(to_json(partly_open_result(), {})).as_object();
    change(text);
    const auto read = from_json(json::serialize(text));
    const auto* const found = std::get_if<std::string>(&read);
    return found == nullptr ? std::string() : *found;
  };
  EXPECT_EQ(said_of([](auto&) {}), "");
  EXPECT_THAT(said_of([](auto& text) { text.at("sessions").as_object().at("failed") = 4; }),
              HasSubstr("`sessions`: completed, failed and unfinished do not add up to started"));
  EXPECT_THAT(said_of([](auto& text) { text.at("sessions").as_object().at("found_all_busy") = 11; }),
              HasSubstr("`sessions`: more sessions had to wait than fell due"));
  EXPECT_THAT(said_of([](auto& text) { text.at("sessions") = nullptr; }),
              HasSubstr("`sessions`: they are there if there is a session_rate_per_s"));
  EXPECT_THAT(said_of([](auto& text) { text.at("workload").as_object().at("session_rate_per_s") = nullptr; }),
              HasSubstr("`workload.session_rate_per_s`: a rate above 0 is expected"));
  json::value text = json::parse(to_json(partly_open_result(), {}));
  int tried = 0;
  try_each_value(text, text.as_object().at("sessions"), tried);
  try_each_value(text, text.as_object().at("workload").as_object().at("session_rate_per_s"), tried);
  EXPECT_GT(tried, 100);
}

TEST(HostileJson, DeliveriesAddUp) {
  const auto said_of = [](std::string_view key, const json::value& value) {
    json::object text = json::parse(to_json(closed_result(), {})).as_object();
    text.at("delivery").as_object().at(key) = value;
    const auto read = from_json(json::serialize(text));
    const auto* const found = std::get_if<std::string>(&read);
    return found == nullptr ? std::string() : *found;
  };
  EXPECT_EQ(said_of("twice", 100), "");
  EXPECT_THAT(said_of("lost", 1), HasSubstr("`delivery`: seen, lost and waiting do not add up to accepted"));
  EXPECT_THAT(said_of("accepted", 7), HasSubstr("do not add up to accepted"));
  EXPECT_THAT(said_of("examples", json::array(31)), HasSubstr("the array is too long"));
  json::object example{{"name", "reply-5xx"}, {"number", 1}, {"age_ns", 1}};
  EXPECT_THAT(said_of("examples", json::array{example}), HasSubstr("delivery-lost or delivery-twice"));
}

TEST(HostileJson, TheProblemNamesTheKey) {
  EXPECT_THAT(problem_of([](auto& text) {
                json::object& commands = text.at("commands").as_object();
                commands.at("MAIL").as_object().at("unexpected") = 2;
              }),
              HasSubstr("`commands.MAIL`: ok, refused and unexpected do not add up"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("bytes").as_object().at("sent") = -1; }),
              HasSubstr("`bytes.sent`: a whole number"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("bytes").as_object().erase("sent"); }),
              HasSubstr("`bytes.sent`: a whole number"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("loop") = "ajar"; }),
              HasSubstr("`workload.loop`: open, partly-open or closed"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("rate_per_s") = 0; }),
              HasSubstr("`workload.rate_per_s`"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("arrival") = nullptr; }),
              HasSubstr("`workload.arrival`: a value is expected"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("timeout_s") = "10s"; }),
              HasSubstr("`workload.timeout_s`: a time is expected"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("connections") = -1; }),
              HasSubstr("`workload.connections`: a whole number"));
}

TEST(HostileJson, TheConnectionsOfTheAddressesAreThoseOfTheRun) {
  const auto with = [](std::string_view of, std::string_view key, std::uint64_t count) {
    return problem_of([&](auto& text) {
      auto& first = text.at("connections").as_object().at(of).as_array().front().as_object();
      first.at(key) = count;
    });
  };
  const auto refused = [](std::string_view of, std::uint64_t count) {
    return problem_of([&](auto& text) {
      auto& last = text.at("connections").as_object().at(of).as_array().back().as_object();
      last.at("errors").as_object().at("connect-refused") = count;
    });
  };
  for (const std::string_view of : {"addresses", "sources"}) {
    EXPECT_EQ(refused(of, 1), "") << of;
    EXPECT_THAT(refused(of, 0),
                HasSubstr("`connections." + std::string(of) + "[].errors`: they do not add up"));
    EXPECT_THAT(refused(of, 2), HasSubstr("[].errors`: they do not add up to failed")) << of;
    EXPECT_THAT(with(of, "opened", 10), HasSubstr("more connections than the run")) << of;
    EXPECT_THAT(with(of, "opened", 1), HasSubstr("fewer connections than the run")) << of;
    EXPECT_THAT(with(of, "failed", 2), HasSubstr("more connections than the run")) << of;
  }
  EXPECT_THAT(problem_of([](auto& text) {
                text.at("connections").as_object().at("sources") = json::array(kJsonAddressesMax + 1);
              }),
              HasSubstr("`connections.sources`: the array is too long"));
  // Those of earlier versions do not have them.
  EXPECT_EQ(problem_of([](auto& text) { text.at("connections").as_object().erase("addresses"); }), "");
}

TEST(HostileJson, TargetsThatContradictTheRunAreRefused) {
  const auto first = [](auto& text) -> json::object& {
    return text.at("targets").as_array().front().as_object();
  };
  EXPECT_EQ(problem_of([](auto& text) { text.erase("targets"); }), "") << "of an earlier version";
  EXPECT_THAT(problem_of([&](auto& text) {
                json::object& counts = first(text).at("transactions").as_object();
                counts.at("started") = 9;
                counts.at("failed") = 4;
              }),
              HasSubstr("the targets have more transactions than the run"));
  EXPECT_THAT(problem_of([&](auto& text) {
                json::object& counts = first(text).at("transactions").as_object();
                counts.at("completed") = 4;
                counts.at("failed") = 2;
              }),
              HasSubstr("not every completed transaction was timed"));
}

// Results of earlier versions lack the keys behind the first seventeen.
TEST(HostileJson, EachFirstKeyOfTheWorkloadMustBeThere) {
  const auto keys = workload_keys();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string key(keys[i]);
    const std::string problem =
        problem_of([&key](auto& text) { text.at("workload").as_object().erase(key); });
    if (i < 17) {
      EXPECT_THAT(problem, HasSubstr("`workload." + key + "`"));
    } else {
      EXPECT_EQ(problem, "") << key;
    }
  }
}

TEST(HostileJson, ClassesThatContradictTheirCommandAreRefused) {
  const auto mail = [](auto& text) -> json::object& {
    return text.at("commands").as_object().at("MAIL").as_object();
  };
  const auto encoded = [](auto& text) -> json::object& {
    return text.at("histogram").as_object().at("by_class").as_object().at("MAIL").as_object();
  };
  EXPECT_EQ(problem_of([&](auto& text) { mail(text).erase("by_class"); }), "") << "of an earlier version";
  EXPECT_THAT(problem_of([&](auto& text) { encoded(text).erase("5xx"); }), HasSubstr("by_class.MAIL.5xx"));
  EXPECT_THAT(problem_of([&](auto& text) { encoded(text)["5xx"] = encoded(text).at("2xx"); }),
              HasSubstr("as many values as are counted"));
  EXPECT_THAT(problem_of([&](auto& text) {
                encoded(text)["5xx"] = encoded(text).at("2xx");
                mail(text).at("by_class").as_object()["5xx"] = mail(text).at("by_class").at("2xx");
              }),
              HasSubstr("the classes have more replies than were timed"));
  EXPECT_THAT(problem_of([&](auto& text) {
                json::object& figures = mail(text).at("by_class").as_object();
                for (int i = 0; i < 100; ++i) {
                  encoded(text).emplace(std::to_string(i), json::value(encoded(text).at("2xx")));
                  figures.emplace(std::to_string(i), json::value(figures.at("2xx")));
                }
              }),
              HasSubstr("no protocol has as many classes"));
  EXPECT_THAT(problem_of([&](auto& text) {
                json::object& by_class = text.at("histogram").as_object().at("by_class").as_object();
                json::object& commands = text.at("commands").as_object();
                // Of commands that were never answered, so that nothing contradicts anything.
                const json::value ages = text.at("histogram").at("command_ages").at("DOT");
                json::object& encoded_all = text.at("histogram").at("commands").as_object();
                for (int command = 0; command < 20; ++command) {
                  json::object figures = commands.at("DOT").as_object();
                  json::object classes;
                  json::object histograms;
                  for (std::size_t i = 0; i < kJsonClassesMax; ++i) {
                    classes[std::to_string(i)] = figures.at("latency_ns");
                    histograms[std::to_string(i)] = encoded_all.at("DOT");
                  }
                  figures["by_class"] = classes;
                  const std::string name = "X" + std::to_string(command);
                  commands[name] = figures;
                  by_class[name] = histograms;
                  text.at("histogram").at("command_ages").as_object()[name] = ages;
                  encoded_all[name] = json::value(encoded_all.at("DOT"));
                }
              }),
              HasSubstr("no protocol has as many classes in all"));
}

// One of 5 digits, as HdrHistogram allows, whose counts are a thousand times as long inflated as
// compressed.
TEST(HostileJson, AHistogramThatInflatesToMuchIsRefused) {
  std::string plain("\x1c\x84\x93\x13", 4);
  const auto put = [&plain](std::uint64_t value, unsigned octets) {
    while (octets-- > 0) plain += static_cast<char>(value >> (8 * octets) & 0xFFU);
  };
  put(2 * kJsonInflatedMax, 4);
  put(0, 4);
  put(5, 4);
  put(1, 8);
  put(std::uint64_t{1} << 60, 8);
  put(0x3FF0000000000000, 8);
  plain.append(2 * kJsonInflatedMax, '\0');
  const std::string stream = stats::zlib_compress(plain);
  std::string octets("\x1c\x84\x93\x14", 4);
  for (unsigned shift = 32; shift > 0;) octets += static_cast<char>(stream.size() >> (shift -= 8) & 0xFFU);
  const std::string text = session::to_base64(octets + stream);
  EXPECT_LT(text.size(), 10'000U);
  EXPECT_TRUE(stats::decode_v2_compressed(text)) << "it is a histogram";
  EXPECT_THAT(problem_of([&](auto& file) { file.at("histogram").as_object().at("latency") = text; }),
              HasSubstr("`histogram.latency`: the histogram is too large"));
}

TEST(HostileJson, ContradictoryCountsAreRefused) {
  EXPECT_THAT(problem_of([](auto& text) { text.at("transactions").as_object().at("completed") = 5; }),
              HasSubstr("do not add up to started"));
  EXPECT_THAT(problem_of([](auto& text) {
                text.at("transactions").as_object().at("failed") = std::numeric_limits<std::uint64_t>::max();
              }),
              HasSubstr("do not add up to started"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("counters").as_object().at("due_by_middle") = 11; }),
              HasSubstr("contradicts the transactions"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("latency_ns").as_object().at("count") = 7; }),
              HasSubstr("as many values as are counted"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("latency_ns").as_object().at("max") = 1; }),
              HasSubstr("not those of the histogram"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("latency_ns").as_object().at("clamped") = 1; }),
              HasSubstr("not those of the histogram"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("intervals").as_array()[1].as_object().at("t_s") = 1; }),
              HasSubstr("not in order"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("histogram").as_object().at("latency") = "HISTFAAA"; }),
              HasSubstr("`histogram.latency`"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("censored").as_object().at("timed_out") = 4; }),
              HasSubstr("more timed out or were unfinished than there were"));
  EXPECT_THAT(problem_of([](auto& text) {
                json::object& all = text.at("histogram").as_object();
                json::array& batches = all.at("batches").as_object().at("latency").as_array();
                batches[0] = batches[1] = all.at("latency");
              }),
              HasSubstr("the batches have more latencies than the run"));
}

TEST(HostileJson, CommandsWithMoreAgesThanWereUnansweredAreRefused) {
  const auto mail = [](const std::function<void(json::object & mail)>& damage) {
    return problem_of([&damage](auto& text) { damage(text.at("commands").at("MAIL").as_object()); });
  };
  EXPECT_EQ(mail([](auto& one) { one.erase("censored"); }), "") << "of an earlier version";
  EXPECT_THAT(
      mail([](auto& one) { one.at("sent") = 11; }),
      HasSubstr("`commands.MAIL.censored`: more timed out or were unfinished than were not answered"));
  EXPECT_THAT(mail([](auto& one) { one.at("sent") = 0; }), HasSubstr("than were not answered"));
  EXPECT_THAT(mail([](auto& one) { one.at("censored").as_object().at("timed_out") = 2; }),
              HasSubstr("than were not answered"));
  EXPECT_THAT(
      mail([](auto& one) { one.at("censored").as_object().at("ages_ns").as_object().at("count") = 2; }),
      HasSubstr("as many values as are counted"));
}

TEST(HostileJson, MoreAgesSinceSendingThanAgesAreRefused) {
  EXPECT_EQ(problem_of([](auto& text) { text.erase("service_censored"); }), "") << "of an earlier version";
  for (const int timed_out : {0, 2})
    EXPECT_THAT(problem_of([timed_out](auto& text) {
                  text.at("service_censored").as_object().at("timed_out") = timed_out;
                  text.at("censored").as_object().at("timed_out") = 2;
                }),
                HasSubstr("`service_censored`: more timed out or were unfinished than there were"));
  EXPECT_THAT(problem_of([](auto& text) {
                text.at("probe").as_object().at("censored").as_object().at("timed_out") = 2;
              }),
              HasSubstr("`probe.censored`: more timed out or were unfinished than there were"));
}

TEST(HostileJson, PassesThatContradictTheRunOrThemselvesAreRefused) {
  const auto pass = [](const std::function<void(json::object & second)>& damage) {
    return problem_of([&damage](auto& text) { damage(text.at("mix").as_array()[1].as_object()); });
  };
  EXPECT_EQ(pass([](auto& one) { one.erase("censored"); }), "") << "of an earlier version";
  EXPECT_THAT(pass([](auto& one) { one.at("in_doubt") = 0; }),
              HasSubstr("the passes have fewer transactions than the run"));
  EXPECT_THAT(pass([](auto& one) { one.at("in_doubt") = 2; }),
              HasSubstr("the passes have more transactions than the run"));
  EXPECT_THAT(pass([](auto& one) { one.at("censored").as_object().at("timed_out") = 2; }),
              HasSubstr("more timed out or were unfinished than there were"));
}

TEST(HostileJson, StagesThatContradictTheRunOrThemselvesAreRefused) {
  const auto staged = [](const std::function<void(json::object & second)>& damage) {
    return problem_of([&damage](auto& text) { damage(text.at("stages").as_array()[1].as_object()); },
                      staged_result());
  };
  EXPECT_EQ(problem_of([](auto& text) { text.erase("stages"); }, staged_result()), "")
      << "of an earlier version";
  EXPECT_THAT(staged([](auto& one) { one.at("failed") = 4; }), HasSubstr("do not add up to started"));
  EXPECT_THAT(staged([](auto& one) { one.at("halves").as_array()[0].as_object().at("due") = 5; }),
              HasSubstr("`stages[].halves`: what was due in the two halves"));
  EXPECT_THAT(staged([](auto& one) { one.at("in_doubt") = 0; }),
              HasSubstr("the stages have fewer transactions than the run"));
  EXPECT_THAT(staged([](auto& one) { one.at("in_doubt") = 2; }),
              HasSubstr("the stages have more transactions than the run"));
  EXPECT_THAT(staged([](auto& one) { one.at("duration_s") = 0; }),
              HasSubstr("`stages[].duration_s`: a stage lasts for some time"));
  EXPECT_THAT(staged([](auto& one) { one.at("halves").as_array().pop_back(); }),
              HasSubstr("what was due in the two halves"));
  EXPECT_THAT(staged([](auto& one) { one.at("censored").as_object().at("timed_out") = 4; }),
              HasSubstr("more timed out or were unfinished than there were"));
  for (const int timeouts : {0, 2, 4})
    EXPECT_THAT(staged([timeouts](auto& one) { one.at("errors").as_object().at("timeout") = timeouts; }),
                HasSubstr("`stages[].errors`: they do not add up to failed"));
  EXPECT_THAT(staged([](auto& one) {
                one.at("latency_ns").as_object().at("intervals").as_object().at("p99") = json::array{2, 1};
              }),
              HasSubstr("the two ends of an interval"));
  const auto stages = [](const std::function<void(json::array & all)>& damage) {
    return problem_of([&damage](auto& text) { damage(text.at("stages").as_array()); }, staged_result());
  };
  EXPECT_THAT(stages([](auto& all) { all.pop_back(); }), HasSubstr("fewer transactions than the run"));
  EXPECT_THAT(stages([](auto& all) { all.push_back(json::value(all.front())); }),
              HasSubstr("more transactions than the run"));
  EXPECT_THAT(stages([](auto& all) {
                for (int i = 0; i < 100; ++i) all.push_back(json::value(all.front()));
              }),
              HasSubstr("the array is too long"));
}

TEST(HostileJson, ResultsOfOlderVersionsHaveNeitherBatchesNorAges) {
  EXPECT_EQ(problem_of([](auto& text) {
              for (const char* key : {"censored", "service_censored"}) text.erase(key);
              json::object& encoded = text.at("histogram").as_object();
              for (const char* key : {"censored", "batches", "gaps"}) encoded.erase(key);
              text.at("counters").as_object().erase("in_flight_us");
            }),
            "");
}

TEST(HostileJson, ASeriesAddsUpToTheRun) {
  const auto with = [](const char* key, const json::value& value) {
    return problem_of([&](auto& text) {
      text.at("series").as_object().at("points").as_array()[1].as_object().at(key) = value;
    });
  };
  EXPECT_EQ(problem_of([](auto& text) { text.erase("series"); }), "") << "older files have none";
  for (const char* const key : {"started", "completed", "failed", "unfinished"})
    EXPECT_THAT(with(key, 1'000'000), HasSubstr("`series`: its points do not add up")) << key;
  EXPECT_THAT(with("timed_out", 1'000'000), HasSubstr("do not add up"));
  EXPECT_THAT(with("sent", std::numeric_limits<std::uint64_t>::max()), HasSubstr("do not add up"));
  EXPECT_THAT(with("p90_ns", -1), HasSubstr("`series.points[].p90_ns`: a whole number"));
  EXPECT_THAT(with("histogram", "HISTFAAA"), HasSubstr("`series.points[].histogram`: "));
  EXPECT_THAT(with("histogram", json::value(stats::encode_v2_compressed(stats::Histogram()))),
              HasSubstr("as many values as completed"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("series").as_object().at("width_s") = 0; }),
              HasSubstr("do not add up"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("series").as_object().at("width_s") = 1e9; }),
              HasSubstr("`series.width_s`: its points together last longer"));
  EXPECT_THAT(problem_of([](auto& text) {
                text.at("series").as_object().at("points") = json::array(1001, json::value(0));
              }),
              HasSubstr("`series.points`: the array is too long"));
}

TEST(HostileJson, MemoryIsBounded) {
  EXPECT_THAT(problem_of([](auto& text) {
                json::object& commands = text.at("commands").as_object();
                json::object& encoded = text.at("histogram").at("commands").as_object();
                json::object& ages = text.at("histogram").at("command_ages").as_object();
                for (int i = 0; i < 100; ++i) {
                  commands["X" + std::to_string(i)] = commands.at("DOT");
                  encoded["X" + std::to_string(i)] = encoded.at("DOT");
                  ages["X" + std::to_string(i)] = ages.at("DOT");
                }
              }),
              HasSubstr("no protocol has as many commands"));
  EXPECT_THAT(problem_of([](auto& text) {
                json::object& errors = text.at("errors").as_object();
                for (int i = 0; i < 2000; ++i) errors[std::to_string(i)] = 1;
              }),
              HasSubstr("`errors`: an object of 1024 keys at most"));
  EXPECT_THAT(problem_of([](auto& text) {
                text.at("counters").as_object().at("notes") = json::array(2000, json::value("x"));
              }),
              HasSubstr("`counters.notes`: the array is too long"));
  EXPECT_THAT(problem_of([](auto& text) {
                text.at("examples").as_array()[0].as_object().at("text") = std::string(513, 'x');
              }),
              HasSubstr("512 characters"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("intervals") = json::array(604'801, json::value(0)); }),
              HasSubstr("`intervals`: the array is too long"));
}

}  // namespace
}  // namespace backtalk::result
