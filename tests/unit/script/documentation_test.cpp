// SPDX-License-Identifier: Apache-2.0 OR MIT
// docs/scripts.md: each example can be read, and what it shows as refused is refused in those
// words.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "script/shipped.hpp"
#include "script_testing.hpp"

namespace backtalk::script {
namespace {

struct Example {
  std::string protocol;
  bool refused = false;
  std::string text;
};

std::string documentation() {
  std::ostringstream text;
  text << std::ifstream(BACKTALK_DOCS "/scripts.md").rdbuf();
  return text.str();
}

// The blocks that are marked as scripts: "```pop3", "```imap refused".
std::vector<Example> examples() {
  std::vector<Example> all;
  std::istringstream page(documentation());
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    const bool is_script = line.starts_with("```pop3") || line.starts_with("```imap") ||
                           line.starts_with("```smtp") || line.starts_with("```lmtp") ||
                           line.starts_with("```http");
    if (!inside && is_script) {
      all.push_back({.protocol = line.substr(3, 4), .refused = line.ends_with(" refused"), .text = ""});
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      all.back().text += line + "\n";
    }
  }
  return all;
}

TEST(ScriptDocumentation, ItsExamplesCanBeRead) {
  const auto all = examples();
  EXPECT_GE(std::ranges::count(all, false, &Example::refused), 10);
  for (const Example& one : all) {
    if (!one.refused) {
      EXPECT_EQ(testing::problem(one.protocol, one.text), "") << one.text;
    }
  }
}

TEST(ScriptDocumentation, ItsMistakesAreRefusedInThoseWords) {
  const auto all = examples();
  EXPECT_GE(std::ranges::count(all, true, &Example::refused), 3);
  for (const Example& one : all) {
    if (!one.refused) continue;
    const std::size_t last = one.text.rfind('\n', one.text.size() - 2) + 1;
    EXPECT_EQ(testing::problem(one.protocol, one.text.substr(0, last)) + "\n", one.text.substr(last));
  }
}

TEST(ScriptDocumentation, ListsTheShippedScripts) {
  const std::string page = documentation();
  for (const ShippedScript& one : shipped_scripts()) {
    const std::string row = "| " + std::string(one.protocol) + " | `" + std::string(one.name) + "`";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace backtalk::script
