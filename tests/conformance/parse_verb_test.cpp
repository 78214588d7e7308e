// SPDX-License-Identifier: Apache-2.0 OR MIT
// `backtalk parse` as a process: exit codes, streams, complaints.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "backtalk/tolerate.hpp"
#include "parse/protocols.hpp"

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
  FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c): the command is ours
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

TEST_F(ParseVerb, SaysWhatElseToTryWithAStreamThatDoesNotParse) {
  const auto advises = [&](const std::string& arguments, const std::string& input, const char* option) {
    const Ran ran = run("parse " + arguments + " " + file_with(input));
    EXPECT_EQ(ran.exit_code, 1);
    const std::size_t said = ran.output.find("backtalk parse: ");
    return said != std::string::npos && ran.output.find(option, said) != std::string::npos;
  };
  const std::string list = "+OK ready\r\n+OK 1 messages\r\n1 120\r\n.\r\n";
  EXPECT_TRUE(advises("pop3", list, "--pop3-multi"));
  EXPECT_TRUE(advises("pop3 --pop3-multi auto", list.substr(11), "greeting"));
  EXPECT_TRUE(advises("http", "GET / HTTP/1.1\r\n\r\n", "--http-request"));
  EXPECT_TRUE(advises("http --http-request", "HTTP/1.1 200 OK\r\n\r\n", "--http-request"));
  EXPECT_FALSE(advises("http", "HTTP/1.1 200 OK\n\n", "--http-request"));
  EXPECT_FALSE(advises("http", "http/1.1 200 OK\r\n\r\n", "--http-request"));
  EXPECT_FALSE(advises("smtp", "250 x\r\n2\n", "--"));
}

// The forms that the program promises, protocol by protocol, and every option.
struct Form {
  const char* arguments;
  std::string input;
  const char* output;
  int exit_code;
};

const Form kForms[] = {
    {"smtp", "250 Ok\r\n",
     R"({"type":"reply","offset":0,"code":250,"enhanced":null,"lines":["Ok"]})"
     "\n",
     0},
    {"smtp", "250-2.1.5 a\r\n250-b\r\n250 2.1.5 c\r\n",
     R"({"type":"reply","offset":0,"code":250,"enhanced":"2.1.5","lines":["a","b","c"]})"
     "\n",
     0},
    {"smtp", std::string("250 \xe9\"\\\t\r\n"),
     R"({"type":"reply","offset":0,"code":250,"enhanced":null,"lines":["\u00e9\"\\\t"]})"
     "\n",
     0},
    {"pop3", "+OK ready\r\n-ERR no\r\n",
     R"({"type":"response","offset":0,"ok":true,"text":"ready"})"
     "\n"
     R"({"type":"response","offset":11,"ok":false,"text":"no"})"
     "\n",
     0},
    {"pop3 --pop3-multi 1,0", "+OK ready\r\n+OK 2 messages\r\n1 120\r\n..2 200\r\n.\r\n+OK\r\n",
     R"({"type":"response","offset":0,"ok":true,"text":"ready"})"
     "\n"
     R"({"type":"response","offset":11,"ok":true,"text":"2 messages","lines":["1 120",".2 200"]})"
     "\n"
     R"({"type":"response","offset":46,"ok":true,"text":""})"
     "\n",
     0},
    {"pop3 --pop3-multi auto", "+OK ready\r\n+OK\r\na\r\n.\r\n",
     R"({"type":"response","offset":0,"ok":true,"text":"ready"})"
     "\n"
     R"({"type":"response","offset":11,"ok":true,"text":"","lines":["a"]})"
     "\n",
     0},
    {"pop3 --pop3-multi 1", "+OK ready\r\n+OK\r\na\r\n",
     R"({"type":"response","offset":0,"ok":true,"text":"ready"})"
     "\n"
     R"({"type":"incomplete","offset":11})"
     "\n",
     3},
    {"imap", "* 1 FETCH (FLAGS (\\Seen) X \"q\" Y {2}\r\nab Z NIL)\r\n",
     R"({"type":"untagged","offset":0,"data":[1,{"atom":"FETCH"},[{"atom":"FLAGS"},[{"atom":"\\Seen"}],)"
     R"({"atom":"X"},{"quoted":"q"},{"atom":"Y"},{"literal":"ab"},{"atom":"Z"},null]]})"
     "\n",
     0},
    {"imap", "a1 OK done\r\n* NO [ALERT x] text\r\n+ go on\r\n",
     R"({"type":"tagged","offset":0,"tag":"a1","status":"OK","code":null,"text":"done"})"
     "\n"
     R"({"type":"untagged","offset":12,"status":"NO","code":[{"atom":"ALERT"},{"atom":"x"}],"text":"text"})"
     "\n"
     R"({"type":"continuation","offset":33,"text":"go on"})"
     "\n",
     0},
    // What is wrong inside one response does not end the stream, and shows in the exit code all the
    // same.
    {"imap", "* X (\r\na1 OK done\r\n",
     R"({"type":"error","offset":5,"error":"unbalanced-list","message":"an unmatched parenthesis"})"
     "\n"
     R"({"type":"tagged","offset":7,"tag":"a1","status":"OK","code":null,"text":"done"})"
     "\n",
     1},
    {"http", "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 2\r\n\r\nhi",
     R"({"type":"response","offset":0,"version":"1.1","status":200,"reason":"OK","fields":[["Date","x"],)"
     R"(["Content-Length","2"]],"framing":"content-length","body":"hi","trailers":[]})"
     "\n",
     0},
    {"http", "HTTP/1.0 200 OK\r\n\r\nhi",
     R"({"type":"response","offset":0,"version":"1.0","status":200,"reason":"OK","fields":[],"framing":"close",)"
     R"("body":"hi","trailers":[]})"
     "\n",
     0},
    {"http", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nT: u\r\n\r\n",
     R"({"type":"response","offset":0,"version":"1.1","status":200,"reason":"OK","fields":[["Transfer-Encoding",)"
     R"("chunked"]],"framing":"chunked","body":"hi","trailers":[["T","u"]]})"
     "\n",
     0},
    {"http --http-head", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
     R"({"type":"response","offset":0,"version":"1.1","status":200,"reason":"OK","fields":[["Content-Length","2"]],)"
     R"("framing":"none","body":"","trailers":[]})"
     "\n",
     0},
    {"http --http-request", "GET /a HTTP/1.1\r\nHost: b\r\n\r\n",
     R"({"type":"request","offset":0,"version":"1.1","method":"GET","target":"/a","fields":[["Host","b"]],)"
     R"("framing":"none","body":"","trailers":[]})"
     "\n",
     0},
    {"http", "HTTP/1.1 101 Go\r\n\r\nabc",
     R"({"type":"response","offset":0,"version":"1.1","status":101,"reason":"Go","fields":[],"framing":"none",)"
     R"("body":"","trailers":[]})"
     "\n"
     R"({"type":"opaque","offset":19,"octets":"abc"})"
     "\n",
     0},
    {"http --limit fields_max=1", "HTTP/1.1 204 x\r\nA: b\r\nC: d\r\n\r\n",
     R"({"type":"error","offset":22,"error":"too-many-fields","message":"there are more field lines than the limit"})"
     "\n",
     1},
    {"http --tolerate missing_reason --chunk 1", "HTTP/1.1 204\r\n\r\n",
     R"({"type":"response","offset":0,"version":"1.1","status":204,"reason":"","fields":[],"framing":"none",)"
     R"("body":"","trailers":[]})"
     "\n",
     0},
};

TEST_F(ParseVerb, PrintsTheFormsThatItPromises) {
  for (const Form& form : kForms) {
    const Ran ran = run(std::string("parse ") + form.arguments + ' ' + file_with(form.input));
    EXPECT_EQ(ran.output, form.output) << form.arguments;
    EXPECT_EQ(ran.exit_code, form.exit_code) << form.arguments;
    const Ran by_bytes = run(std::string("parse --chunk 1 ") + form.arguments + ' ' + file_with(form.input));
    if (std::string_view(form.arguments).find("--chunk") == std::string_view::npos) {
      EXPECT_EQ(by_bytes.output, form.output) << form.arguments;
      EXPECT_EQ(by_bytes.exit_code, form.exit_code) << form.arguments;
    }
  }
}

// What stands on the port is another protocol: said on standard error, beside the parser's error.
TEST_F(ParseVerb, NamesTheProtocolThatTheInputLooksLike) {
  struct Advised {
    const char* arguments;
    std::string_view input;
    const char* advice;
  };
  constexpr std::array advised{
      Advised{"http", std::string_view("\x15\x03\x01\0\x02\x02\x46", 7), "the input looks like TLS"},
      Advised{"http", std::string_view("\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64", 15),
              "the input looks like HTTP/2"},
      Advised{"http", "SSH-2.0-OpenSSH_9.2\r\n", "the input looks like SSH"},
      Advised{"http", "220 mx.example.org ESMTP\r\n",
              "the input looks like the output of an SMTP server; use `backtalk parse smtp`"},
      Advised{"http", "GET / HTTP/1.1\r\n\r\n", "use --http-request"},
      Advised{"http", "ICY 200 OK\r\n\r\n", "--tolerate icy_status"},
      Advised{"http --http-request", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
              "the input looks like the PROXY protocol"},
      Advised{"http --http-request", "HTTP/1.1 200 OK\r\n\r\n", "omit --http-request"},
      Advised{"smtp", "HTTP/1.1 400 Bad Request\r\n\r\n", "use `backtalk parse http`"},
      Advised{"imap", "+OK ready\r\n", "use `backtalk parse pop3`"},
      Advised{"pop3", "* OK ready\r\n", "use `backtalk parse imap`"},
      Advised{"smtp", std::string_view("\xd4\xc3\xb2\xa1\x02\0\x04\0", 8), "looks like a packet capture"},
      Advised{"imap", "\n\r\r\n\x1c\x01", "looks like a packet capture"},
      Advised{"pop3", "Trying 127.0.0.1...\nConnected to localhost.\n", "looks like a log of telnet"},
      Advised{"smtp", "Return-Path: <a@b.example>\r\n\r\n", "looks like a mail message"},
      Advised{"imap", "X-Mailer: one\r\n\r\n", "looks like a mail message"},
      Advised{"smtp", "ehlo me\r\n", "looks like what a client says"},
      Advised{"imap", "a1 LOGIN u p\r\n", "looks like what a client says"},
      Advised{"pop3", "USER alice\r\n", "looks like what a client says"},
      Advised{"smtp",
              "\xEF\xBB\xBF"
              "250 Ok\n",
              "begins with a byte order mark"},
      Advised{"smtp", "250 Ok\n", "--tolerate bare_lf"},
      Advised{"http", "HTTP/1.1 200 OK\nA: b\n\n", "--tolerate bare_lf"},
  };
  for (const Advised& one : advised) {
    const Ran ran = run(std::string("parse ") + one.arguments + ' ' + file_with(std::string(one.input)));
    EXPECT_NE(ran.output.find(one.advice), std::string::npos) << one.arguments << ": " << ran.output;
  }
  EXPECT_EQ(run("parse http " + file_with("HTTP/2 200\r\n")).output.find("looks like"), std::string::npos);
  EXPECT_EQ(run("parse imap " + file_with("* OK\r\n* 1 EXPUNGE now\r\n")).output.find("looks like"),
            std::string::npos);
  // Its lines end with LF, and that is not what is wrong.
  for (const char* arguments : {"parse smtp ", "parse smtp --tolerate bare_lf "})
    EXPECT_EQ(run(arguments + file_with("junk\n250 Ok\n")).output.find("with LF"), std::string::npos);
}

// A file of "C: " and "S: " lines is read for what it is.
TEST_F(ParseVerb, ReadsConversations) {
  const Ran whole = run("parse smtp " + file_with("# by hand\nS: 220 mx\nC: QUIT\nS: 221 bye\n"));
  EXPECT_EQ(whole.exit_code, 0) << whole.output;
  EXPECT_NE(whole.output.find(R"("code":221)"), std::string::npos) << whole.output;
  const Ran wrong = run("parse smtp " + file_with("S: 220 mx\nC: QUIT\nS: 2xx\n"));
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_NE(wrong.output.find("backtalk parse: the first error is in line 3"), std::string::npos)
      << wrong.output;
  const Ran neither = run("parse smtp " + file_with("S: 220 mx\nQUIT\n"));
  EXPECT_EQ(neither.exit_code, 2);
  EXPECT_NE(neither.output.find(":2:1: expected `C:`, `S:`"), std::string::npos) << neither.output;
  EXPECT_EQ(run("parse smtp " + file_with("# no line of a server\n")).exit_code, 1);
  const Ran repeated = run("parse smtp " + file_with("repeat 2\nS: 220 mx\nend\n"));
  EXPECT_EQ(repeated.exit_code, 0) << repeated.output;
}

// Every tolerance and every limit that there is can be named.
TEST_F(ParseVerb, TakesEveryToleranceAndEveryLimit) {
  std::string all;
  for (const auto& known : tolerate::all()) all += " --tolerate " + std::string(known.name);
  for (const auto& protocol : parse::protocols()) {
    std::string arguments = "parse " + std::string(protocol.name) + all;
    for (const std::string_view limit : protocol.limits)
      arguments += " --limit " + std::string(limit) + "=77";
    const Ran ran = run(arguments, "</dev/null");
    EXPECT_EQ(ran.output, "") << arguments;
    EXPECT_EQ(ran.exit_code, 0) << arguments;
  }
}

// A limit larger than any memory is none: the bytes are read as ever, one at a time too.
TEST_F(ParseVerb, TakesTheLargestLimits) {
  const std::string input = file_with("250 2.1.5 Ok\r\n");
  const std::string limits =
      " --limit line_octets_max=18446744073709551615 --limit reply_octets_max=18446744073709551615 ";
  EXPECT_EQ(run("parse smtp" + limits + input).output, kOk);
  EXPECT_EQ(run("parse smtp --chunk 1" + limits + input).output, kOk);
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
