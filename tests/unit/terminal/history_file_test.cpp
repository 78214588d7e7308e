// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/history_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace backtalk::terminal {
namespace {

class HistoryFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "history-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(HistoryFileTest, KeepsLinesForTheNextConversation) {
  const HistoryFile file(folder_ / "not" / "there" / "yet");
  EXPECT_TRUE(file.read().empty());
  file.add("EHLO me");
  file.add("QUIT");
  EXPECT_EQ(file.read(), (std::vector<std::string>{"EHLO me", "QUIT"}));
}

TEST_F(HistoryFileTest, IsForItsOwnerAlone) {
  const std::string path = folder_ / "history";
  HistoryFile(path).add("EHLO me");
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(HistoryFileTest, DoesNotGrowForEver) {
  const std::string path = folder_ / "history";
  const HistoryFile file(path);
  for (std::size_t i = 0; i <= 2 * HistoryFile::kLinesMax; ++i) file.add("NOOP " + std::to_string(i));
  const auto lines = file.read();
  EXPECT_EQ(lines.size(), HistoryFile::kLinesMax);
  EXPECT_EQ(lines.back(), "NOOP 2000");
  EXPECT_LT(std::filesystem::file_size(path), 11 * HistoryFile::kLinesMax);
  EXPECT_EQ(file.read(), lines);
}

TEST_F(HistoryFileTest, DoesWithoutAFile) {
  const HistoryFile none("");
  none.add("EHLO me");
  EXPECT_TRUE(none.read().empty());
  const HistoryFile unwritable("/proc/none/history");
  unwritable.add("EHLO me");
  EXPECT_TRUE(unwritable.read().empty());
}

TEST(HistoryFilePath, IsWhatTheEnvironmentSays) {
  setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(HistoryFile::usual_path(), "/state/backtalk/history");
  setenv("XDG_STATE_HOME", "relative", 1);
  setenv("HOME", "/home/me", 1);
  EXPECT_EQ(HistoryFile::usual_path(), "/home/me/.local/state/backtalk/history");
  unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(HistoryFile::usual_path(), "/home/me/.local/state/backtalk/history");
}

}  // namespace
}  // namespace backtalk::terminal
