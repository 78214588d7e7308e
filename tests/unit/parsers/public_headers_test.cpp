// SPDX-License-Identifier: Apache-2.0 OR MIT
// The umbrella headers, all in one file, and the version.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "backtalk/http.hpp"
#include "backtalk/imap.hpp"
#include "backtalk/pop3.hpp"
#include "backtalk/smtp.hpp"

namespace backtalk {
namespace {

const std::filesystem::path kHeaders = BACKTALK_HEADERS;

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(PublicHeaders, AnUmbrellaIncludesEveryHeaderOfItsProtocol) {
  for (const std::string protocol : {"http", "imap", "pop3", "smtp"}) {
    const std::string umbrella = content(kHeaders / "backtalk" / (protocol + ".hpp"));
    int headers = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kHeaders / "backtalk" / protocol)) {
      const std::string line =
          "#include \"backtalk/" + protocol + "/" + entry.path().filename().string() + "\"\n";
      EXPECT_NE(umbrella.find(line), std::string::npos) << line << " is missing from " << protocol << ".hpp";
      ++headers;
    }
    EXPECT_GT(headers, 2) << protocol;
  }
}

TEST(PublicHeaders, TheVersionIsThatOfTheProject) {
  EXPECT_EQ(version(), BACKTALK_PROJECT_VERSION);
  EXPECT_EQ(version(), std::to_string(BACKTALK_VERSION_MAJOR) + "." + std::to_string(BACKTALK_VERSION_MINOR) +
                           "." + std::to_string(BACKTALK_VERSION_PATCH));
  static_assert(BACKTALK_VERSION_NUMBER / 10000 == BACKTALK_VERSION_MAJOR);
  static_assert(BACKTALK_VERSION_NUMBER % 100 == BACKTALK_VERSION_PATCH);
}

}  // namespace
}  // namespace backtalk
