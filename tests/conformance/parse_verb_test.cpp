// `backtalk parse` as a process: exit codes, streams, complaints.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace backtalk {
namespace {

struct Ran {
  int exit_code = -1;
  std::string output;  // standard output and standard error
};

// Runs the program through the shell; `before` may set variables or pipe something in.
Ran run(const std::string& arguments, const std::string& before = "") {
  const std::string command = before + " '" BACKTALK_PROGRAM "' " + arguments + " 2>&1";
  Ran ran;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return ran;
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    ran.output.append(buffer, got);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) ran.exit_code = WEXITSTATUS(status);
  return ran;
}

class ParseVerb : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("backtalk-parse-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string file_with(const std::string& bytes) const {
    const std::filesystem::path path = folder_ / "input";
    std::ofstream(path, std::ios::binary) << bytes;
    return std::string(1, '\'').append(path.string()).append(1, '\'');
  }

 private:
  std::filesystem::path folder_;
};

constexpr const char* kOk =
    "{\"type\":\"reply\",\"offset\":0,\"code\":250,\"enhanced\":\"2.1.5\",\"lines\":[\"Ok\"]}\n";

TEST_F(ParseVerb, ExitsWithZeroForCompleteMessages) {
  const Ran ran = run("parse smtp " + file_with("250 2.1.5 Ok\r\n"));
  EXPECT_EQ(ran.output, kOk);
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(run("parse smtp " + file_with("")).exit_code, 0);
}

TEST_F(ParseVerb, ExitsWithOneForAProtocolError) {
  const Ran ran = run("parse smtp " + file_with("250 2.1.5 Ok\r\n250 x\n"));
  EXPECT_EQ(ran.output,
            std::string(kOk) +
                "{\"type\":\"error\",\"offset\":19,\"error\":\"bare-lf\",\"message\":\"a line feed "
                "without a carriage return before it\"}\n");
  EXPECT_EQ(ran.exit_code, 1);
}

TEST_F(ParseVerb, ExitsWithThreeInsideAMessage) {
  const Ran ran = run("parse smtp " + file_with("250 2.1.5 Ok\r\n250-"));
  EXPECT_EQ(ran.output, std::string(kOk) + "{\"type\":\"incomplete\",\"offset\":14}\n");
  EXPECT_EQ(ran.exit_code, 3);
}

TEST_F(ParseVerb, ReadsStandardInput) {
  const std::string input = file_with("250 2.1.5 Ok\r\n");
  EXPECT_EQ(run("parse smtp < " + input).output, kOk);
  EXPECT_EQ(run("parse smtp - < " + input).output, kOk);
}

TEST_F(ParseVerb, TheChunkDoesNotChangeTheOutput) {
  std::string stream;
  for (int i = 0; i < 5000; ++i) stream += "250-2.0.0 line\r\n250 2.0.0 " + std::to_string(i) + "\r\n";
  const std::string input = file_with(stream + "25");
  const Ran whole = run("parse smtp " + input);
  EXPECT_EQ(whole.exit_code, 3);
  for (const char* chunk : {"1", "7", "64", "100000", "1000000"}) {
    const Ran ran = run(std::string("parse smtp --chunk ") + chunk + " " + input);
    EXPECT_EQ(ran.output, whole.output) << chunk;
    EXPECT_EQ(ran.exit_code, 3) << chunk;
  }
}

TEST_F(ParseVerb, TakesTolerancesAndLimitsRepeatedly) {
  const std::string input = file_with("250 a\n650 b\rc\n");
  EXPECT_EQ(run("parse smtp " + input).exit_code, 1);
  EXPECT_EQ(run("parse smtp --tolerate bare_lf --tolerate any_code --tolerate bare_cr " + input).exit_code,
            0);
  const Ran limited = run("parse smtp --limit line_octets_max=5 --limit reply_lines_max=1 " + input);
  EXPECT_NE(limited.output.find("line-too-long"), std::string::npos);
}

TEST_F(ParseVerb, ExitsWithTwoAndSaysWhatToDo) {
  const std::string input = file_with("");
  for (const std::string& arguments :
       {std::string(""), std::string("parse"), std::string("parse ftp"), std::string("pars"),
        "parse smtp --chunk 0 " + input, "parse smtp --chunk x " + input, "parse smtp --tolerate lf " + input,
        "parse smtp --limit x=1 " + input, "parse smtp --no-such-option " + input,
        std::string("parse smtp /no/such/file"), std::string("parse smtp /"),
        "parse smtp " + input + " again"}) {
    const Ran ran = run(arguments, "</dev/null");
    EXPECT_EQ(ran.exit_code, 2) << arguments;
    EXPECT_FALSE(ran.output.empty()) << arguments;
  }
}

TEST_F(ParseVerb, HelpListsTolerancesAndLimits) {
  const Ran ran = run("parse --help");
  EXPECT_EQ(ran.exit_code, 0);
  for (const char* word : {"--chunk", "--tolerate", "bare_lf", "smuggling", "--pop3-multi", "--http-request",
                           "--http-head", "--limit", "reply_octets_max"}) {
    EXPECT_NE(ran.output.find(word), std::string::npos) << word;
  }
  EXPECT_EQ(run("--help").exit_code, 0);
  EXPECT_EQ(run("--version").exit_code, 0);
}

TEST_F(ParseVerb, RefusesATargetThatThisMachineLacks) {
  const std::string input = file_with("250 2.1.5 Ok\r\n");
  const Ran ran = run("parse smtp " + input, "BACKTALK_SIMD=mmx");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_NE(ran.output.find("scalar"), std::string::npos);
  EXPECT_EQ(run("parse smtp " + input, "BACKTALK_SIMD=scalar").output, kOk);
}

TEST_F(ParseVerb, ComplainsWhereTheOutputCannotBeWritten) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const Ran ran = run("parse smtp " + file_with("250 2.1.5 Ok\r\n") + " 3>&1 >/dev/full 2>&3");
  EXPECT_EQ(ran.exit_code, 2);
}

}  // namespace
}  // namespace backtalk
