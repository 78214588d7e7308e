// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "facts.hpp"

#include <cstdint>
#include <string_view>

#include "parse/json_text.hpp"

namespace backtalk::bench {
namespace {

std::string_view word(ContenderInfo::Kind kind) {
  switch (kind) {
    case ContenderInfo::Kind::own: return "own";
    case ContenderInfo::Kind::peer: return "peer";
    case ContenderInfo::Kind::limit: return "limit";
    case ContenderInfo::Kind::adapter: break;
  }
  return "adapter";
}

// Members of a JSON object, appended one by one.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }

  void add(std::string_view key, std::string_view value) {
    begin(key);
    parse::append_string(out_, value);
  }
  void add(std::string_view key, std::uint64_t value) {
    begin(key);
    parse::append_number(out_, value);
  }
  void add(std::string_view key, bool value) {
    begin(key);
    out_ += value ? "true" : "false";
  }
  void add(std::string_view key, const std::vector<std::string>& values) {
    begin(key);
    parse::append_strings(out_, std::vector<std::string_view>(values.begin(), values.end()));
  }
  void end() { out_ += '}'; }

 private:
  void begin(std::string_view key) {
    if (out_.back() != '{') out_ += ',';
    parse::append_string(out_, key);
    out_ += ':';
  }

  std::string& out_;
};

}  // namespace

std::string row_facts(const ContenderInfo& info, const std::string& events) {
  std::string out;
  Object object(out);
  object.add("kind", word(info.kind));
  object.add("version", info.version);
  object.add("build", info.build);
  object.add("simd", info.simd);
  object.add("events", events);
  object.add("without", info.leaves_out);
  object.add("remarks", info.remarks);
  object.end();
  return out;
}

std::string input_facts(const std::vector<Input>& inputs) {
  std::string out = "[";
  for (const Input& input : inputs) {
    if (out.size() > 1) out += ',';
    Object object(out);
    object.add("name", input.protocol + "/" + input.name);
    object.add("unit", input.unit);
    object.add("units", std::uint64_t{input.units});
    object.add("octets", std::uint64_t{input.octets() / input.streams.size()});
    object.add("worst", input.worst);
    object.add("what", input.what);
    object.end();
  }
  out += ']';
  return out;
}

}  // namespace backtalk::bench
