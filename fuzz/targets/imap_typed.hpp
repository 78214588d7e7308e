// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Every typed decoder of IMAP, run on a response and reported.
#pragma once

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/imap/search.hpp"

namespace backtalk::fuzz {

/// Runs the decoders that fit the response's name or code, and reports what they read. Buffers are
/// used again.
class ImapTyped {
 public:
  void begin(Tolerances tolerances) { tolerances_ = tolerances; }
  void report(const imap::Response& response, Report& report);

 private:
  void report_data(const imap::Response& response, Report& report);
  void report_fetch(const imap::Response& response, Report& report);
  void report_body_structure(const imap::Token& value, Report& report);
  void report_envelope(const imap::Token& value, Report& report) const;
  void report_threads(const imap::Response& response, Report& report);
  void report_status(const imap::Response& response, Report& report) const;
  void report_namespaces(const imap::Response& response, Report& report) const;

  Tolerances tolerances_;
  std::vector<imap::BodyPart> parts_;
  std::vector<imap::ThreadMessage> threads_;
};

}  // namespace backtalk::fuzz
