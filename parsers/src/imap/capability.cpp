#include "backtalk/imap/capability.hpp"

#include <array>
#include <cstdint>

#include "ascii.hpp"
#include "work.hpp"

namespace backtalk::imap {
namespace {

struct Known {
  std::string_view lowered;
  bool Capabilities::* member;
};

// By length, so that a name is compared with few.
constexpr std::array kKnown{
    Known{"id", &Capabilities::id},
    Known{"idle", &Capabilities::idle},
    Known{"sort", &Capabilities::sort},
    Known{"move", &Capabilities::move},
    Known{"quota", &Capabilities::quota},
    Known{"enable", &Capabilities::enable},
    Known{"binary", &Capabilities::binary},
    Known{"sasl-ir", &Capabilities::sasl_ir},
    Known{"uidplus", &Capabilities::uidplus},
    Known{"qresync", &Capabilities::qresync},
    Known{"esearch", &Capabilities::esearch},
    Known{"starttls", &Capabilities::starttls},
    Known{"literal+", &Capabilities::literal_plus},
    Known{"literal-", &Capabilities::literal_minus},
    Known{"unselect", &Capabilities::unselect},
    Known{"children", &Capabilities::children},
    Known{"imap4rev1", &Capabilities::imap4rev1},
    Known{"imap4rev2", &Capabilities::imap4rev2},
    Known{"condstore", &Capabilities::condstore},
    Known{"namespace", &Capabilities::namespaces},
    Known{"searchres", &Capabilities::searchres},
    Known{"multiappend", &Capabilities::multiappend},
    Known{"list-status", &Capabilities::list_status},
    Known{"special-use", &Capabilities::special_use},
    Known{"utf8=accept", &Capabilities::utf8_accept},
    Known{"logindisabled", &Capabilities::logindisabled},
    Known{"list-extended", &Capabilities::list_extended},
    Known{"compress=deflate", &Capabilities::compress_deflate},
    Known{"thread=references", &Capabilities::thread_references},
    Known{"thread=orderedsubject", &Capabilities::thread_orderedsubject},
};

constexpr std::size_t kLongest = 21;

// kFirst[n] is the index of the first name of n bytes or more.
consteval auto make_first() {
  std::array<std::uint8_t, kLongest + 2> first{};
  for (std::size_t length = 0; length < first.size(); ++length) {
    std::size_t at = 0;
    while (at < kKnown.size() && kKnown[at].lowered.size() < length) ++at;
    first[length] = static_cast<std::uint8_t>(at);
  }
  return first;
}
constexpr auto kFirst = make_first();

consteval bool known_are_in_order() {
  for (std::size_t i = 1; i < kKnown.size(); ++i) {
    if (kKnown[i - 1].lowered.size() > kKnown[i].lowered.size()) return false;
  }
  return kKnown.back().lowered.size() == kLongest;
}
static_assert(known_are_in_order(), "names stand in the order of their lengths");

// The last eight bytes, or all, each with the bit that makes letters lower case; the same for two names of
// one length only where these are alike. Not for a single byte.
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
  std::array<std::uint64_t, kKnown.size()> tails{};
  for (std::size_t i = 0; i < tails.size(); ++i) tails[i] = tail_of(kKnown[i].lowered);
  return tails;
}
constexpr auto kTails = make_tails();

// Up to eight bytes are all in the tail. That bit hides no difference: atoms have no control bytes, and these
// names nothing that a letter's bit would make of another byte.
bool is(std::string_view name, std::size_t known, std::uint64_t tail) {
  return kTails[known] == tail &&
         (name.size() <= 8 || ascii::equals_lowered_name(name, kKnown[known].lowered));
}

}  // namespace

Capabilities read_capabilities(Siblings names) noexcept {
  Capabilities found;
  for (const Token& name : names) {
    work::examined(name.text.size());
    if (name.text.size() > kLongest || name.kind > Token::Kind::number) continue;
    std::size_t i = kFirst[name.text.size()];
    const std::size_t end = kFirst[name.text.size() + 1];
    if (i == end) continue;
    const std::uint64_t tail = tail_of(name.text);
    for (; i < end; ++i) {
      if (!is(name.text, i, tail)) continue;
      found.*kKnown[i].member = true;
      break;
    }
  }
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
