// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "tls/tls_transport.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

#include "tls/certificate_text.hpp"
#include "tls/failures.hpp"

namespace backtalk::tls {
namespace {

// Buffers larger than this are freed when they are empty: with many connections, most are idle.
constexpr std::size_t kIdleOctets = std::size_t{4} << 10;

// OpenSSL allocates two buffers for records, of 17 KiB each, and frees them when they are empty,
// which takes a tenth of its time where messages are short. So many transports keep theirs.
constexpr unsigned kWithBuffersMax = 512;

TlsTransport& transport_of(BIO* bio) {
  return *static_cast<TlsTransport*>(BIO_get_data(bio));
}

int read_wire(BIO* bio, char* out, std::size_t room, std::size_t* octets) {
  BIO_clear_retry_flags(bio);
  *octets = transport_of(bio).take({out, room});
  if (*octets == 0) BIO_set_retry_read(bio);
  return *octets > 0 ? 1 : 0;
}

int write_wire(BIO* bio, const char* octets, std::size_t count, std::size_t* written) {
  BIO_clear_retry_flags(bio);
  *written = 0;
  if (!transport_of(bio).put({octets, count})) return 0;
  *written = count;
  return 1;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// How OpenSSL reads from and writes to a transport.
BIO_METHOD* method() {
  static BIO_METHOD* const kMethod = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "transport");
    if (made != nullptr) {
      BIO_meth_set_read_ex(made, read_wire);
      BIO_meth_set_write_ex(made, write_wire);
      BIO_meth_set_ctrl(made, control);
    }
    return made;
  }();
  return kMethod;
}

void free_if_large(std::string& buffer) {
  if (buffer.capacity() > kIdleOctets) std::string().swap(buffer);
}

}  // namespace

void FirstNegotiated::offer(const SSL& ssl) {
  if (known_.load(std::memory_order_relaxed)) return;
  const std::scoped_lock lock(mutex_);
  if (negotiated_) return;
  negotiated_ = Negotiated{.version = SSL_get_version(&ssl), .cipher = SSL_get_cipher_name(&ssl)};
  const unsigned char* protocol = nullptr;
  unsigned octets = 0;
  SSL_get0_alpn_selected(&ssl, &protocol, &octets);
  negotiated_->protocol.assign(protocol, protocol + octets);
  if (const X509* const peer = SSL_get0_peer_certificate(&ssl); peer != nullptr)
    negotiated_->peer = text_of_certificate(*peer);
  known_.store(true, std::memory_order_relaxed);
}

std::optional<Negotiated> FirstNegotiated::get() {
  const std::scoped_lock lock(mutex_);
  return negotiated_;
}

void TlsTransport::restart() {
  if (asked_to_resume_ && !established_) shared_->sessions.missed();
  asked_to_resume_ = false;
  failure_ = {};
  established_ = ended_ = resumed_ = false;
  wire_ = {};
  waiting_.clear();
  sending_.clear();
  unasked_ = 0;
  ERR_clear_error();
  ssl_.reset(SSL_new(shared_->context.get()));
  BIO* bio = ssl_ == nullptr || method() == nullptr ? nullptr : BIO_new(method());
  if (bio == nullptr) {
    ssl_.reset();
    failure_ = kNoMemory;
    return;
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_read_ahead(ssl_.get(), 1);  // a record at once, instead of its header and then the rest
  keeps_buffers_ = shared_->transports.load(std::memory_order_relaxed) <= kWithBuffersMax;
  if (keeps_buffers_) SSL_clear_mode(ssl_.get(), SSL_MODE_RELEASE_BUFFERS);
  if (shared_->server) {
    SSL_set_accept_state(ssl_.get());
    return;
  }
  SSL_set_connect_state(ssl_.get());
  if (!name_server()) {  // without the name nothing could be verified
    ERR_clear_error();
    failure_ = kNoMemory;
    return;
  }
  const Resumable session = shared_->sessions.next();
  asked_to_resume_ = session != nullptr && SSL_set_session(ssl_.get(), session.get()) == 1;
  if (session != nullptr && !asked_to_resume_) shared_->sessions.missed();
  shake_hands();
}

// Asks for the server's name, and for a certificate that has it. False if there is no memory.
bool TlsTransport::name_server() {
  const std::string& name = shared_->server_name;
  if (!name.empty() && !shared_->is_address && SSL_set_tlsext_host_name(ssl_.get(), name.c_str()) != 1)
    return false;
  if (!shared_->verify) return true;
  X509_VERIFY_PARAM* const parameters = SSL_get0_param(ssl_.get());
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);  // RFC 9525 2
  if (shared_->is_address) return X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1;
  return X509_VERIFY_PARAM_set1_host(parameters, name.data(), name.size()) == 1;
}

void TlsTransport::receive(std::string_view wire) {
  if (failed() || ended_ || ssl_ == nullptr) return;
  wire_ = wire;
  if (!established_) shake_hands();
}

void TlsTransport::end_of_stream() {
  if (!failed() && !ended_) failure_ = kTruncated;
}

std::size_t TlsTransport::read(std::span<char> out) {
  if (!established_ || failed() || ended_ || out.empty()) return 0;
  if (wire_.empty() && SSL_has_pending(ssl_.get()) == 0) return 0;  // OpenSSL says so slowly
  std::size_t octets = 0;
  const int result = SSL_read_ex(ssl_.get(), out.data(), out.size(), &octets);
  if (result == 1) return octets;
  fail_after(result);
  return 0;
}

void TlsTransport::write(std::string_view plain) {
  if (!established_ || failed() || plain.empty()) return;
  writing_ = true;
  std::size_t octets = 0;
  const int result = SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &octets);
  writing_ = false;
  if (result == 1) return;
  fail_after(result);
  if (failure_.empty()) failure_ = kBadRecord;  // the octets are lost
}

bool TlsTransport::can_write() const {
  return established_ && SSL_in_init(ssl_.get()) == 0;
}

void TlsTransport::close() {
  if (!established_ || failed()) return;
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::string_view TlsTransport::output() {
  sending_.clear();
  free_if_large(sending_);
  sending_.swap(waiting_);
  unasked_ = 0;
  return sending_;
}

std::size_t TlsTransport::take(std::span<char> out) noexcept {
  const std::size_t octets = std::min(out.size(), wire_.size());
  if (octets > 0) std::memcpy(out.data(), wire_.data(), octets);
  wire_.remove_prefix(octets);
  return octets;
}

bool TlsTransport::put(std::string_view wire) {
  if (!writing_) {
    if (wire.size() > kUnsentMax - unasked_) {
      failure_ = kFlood;
      return false;
    }
    unasked_ += wire.size();
  }
  try {
    waiting_.append(wire);
  } catch (const std::bad_alloc&) {  // OpenSSL's C code is between here and the driver
    failure_ = kNoMemory;
    return false;
  }
  return true;
}

void TlsTransport::shake_hands() {
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) {
    fail_after(result);
    return;
  }
  established_ = true;
  if (!keeps_buffers_) SSL_free_buffers(ssl_.get());  // OpenSSL does when it reads in vain
  resumed_ = SSL_session_reused(ssl_.get()) == 1;
  if (asked_to_resume_ && !resumed_) shared_->sessions.missed();
  if (!shared_->server) shared_->first.offer(*ssl_);
}

// Judges a call that did not do what it was to do: more octets are needed, the peer has said that
// it sends nothing more, or the connection has failed.
void TlsTransport::fail_after(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return;
    case SSL_ERROR_ZERO_RETURN:
      ended_ = true;
      wire_ = {};
      return;
    default: break;
  }
  wire_ = {};
  const std::string_view name = name_of_error(SSL_get_verify_result(ssl_.get()));
  if (failure_.empty()) failure_ = name;
}

}  // namespace backtalk::tls
