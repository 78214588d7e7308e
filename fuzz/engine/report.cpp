// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <array>
#include <cstring>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/fuzz/report_items.hpp"

namespace backtalk::fuzz {
namespace {

// The head of an item, collected so that it is appended in one call.
class ItemHead {
 public:
  explicit ItemHead(ItemKind kind) { octets_[0] = static_cast<char>(kind); }

  template <class Number>
  ItemHead& put(Number value) {
    std::memcpy(octets_.data() + size_, &value, sizeof value);
    size_ += sizeof value;
    return *this;
  }
  void append_to(Octets& out) const { out += std::string_view(octets_.data(), size_); }

 private:
  std::array<char, 16> octets_{};
  std::size_t size_ = 1;
};

std::uint32_t size_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(bytes.size());
}

void append_sized(Octets& out, ItemKind kind, std::string_view bytes) {
  ItemHead(kind).put(size_of(bytes)).append_to(out);
  out += bytes;
}

}  // namespace

Report& Report::event(std::string_view name, std::uint64_t offset) {
  if (counts_only_) {
    ++counted_;
    return *this;
  }
  close_octets();
  ItemHead(ItemKind::event).put(offset).put(size_of(name)).append_to(events_);
  events_ += name;
  return *this;
}

Report& Report::text(std::string_view bytes) {
  if (counts_only_) {
    ++counted_;
    return *this;
  }
  close_octets();
  append_sized(events_, ItemKind::text, bytes);
  return *this;
}

Report& Report::number(std::uint64_t value) {
  if (counts_only_) {
    ++counted_;
    return *this;
  }
  close_octets();
  ItemHead(ItemKind::number).put(value).append_to(events_);
  return *this;
}

void Report::octets(std::string_view bytes) {
  if (counts_only_) {
    ++counted_;
    return;
  }
  if (bytes.empty()) return;
  if (octets_at_ == kNone) {
    octets_at_ = events_.size() + 1;
    append_sized(events_, ItemKind::octets, bytes);
    return;
  }
  events_ += bytes;
  const auto size = static_cast<std::uint32_t>(events_.size() - octets_at_ - sizeof(std::uint32_t));
  std::memcpy(events_.at(octets_at_), &size, sizeof size);
}

void Report::refuse(std::string_view error, std::uint64_t offset) {
  if (refused_) return;
  refused_ = true;
  error_ = error;
  error_offset_ = offset;
}

void Report::ended(bool in_message, std::uint64_t message_offset) {
  close_octets();
  event(in_message ? "ended inside" : "ended between", message_offset);
}

void Report::clear() noexcept {
  counted_ = 0;
  events_.clear();
  close_octets();
  error_.clear();
  error_offset_ = kNowhere;
  broken_ = {};
  refused_ = false;
}

}  // namespace backtalk::fuzz
