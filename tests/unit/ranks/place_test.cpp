// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace backtalk::ranks {
namespace {

using testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

std::variant<std::optional<Place>, std::string> find(const Variables& variables) {
  return find_place([&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

Place place_of(const Variables& variables) {
  const auto found = find(variables);
  if (const auto* problem = std::get_if<std::string>(&found)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  const auto& place = std::get<std::optional<Place>>(found);
  EXPECT_TRUE(place.has_value());
  return place.value_or(Place{});
}

bool is_alone(const Variables& variables) {
  const auto found = find(variables);
  const auto* const place = std::get_if<std::optional<Place>>(&found);
  return place != nullptr && !place->has_value();
}

std::string problem_of(const Variables& variables) {
  const auto found = find(variables);
  const auto* const problem = std::get_if<std::string>(&found);
  return problem == nullptr ? "" : *problem;
}

TEST(Place, AProcessThatNoLauncherStartedIsAlone) {
  EXPECT_TRUE(is_alone({}));
  EXPECT_TRUE(is_alone({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "1"}}));
}

TEST(Place, MpirunSaysWhichRankOfHowMany) {
  const Place place = place_of({{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "4"}});
  EXPECT_EQ(place.share.part, 2U);
  EXPECT_EQ(place.share.parts, 4U);
  EXPECT_EQ(place.meeting, Meeting::by_mpi);
  EXPECT_FALSE(place.speaks());
  EXPECT_EQ(place_of({{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}}).meeting, Meeting::by_mpi);
}

TEST(Place, TheTasksOfAStepOfSlurmMeetAtItsFirstNode) {
  const Place place = place_of({{"SLURM_PROCID", "1"},
                                {"SLURM_NTASKS", "2"},
                                {"SLURM_JOB_ID", "17"},
                                {"SLURM_STEP_ID", "0"},
                                {"SLURM_STEP_NODELIST", "node[07-09,12]"}});
  EXPECT_EQ(place.meeting, Meeting::by_address);
  EXPECT_EQ(place.coordinator, "node07:21717");
  EXPECT_EQ(place.token, "slurm 17.0");
}

TEST(Place, TheScriptOfABatchJobIsOneProcess) {
  EXPECT_TRUE(is_alone({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}, {"SLURM_JOB_ID", "17"}}));
}

TEST(Place, PodsWorkForThemselvesUnlessTheyHaveACoordinator) {
  Variables pod{{"JOB_COMPLETION_INDEX", "3"}, {"BACKTALK_RANKS", "4"}};
  EXPECT_EQ(place_of(pod).meeting, Meeting::none);
  EXPECT_TRUE(place_of(pod).speaks());
  pod["BACKTALK_COORDINATOR"] = "load-0.load:7000";
  EXPECT_EQ(place_of(pod).meeting, Meeting::by_address);
  EXPECT_EQ(place_of(pod).coordinator, "load-0.load:7000");
  EXPECT_FALSE(place_of(pod).speaks());
}

TEST(Place, WhoStartsProcessesByHandPrevailsOverTheLauncher) {
  const Place place = place_of({{"BACKTALK_RANK", "1"},
                                {"BACKTALK_RANKS", "3"},
                                {"OMPI_COMM_WORLD_RANK", "2"},
                                {"OMPI_COMM_WORLD_SIZE", "4"}});
  EXPECT_EQ(place.share.part, 1U);
  EXPECT_EQ(place.share.parts, 3U);
}

TEST(Place, HalfOfWhatIsNeededIsRefused) {
  EXPECT_THAT(problem_of({{"JOB_COMPLETION_INDEX", "3"}}), HasSubstr("set BACKTALK_RANKS"));
  EXPECT_THAT(problem_of({{"BACKTALK_RANK", "3"}}), HasSubstr("set BACKTALK_RANKS"));
}

TEST(Place, NonsenseIsRefused) {
  for (const auto& [rank, ranks] : {std::pair{"4", "4"}, {"-1", "4"}, {"0", "0"}, {"0", "65537"}, {"", "2"}})
    EXPECT_THAT(problem_of({{"BACKTALK_RANK", rank}, {"BACKTALK_RANKS", ranks}}),
                HasSubstr("BACKTALK_RANKS="))
        << rank;
}

TEST(Place, SlurmPrevailsOverWhatItSetsForMpich) {
  Variables task{
      {"PMI_RANK", "1"},      {"PMI_SIZE", "4"},      {"SLURM_PROCID", "1"},        {"SLURM_NTASKS", "4"},
      {"SLURM_JOB_ID", "17"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "4"}};
  EXPECT_EQ(place_of(task).launcher, "srun");
  EXPECT_EQ(place_of(task).meeting, Meeting::by_address);
  task["PMI_RANK"] = "2";  // mpirun of MPICH inside of a step
  EXPECT_EQ(place_of(task).meeting, Meeting::by_mpi);
  EXPECT_EQ(place_of(task).share.part, 2U);
}

TEST(Place, WhatASlurmTaskKnowsIsNoSecret) {
  Variables task{
      {"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}, {"SLURM_JOB_ID", "17"}, {"SLURM_STEP_ID", "0"}};
  EXPECT_FALSE(place_of(task).is_token_secret);
  task["BACKTALK_TOKEN"] = "";
  EXPECT_FALSE(place_of(task).is_token_secret);
  task["BACKTALK_TOKEN"] = "chosen";
  EXPECT_TRUE(place_of(task).is_token_secret);
  EXPECT_TRUE(place_of({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "4"}}).is_token_secret);
}

TEST(Place, ATokenIsALine) {
  for (const std::string& token : {std::string("two\nlines"), std::string("\x1b"), std::string(1025, 'x')})
    EXPECT_THAT(problem_of({{"BACKTALK_RANK", "0"}, {"BACKTALK_RANKS", "2"}, {"BACKTALK_TOKEN", token}}),
                HasSubstr("BACKTALK_TOKEN: "));
}

TEST(Place, RanksWaitForEachOtherForSeconds) {
  Variables rank{{"BACKTALK_RANK", "0"}, {"BACKTALK_RANKS", "2"}};
  EXPECT_EQ(place_of(rank).rank_timeout_s, 60U);
  rank["BACKTALK_RANK_TIMEOUT"] = "5";
  EXPECT_EQ(place_of(rank).rank_timeout_s, 5U);
  for (const char* const text : {"5s", "0", "", "86401"}) {
    rank["BACKTALK_RANK_TIMEOUT"] = text;
    EXPECT_THAT(problem_of(rank), HasSubstr("a number of seconds is expected")) << text;
  }
}

TEST(FirstNode, IsTheFirstOfTheList) {
  EXPECT_EQ(first_node("n7"), "n7");
  EXPECT_EQ(first_node("n7,n9"), "n7");
  EXPECT_EQ(first_node("n[7-9,12],m1"), "n7");
  EXPECT_EQ(first_node("n[12]"), "n12");
  EXPECT_EQ(first_node("login,n[7-9]"), "login");
  EXPECT_EQ(first_node("rack[1-2]-node,x"), "rack1-node");
}

}  // namespace
}  // namespace backtalk::ranks
