// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the fuzz targets of the built-in servers for POP3 and IMAP set up alike: a server with
/// mailboxes and the faults of a variant, and its turns.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "mailbox/store.hpp"
#include "serve/anyone.hpp"
#include "serve/faults.hpp"

namespace backtalk::fuzz {

/// A variant's first bit offers TLS, its second has answers take time, its third lets clients in by
/// SASL.
template <class Server, class Counts>
class MailboxServer {
 public:
  void set(const Settings& settings) {
    offers_tls_ = (settings.variant & 1U) != 0;
    logins_ = (settings.variant & 4U) != 0;
    faults_ = {};
    if ((settings.variant & 2U) != 0) faults_.service = {.kind = serve::ServicePlan::Kind::constant, .ns = 1};
  }

  /// New mailboxes, and a server that has greeted.
  void open(const mailbox::StorePlan& plan) {
    server_.reset();
    store_.emplace(plan);
    counts_ = {};
    server_.emplace(offers_tls_, *store_, faults_, counts_, logins_ ? serve::make_anyone() : nullptr);
    server_->restart();
  }

  /// What follows `consume`: calls `take_output()` before and after the time that an answer takes,
  /// and `secured()` if TLS begins. What the client says next is as if it came over TLS.
  template <class TakeOutput, class Secured>
  void finish_turn(const TakeOutput& take_output, const Secured& secured) {
    take_output();
    if (server_->work_ns() > 0) server_->finish_work();
    take_output();
    if (!server_->wants_tls()) return;
    server_->tls_established();
    secured();
  }

  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] mailbox::Store& store() { return *store_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] bool logins() const { return logins_; }

 private:
  bool offers_tls_ = false;
  bool logins_ = false;
  serve::Faults faults_;
  Counts counts_;
  std::optional<mailbox::Store> store_;
  std::optional<Server> server_;
};

}  // namespace backtalk::fuzz
