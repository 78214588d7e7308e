// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "machine.hpp"

#include <sys/utsname.h>

#include <fstream>
#include <string_view>
#include <thread>

namespace backtalk::bench {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t:");
  return first == std::string_view::npos ? std::string() : std::string(text.substr(first));
}

}  // namespace

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  std::string model;
  std::string numbers;
  bool virtual_machine = false;
  for (std::string line; std::getline(file, line) && !line.empty();) {
    const auto value_of = [&line](std::string_view key) {
      return line.starts_with(key) &&
                     (line[key.size()] == '\t' || line[key.size()] == ' ' || line[key.size()] == ':')
                 ? trimmed(std::string_view(line).substr(key.size()))
                 : std::string();
    };
    if (const std::string name = value_of("model name"); !name.empty()) model = name;
    if (const std::string family = value_of("cpu family"); !family.empty()) numbers += ", family " + family;
    if (const std::string number = value_of("stepping"); !number.empty()) numbers += ", stepping " + number;
    if (line.starts_with("model\t")) numbers += ", model " + value_of("model");
    if (line.starts_with("flags") && line.find(" hypervisor") != std::string::npos) virtual_machine = true;
  }
  if (model.empty()) model = "unknown processor";
  return model + numbers + ", " + std::to_string(std::thread::hardware_concurrency()) + " processors" +
         (virtual_machine ? ", in a virtual machine" : "");
}

std::string kernel() {
  utsname names{};
  if (uname(&names) != 0) return "unknown";
  return std::string(names.sysname) + " " + names.release + " " + names.machine;
}

}  // namespace backtalk::bench
