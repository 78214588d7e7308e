// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/users_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::workload {
namespace {

using session::Credentials;
using testing::HasSubstr;

class UsersFile : public testing::Test {
 protected:
  UsersFile() {
    std::string name = testing::TempDir() + "backtalk-users-XXXXXX";
    const int descriptor = mkstemp(name.data());
    if (descriptor >= 0) close(descriptor);
    path = name;
  }
  ~UsersFile() override { std::filesystem::remove(path); }

  void write(std::string_view text) const { std::ofstream(path, std::ios::binary) << text; }
  [[nodiscard]] std::vector<Credentials> users() const {
    auto read = read_users_file(path);
    EXPECT_TRUE(std::holds_alternative<std::vector<Credentials>>(read)) << std::get<std::string>(read);
    return std::get<std::vector<Credentials>>(std::move(read));
  }
  [[nodiscard]] std::string problem() const {
    const auto read = read_users_file(path);
    const auto* const sentence = std::get_if<std::string>(&read);
    return sentence == nullptr ? "" : *sentence;
  }
  std::string path;
};

TEST_F(UsersFile, HasAUserAndAPasswordALine) {
  write("tim tanstaaf\ntom\t two  words \r\n#1 x y\nlast one");
  const auto read = users();
  ASSERT_EQ(read.size(), 4U);
  EXPECT_EQ(read[0].user, "tim");
  EXPECT_EQ(read[0].password, "tanstaaf");
  EXPECT_EQ(read[1].user, "tom");
  EXPECT_EQ(read[1].password, "two  words ") << "to the end of the line";
  EXPECT_EQ(read[2].user, "#1") << "there is no comment";
  EXPECT_EQ(read[3].password, "one");
}

TEST_F(UsersFile, ProblemsHaveTheNumberOfTheLine) {
  using namespace std::string_literals;
  write("tim tanstaaf\ntom\n");
  EXPECT_EQ(problem(), "--users " + path + ", line 2: expected a user, a space and a password");
  write("tim tanstaaf\ntom \n");
  EXPECT_THAT(problem(), HasSubstr(", line 2: expected a user"));
  write(" tim tanstaaf\n");
  EXPECT_THAT(problem(), HasSubstr(", line 1: expected a user"));
  write("tim tanstaaf\ntom x\n  \r\n");
  EXPECT_THAT(problem(), HasSubstr(", line 3: expected a user, a space and a password")) << "spaces alone";
  for (const std::string_view empty : {"a b\n\nc d\n", "a b\r\n\r\nc d", "a b\n\n"}) {
    write(empty);
    EXPECT_THAT(problem(), HasSubstr(", line 2: expected a user, a space and a password: the line is empty"));
  }
  write("a b\nc d\ne f\n" + std::string(256, 'u') + " x\n");
  EXPECT_THAT(problem(), HasSubstr(", line 4: the user is longer than 255 bytes"));
  write("a " + std::string(2561, 'p'));
  EXPECT_THAT(problem(), HasSubstr(", line 1: the password is longer than 2560 bytes"));
  write("a b\0c\n"s);
  EXPECT_THAT(problem(), HasSubstr(", line 1: the password has a control byte in it"));
  write("a\x01 b\n");
  EXPECT_THAT(problem(), HasSubstr(", line 1: the user has a control byte in it"));
}

TEST_F(UsersFile, SomebodyMustBeInIt) {
  write("");
  EXPECT_THAT(problem(), HasSubstr("no user is in it"));
  std::filesystem::remove(path);
  EXPECT_THAT(problem(), HasSubstr("there is no such file"));
}

TEST_F(UsersFile, AHundredThousandAreReadInOrder) {
  constexpr std::size_t kUsers = 100'000;
  std::string text;
  for (std::size_t i = 0; i < kUsers; ++i)
    text.append("user").append(std::to_string(i)).append("@example.org password").append(std::to_string(i)) +=
        '\n';
  write(text);
  const auto read = users();
  ASSERT_EQ(read.size(), kUsers);
  EXPECT_EQ(read.front().user, "user0@example.org");
  EXPECT_EQ(read.back().password, "password99999");
}

}  // namespace
}  // namespace backtalk::workload
