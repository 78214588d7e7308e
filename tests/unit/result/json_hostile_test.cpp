// SPDX-License-Identifier: Apache-2.0 OR MIT
// Texts that no program of ours has written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <functional>

#include "result/json.hpp"
#include "results.hpp"

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
std::string problem_of(const std::function<void(json::object&)>& damage) {
  json::object text = json::parse(to_json(open_result(), {})).as_object();
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
  EXPECT_THAT(problem(std::string(1'000'000, '[')), HasSubstr("not JSON")) << "no recursion without bound";
  EXPECT_THAT(problem(std::string(kJsonOctetsMax + 1, ' ')), HasSubstr("more than 64 MiB"));
}

// Each value of a good text is taken away, and replaced by each other kind.
void try_each_value(const json::value& whole, json::value& place, int& tried) {
  const json::value good = place;
  for (const json::value& other :
       {json::value(nullptr), json::value(true), json::value(-1), json::value(-1.5), json::value(1e300),
        json::value(std::numeric_limits<std::uint64_t>::max()), json::value("?"), json::value(json::array{1}),
        json::value(json::object{{"x", "\u20ac"}})}) {
    place = other;
    const auto out = from_json(json::serialize(whole));
    if (const auto* result = std::get_if<RunResult>(&out)) {
      // It may be a result, and is one then that can be saved.
      EXPECT_EQ(problem(to_json(*result, {})), "");
    }
    ++tried;
  }
  place = good;
  if (auto* object = place.if_object()) {
    for (auto& one : *object) try_each_value(whole, one.value(), tried);
    for (std::size_t i = 0; i < object->size(); ++i) {
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
    for (json::value& one : *array) try_each_value(whole, one, tried);
  }
}

TEST(HostileJson, AnyValueOfAnyKindIsSurvived) {
  json::value text = json::parse(to_json(closed_result(), {}));
  int tried = 0;
  try_each_value(text, text, tried);
  EXPECT_GT(tried, 1000);
}

TEST(HostileJson, TheProblemNamesTheKey) {
  EXPECT_THAT(problem_of([](auto& text) { text.at("bytes").as_object().at("sent") = -1; }),
              HasSubstr("`bytes.sent`: a whole number"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("bytes").as_object().erase("sent"); }),
              HasSubstr("`bytes.sent`: a whole number"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("loop") = "ajar"; }),
              HasSubstr("`workload.loop`: open or closed"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("rate_per_s") = 0; }),
              HasSubstr("`workload.rate_per_s`"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("arrival") = nullptr; }),
              HasSubstr("`workload.arrival`: a value is expected"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("timeout_s") = "10s"; }),
              HasSubstr("`workload.timeout_s`: a time is expected"));
  EXPECT_THAT(problem_of([](auto& text) { text.at("workload").as_object().at("connections") = -1; }),
              HasSubstr("`workload.connections`: a whole number"));
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
}

TEST(HostileJson, MemoryIsBounded) {
  EXPECT_THAT(problem_of([](auto& text) {
                json::object& commands = text.at("commands").as_object();
                json::object& encoded = text.at("histogram").at("commands").as_object();
                for (int i = 0; i < 100; ++i) {
                  commands["X" + std::to_string(i)] = commands.at("DOT");
                  encoded["X" + std::to_string(i)] = encoded.at("DOT");
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
