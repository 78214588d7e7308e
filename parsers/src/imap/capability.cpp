// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/capability.hpp"

#include <array>
#include <cstdint>

#include "ascii.hpp"
#include "work.hpp"

namespace backtalk::imap {
namespace {

struct KnownCapability {
  std::string_view lowered;
  bool Capabilities::* member;
};

// Sorted by length, so that a name is compared with only a few.
constexpr std::array kKnownCapabilities{
    KnownCapability{"id", &Capabilities::id},
    KnownCapability{"idle", &Capabilities::idle},
    KnownCapability{"sort", &Capabilities::sort},
    KnownCapability{"move", &Capabilities::move},
    KnownCapability{"quota", &Capabilities::quota},
    KnownCapability{"enable", &Capabilities::enable},
    KnownCapability{"binary", &Capabilities::binary},
    KnownCapability{"sasl-ir", &Capabilities::sasl_ir},
    KnownCapability{"uidplus", &Capabilities::uidplus},
    KnownCapability{"qresync", &Capabilities::qresync},
    KnownCapability{"esearch", &Capabilities::esearch},
    KnownCapability{"starttls", &Capabilities::starttls},
    KnownCapability{"literal+", &Capabilities::literal_plus},
    KnownCapability{"literal-", &Capabilities::literal_minus},
    KnownCapability{"unselect", &Capabilities::unselect},
    KnownCapability{"children", &Capabilities::children},
    KnownCapability{"imap4rev1", &Capabilities::imap4rev1},
    KnownCapability{"imap4rev2", &Capabilities::imap4rev2},
    KnownCapability{"condstore", &Capabilities::condstore},
    KnownCapability{"namespace", &Capabilities::namespaces},
    KnownCapability{"searchres", &Capabilities::searchres},
    KnownCapability{"multiappend", &Capabilities::multiappend},
    KnownCapability{"list-status", &Capabilities::list_status},
    KnownCapability{"special-use", &Capabilities::special_use},
    KnownCapability{"utf8=accept", &Capabilities::utf8_accept},
    KnownCapability{"logindisabled", &Capabilities::logindisabled},
    KnownCapability{"list-extended", &Capabilities::list_extended},
    KnownCapability{"compress=deflate", &Capabilities::compress_deflate},
    KnownCapability{"thread=references", &Capabilities::thread_references},
    KnownCapability{"thread=orderedsubject", &Capabilities::thread_orderedsubject},
};

constexpr std::size_t kLongestCapability = 21;

// kFirst[n] is the index of the first name of n bytes or more.
consteval auto make_first() {
  std::array<std::uint8_t, kLongestCapability + 2> first{};
  for (std::size_t length = 0; length < first.size(); ++length) {
    std::size_t at = 0;
    while (at < kKnownCapabilities.size() && kKnownCapabilities[at].lowered.size() < length) ++at;
    first[length] = static_cast<std::uint8_t>(at);
  }
  return first;
}
constexpr auto kFirst = make_first();

consteval bool known_are_in_order() {
  for (std::size_t i = 1; i < kKnownCapabilities.size(); ++i) {
    if (kKnownCapabilities[i - 1].lowered.size() > kKnownCapabilities[i].lowered.size()) return false;
  }
  return kKnownCapabilities.back().lowered.size() == kLongestCapability;
}
static_assert(known_are_in_order(), "names stand in the order of their lengths");

// The last eight bytes, or all of a shorter name, each with the bit that makes letters lower case.
// Names of the same length with different tails differ. Not for a single byte.
constexpr std::uint64_t tail_of(std::string_view name) {
  const std::size_t size = name.size();
  const auto word = [name](std::size_t at, std::size_t octets) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < octets; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(name[at + i])} << (8 * i);
    }
    return value;
  };
  constexpr std::uint64_t kLower = 0x2020202020202020;
  if (size >= 8) return word(size - 8, 8) | kLower;
  if (size >= 4) return word(0, 4) | word(size - 4, 4) << 32 | kLower;
  return word(0, 2) | word(size - 2, 2) << 16 | kLower;
}

consteval auto make_tails() {
  std::array<std::uint64_t, kKnownCapabilities.size()> tails{};
  for (std::size_t i = 0; i < tails.size(); ++i) tails[i] = tail_of(kKnownCapabilities[i].lowered);
  return tails;
}
constexpr auto kTails = make_tails();

// Up to eight bytes are all in the tail. The bit hides no difference: atoms contain no control
// bytes, and these names contain no byte that it would make of a different one.
bool is(std::string_view name, std::size_t known, std::uint64_t tail) {
  return kTails[known] == tail &&
         (name.size() <= 8 || ascii::equals_lowered_name(name, kKnownCapabilities[known].lowered));
}

}  // namespace

Capabilities read_capabilities(Siblings names) noexcept {
  Capabilities found;
  // All of them, minus the few that are not names: so a name costs nothing here.
  std::size_t count = names.row().size();
  for (const Token& name : names) {
    work::examined(name.text.size());
    if (name.kind > Token::Kind::number) [[unlikely]] {
      count -= name.span;
      continue;
    }
    if (name.text.size() > kLongestCapability) continue;
    std::size_t i = kFirst[name.text.size()];
    const std::size_t end = kFirst[name.text.size() + 1];
    if (i == end) continue;
    const std::uint64_t tail = tail_of(name.text);
    for (; i < end; ++i) {
      if (!is(name.text, i, tail)) continue;
      found.*kKnownCapabilities[i].member = true;
      break;
    }
  }
  found.names = static_cast<std::uint32_t>(count);
  return found;
}

bool has_capability(Siblings names, std::string_view name) noexcept {
  for (const Token& offered : names) {
    if (offered.is_word(name)) return true;
  }
  return false;
}

bool has_auth(Siblings names, std::string_view mechanism) noexcept {
  constexpr std::string_view kPrefix = "auth=";
  for (const Token& offered : names) {
    const std::string_view text = offered.text;
    if (offered.kind == Token::Kind::atom && ascii::equals_lowered(text.substr(0, kPrefix.size()), kPrefix) &&
        ascii::equals(text.substr(kPrefix.size()), mechanism)) {
      return true;
    }
  }
  return false;
}

}  // namespace backtalk::imap
