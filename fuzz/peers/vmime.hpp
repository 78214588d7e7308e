// SPDX-License-Identifier: Apache-2.0 OR MIT
/// vmime reads from a vmime::net::socket, here one over a stream in memory.
#pragma once

#include <vmime/vmime.hpp>

#include <cstddef>

#include "backtalk/fuzz/adapter.hpp"
#include "peers/server_stream.hpp"

namespace backtalk::fuzz {

class VmimeSocket final : public vmime::net::socket {
 public:
  explicit VmimeSocket(ServerStream& server) : server_(server) {}

  void connect(const vmime::string&, vmime::port_t) override { connected_ = true; }
  void disconnect() override { connected_ = false; }
  bool isConnected() const override { return connected_; }
  bool waitForRead(int) override { return true; }
  bool waitForWrite(int) override { return true; }
  void receive(vmime::string& buffer) override {
    char block[kBlockOctets];
    buffer.assign(block, take(block, sizeof block));
  }
  std::size_t receiveRaw(vmime::byte_t* buffer, const std::size_t count) override {
    return take(buffer, count);
  }
  void send(const vmime::string&) override {}
  void send(const char*) override {}
  void sendRaw(const vmime::byte_t*, const std::size_t) override {}
  std::size_t sendRawNonBlocking(const vmime::byte_t*, const std::size_t count) override { return count; }
  std::size_t getBlockSize() const override { return kBlockOctets; }
  unsigned int getStatus() const override { return 0; }
  const vmime::string getPeerName() const override { return "localhost"; }
  const vmime::string getPeerAddress() const override { return "127.0.0.1"; }
  vmime::shared_ptr<vmime::net::timeoutHandler> getTimeoutHandler() override { return nullptr; }
  void setTracer(vmime::shared_ptr<vmime::net::tracer>) override {}
  vmime::shared_ptr<vmime::net::tracer> getTracer() override { return nullptr; }

 private:
  static constexpr std::size_t kBlockOctets = 16384;  // as in vmime's own sockets

  // vmime's sockets throw if the server has closed the connection.
  std::size_t take(void* into, std::size_t size) {
    const std::size_t count = server_.read(into, size);
    if (count == 0) throw vmime::exceptions::socket_exception("the server has gone");
    return count;
  }

  ServerStream& server_;
  bool connected_ = true;
};

class VmimePeer : public Adapter {
 public:
  void begin(const Settings& settings) override {
    server_.clear();
    variant_ = settings.variant;
  }
  void feed(std::string_view bytes, Report&) override { server_.add(bytes); }

 protected:
  [[nodiscard]] ServerStream& server() { return server_; }
  [[nodiscard]] unsigned variant() const { return variant_; }
  [[nodiscard]] vmime::shared_ptr<vmime::net::socket> connect() {
    server_.restart();
    return vmime::make_shared<VmimeSocket>(server_);
  }

 private:
  ServerStream server_;
  unsigned variant_ = 0;
};

}  // namespace backtalk::fuzz
