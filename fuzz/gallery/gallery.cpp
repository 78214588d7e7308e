// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "gallery.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace backtalk::gallery {
namespace {

std::vector<Exhibit>& exhibits() {
  static std::vector<Exhibit> all;
  return all;
}

void print(const Exhibit& exhibit) {
  const auto column = [](std::string_view text) {
    std::printf("%.*s\t", static_cast<int>(text.size()), text.data());
  };
  column(exhibit.target.name);
  column(exhibit.target.protocol);
  column(exhibit.found_by);
  column(exhibit.bug);
  column(exhibit.seen_in);
  std::printf("\n");
}

// A run of the program tests one exhibit.
const Exhibit& chosen() {
  static const Exhibit& exhibit = []() -> const Exhibit& {
    const char* wanted = std::getenv("BACKTALK_GALLERY");
    const std::string_view name = wanted != nullptr ? wanted : "list";
    std::vector<Exhibit>& all = exhibits();
    const auto found = std::ranges::find(all, name, [](const Exhibit& e) { return e.target.name; });
    if (found != all.end()) return *found;
    std::ranges::sort(all, {}, [](const Exhibit& e) { return e.target.name; });
    for (const Exhibit& each : all) print(each);
    std::fflush(stdout);
    std::_Exit(name == "list" ? 0 : 2);  // libFuzzer reports a call of exit as a finding
  }();
  return exhibit;
}

}  // namespace

Shown::Shown(const Exhibit& exhibit) {
  exhibits().push_back(exhibit);
}

}  // namespace backtalk::gallery

namespace backtalk::fuzz {

const Target& target() {
  return gallery::chosen().target;
}

std::unique_ptr<Adapter> make_adapter() {
  return gallery::chosen().make();
}

}  // namespace backtalk::fuzz
