// SPDX-License-Identifier: Apache-2.0 OR MIT
// What concerns the library and not a parser: version, sizes of structs, names.
#include <array>
#include <string_view>

#include "backtalk/backtalk.h"
#include "backtalk/guess.hpp"
#include "backtalk/simd.hpp"
#include "backtalk/tolerate.hpp"
#include "backtalk/version.hpp"

namespace {

struct Struct {
  std::string_view name;
  std::size_t octets;
};

constexpr std::array kStructs{
    Struct{"backtalk_view", sizeof(backtalk_view)},
    Struct{"backtalk_error", sizeof(backtalk_error)},
    Struct{"backtalk_event", sizeof(backtalk_event)},
    Struct{"backtalk_smtp_reply", sizeof(backtalk_smtp_reply)},
    Struct{"backtalk_smtp_command", sizeof(backtalk_smtp_command)},
    Struct{"backtalk_pop3_status", sizeof(backtalk_pop3_status)},
    Struct{"backtalk_pop3_command", sizeof(backtalk_pop3_command)},
    Struct{"backtalk_imap_token", sizeof(backtalk_imap_token)},
    Struct{"backtalk_imap_response", sizeof(backtalk_imap_response)},
    Struct{"backtalk_imap_command", sizeof(backtalk_imap_command)},
    Struct{"backtalk_imap_tokens", sizeof(backtalk_imap_tokens)},
    Struct{"backtalk_imap_address", sizeof(backtalk_imap_address)},
    Struct{"backtalk_imap_addresses", sizeof(backtalk_imap_addresses)},
    Struct{"backtalk_imap_envelope", sizeof(backtalk_imap_envelope)},
    Struct{"backtalk_imap_body_part", sizeof(backtalk_imap_body_part)},
    Struct{"backtalk_imap_number", sizeof(backtalk_imap_number)},
    Struct{"backtalk_imap_item", sizeof(backtalk_imap_item)},
    Struct{"backtalk_imap_flags", sizeof(backtalk_imap_flags)},
    Struct{"backtalk_imap_listing", sizeof(backtalk_imap_listing)},
    Struct{"backtalk_imap_mailbox_status", sizeof(backtalk_imap_mailbox_status)},
    Struct{"backtalk_imap_search", sizeof(backtalk_imap_search)},
    Struct{"backtalk_imap_extended_search", sizeof(backtalk_imap_extended_search)},
    Struct{"backtalk_imap_code", sizeof(backtalk_imap_code)},
    Struct{"backtalk_http_field", sizeof(backtalk_http_field)},
    Struct{"backtalk_http_head", sizeof(backtalk_http_head)},
};

// The tolerances, and after them the sets; null beyond the last.
const backtalk::tolerate::Named* find_named(std::size_t index) noexcept {
  const auto all = backtalk::tolerate::all();
  if (index < all.size()) return &all[index];
  const auto sets = backtalk::tolerate::sets();
  return index - all.size() < sets.size() ? &sets[index - all.size()] : nullptr;
}

}  // namespace

const char* backtalk_version(void) {
  return BACKTALK_VERSION_STRING;
}

uint32_t backtalk_version_number(void) {
  return BACKTALK_VERSION_NUMBER;
}

size_t backtalk_struct_size(const char* name) {
  if (name == nullptr) return 0;
  for (const Struct& known : kStructs) {
    if (known.name == name) return known.octets;
  }
  return 0;
}

const char* backtalk_status_sentence(backtalk_status status) {
  switch (status) {
    case BACKTALK_OK: return "done";
    case BACKTALK_NO_MEMORY: return "there is not enough memory";
    case BACKTALK_BAD_ARGUMENT: return "an argument is NULL, a limit of zero or an unknown value";
    case BACKTALK_UNKNOWN_NAME: return "there is nothing of this name";
    case BACKTALK_WRONG_PARSER: return "parsers of this kind do not have this function";
    case BACKTALK_WRONG_TIME: return "the function must be called at another time";
    case BACKTALK_FULL: return "as many answers are expected as the limit allows";
    case BACKTALK_STREAM_ERROR: return "the stream has an error";
    case BACKTALK_STATUS_32_BITS: break;
  }
  return "an unknown status";
}

const char* backtalk_tolerance_name(size_t index) {
  const backtalk::tolerate::Named* const found = find_named(index);
  return found == nullptr ? nullptr : found->name.data();
}

const char* backtalk_tolerance_risk(size_t index) {
  const backtalk::tolerate::Named* const found = find_named(index);
  return found == nullptr ? nullptr : found->risk.data();
}

const char* backtalk_guess_protocol(const char* bytes, size_t size) {
  if (bytes == nullptr) return nullptr;
  return backtalk::name_of(backtalk::guess_protocol({bytes, size})).data();  // null for unknown
}

const char* backtalk_simd_target(void) {
  return backtalk::simd::active().data();
}

backtalk_status backtalk_simd_use(const char* target) {
  if (target == nullptr) return BACKTALK_BAD_ARGUMENT;
  return backtalk::simd::use(target) ? BACKTALK_OK : BACKTALK_UNKNOWN_NAME;
}
