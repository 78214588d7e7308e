// SPDX-License-Identifier: Apache-2.0 OR MIT
// The C adapter on top of the C++ one. Linked only where the program defines no target in C++.
#include "backtalk/fuzz/adapter.h"

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/fuzz/references.hpp"

namespace {

using backtalk::fuzz::Report;

Report& report_of(backtalk_fuzz_report* report) {
  return *reinterpret_cast<Report*>(report);
}

class CAdapter final : public backtalk::fuzz::Adapter {
 public:
  CAdapter() = default;
  CAdapter(const CAdapter&) = delete;
  CAdapter& operator=(const CAdapter&) = delete;
  ~CAdapter() override { close(); }

  void begin(const backtalk::fuzz::Settings&) override {
    close();
    parser_ = backtalk_fuzz_target.open();
  }
  void feed(std::string_view bytes, Report& report) override {
    backtalk_fuzz_target.feed(parser_, bytes.data(), bytes.size(), opaque(report));
  }
  void finish(Report& report) override {
    if (backtalk_fuzz_target.finish != nullptr) backtalk_fuzz_target.finish(parser_, opaque(report));
  }
  [[nodiscard]] std::uint64_t work() const override {
    return backtalk_fuzz_target.work != nullptr ? backtalk_fuzz_target.work(parser_) : 0;
  }

 private:
  static backtalk_fuzz_report* opaque(Report& report) {
    return reinterpret_cast<backtalk_fuzz_report*>(&report);
  }
  void close() {
    if (parser_ != nullptr) backtalk_fuzz_target.close(parser_);
    parser_ = nullptr;
  }

  void* parser_ = nullptr;
};

}  // namespace

extern "C" {

void backtalk_fuzz_event(backtalk_fuzz_report* report, const char* name, uint64_t offset) {
  report_of(report).event(name, offset);
}
void backtalk_fuzz_text(backtalk_fuzz_report* report, const char* bytes, size_t size) {
  report_of(report).text({bytes, size});
}
void backtalk_fuzz_number(backtalk_fuzz_report* report, uint64_t value) {
  report_of(report).number(value);
}
void backtalk_fuzz_octets(backtalk_fuzz_report* report, const char* bytes, size_t size) {
  report_of(report).octets({bytes, size});
}
void backtalk_fuzz_refuse(backtalk_fuzz_report* report, const char* error, uint64_t offset) {
  report_of(report).refuse(error, offset);
}
void backtalk_fuzz_ended(backtalk_fuzz_report* report, int in_message, uint64_t message_offset) {
  report_of(report).ended(in_message != 0, message_offset);
}

}  // extern "C"

namespace {

backtalk::fuzz::Target described_in_c() {
  const backtalk_fuzz_adapter& c = backtalk_fuzz_target;
  backtalk::fuzz::Target target{.name = c.name, .protocol = c.protocol};
  target.pieces = c.takes_pieces != 0;
  target.work_each = c.work != nullptr ? c.work_each : 0;
  target.work_once = c.work_once;
  target.agreement = static_cast<backtalk::fuzz::Agreement>(c.agreement);
  if (c.reference != nullptr) target.reference = backtalk::fuzz::find_reference(c.reference);
  return target;
}

}  // namespace

namespace backtalk::fuzz {

const Target& target() {
  static const Target instance = described_in_c();
  return instance;
}

std::unique_ptr<Adapter> make_adapter() {
  return std::make_unique<CAdapter>();
}

}  // namespace backtalk::fuzz
