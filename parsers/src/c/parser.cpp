// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the parsers of all protocols have in common in C: how they are made, fed, read and freed.
#include "c/parser.hpp"

using backtalk::c::guarded;

backtalk_status backtalk_parser::tolerate(std::string_view name) {
  if (begun_) return BACKTALK_WRONG_TIME;
  const auto found = backtalk::tolerate::by_name(name);
  if (!found) return BACKTALK_UNKNOWN_NAME;
  tolerances_ = tolerances_ | *found;
  make_parser();
  return BACKTALK_OK;
}

backtalk_status backtalk_parser::set_limit(std::string_view name, std::uint64_t limit) {
  if (begun_) return BACKTALK_WRONG_TIME;
  if (limit == 0) return BACKTALK_BAD_ARGUMENT;
  const backtalk_status status = change_limit(name, limit);
  if (status == BACKTALK_OK) make_parser();
  return status;
}

backtalk_status backtalk_parser::feed(std::string_view bytes) {
  has_event_ = false;
  begun_ = true;
  if (failed()) return BACKTALK_STREAM_ERROR;
  feed_parser(bytes);
  return failed() ? BACKTALK_STREAM_ERROR : BACKTALK_OK;
}

backtalk_status backtalk_parser::feed_copy(std::string_view bytes) {
  // What was fed last may be unread, or read and still viewed.
  if (failed() || bytes.empty()) return feed({});
  std::string& piece = pieces_[1 - piece_];
  piece.assign(bytes);
  piece_ = 1 - piece_;
  return feed(piece);
}

const backtalk_event* backtalk_parser::next() {
  has_event_ = !no_memory_ && read_event();
  return has_event_ ? &event_ : nullptr;
}

backtalk_status backtalk_parser::finish() {
  has_event_ = false;
  begun_ = true;
  if (failed()) return BACKTALK_STREAM_ERROR;
  finish_parser();
  return BACKTALK_OK;
}

backtalk_status backtalk_parser::reset() {
  has_event_ = false;
  if (no_memory_) {
    make_parser();
  } else {
    reset_parser();
  }
  no_memory_ = false;
  begun_ = false;
  return BACKTALK_OK;
}

backtalk_status backtalk_parser::begin_tls() {
  if (failed()) return BACKTALK_STREAM_ERROR;
  const auto clean = begin_parser_tls();
  if (!clean) return BACKTALK_WRONG_PARSER;
  return *clean ? BACKTALK_OK : BACKTALK_STREAM_ERROR;
}

const backtalk_error* backtalk_parser::error() noexcept {
  if (no_memory_) {
    error_ = {"no-memory", backtalk_status_sentence(BACKTALK_NO_MEMORY), no_memory_offset_};
    return &error_;
  }
  const backtalk::Error found = parser_error();
  if (!found) return nullptr;
  error_ = backtalk::c::error_of(found);
  return &error_;
}

void backtalk_parser::run_out_of_memory() noexcept {
  no_memory_offset_ = message_offset();
  no_memory_ = true;
  has_event_ = false;
}

namespace {

std::unique_ptr<backtalk_parser> make_parser_of(backtalk_kind kind) {
  switch (kind) {
    case BACKTALK_SMTP_REPLIES: return backtalk::c::make_smtp_replies();
    case BACKTALK_SMTP_COMMANDS: return backtalk::c::make_smtp_commands();
    case BACKTALK_POP3_RESPONSES: return backtalk::c::make_pop3_responses();
    case BACKTALK_POP3_COMMANDS: return backtalk::c::make_pop3_commands();
    case BACKTALK_IMAP_RESPONSES: return backtalk::c::make_imap_responses();
    case BACKTALK_IMAP_COMMANDS: return backtalk::c::make_imap_commands();
    case BACKTALK_HTTP_RESPONSES: return backtalk::c::make_http_responses();
    case BACKTALK_HTTP_REQUESTS: return backtalk::c::make_http_requests();
    case BACKTALK_KIND_32_BITS: break;
  }
  return nullptr;
}

bool is_piece(const char* bytes, std::size_t size) {
  return bytes != nullptr || size == 0;
}

}  // namespace

backtalk_parser* backtalk_parser_new(backtalk_kind kind) {
  try {
    return make_parser_of(kind).release();
  } catch (...) {  // std::bad_alloc
    return nullptr;
  }
}

void backtalk_parser_free(backtalk_parser* parser) {
  delete parser;
}

backtalk_status backtalk_parser_tolerate(backtalk_parser* parser, const char* name) {
  if (name == nullptr) return BACKTALK_BAD_ARGUMENT;
  return guarded(parser, [name](backtalk_parser& it) { return it.tolerate(name); });
}

backtalk_status backtalk_parser_set_limit(backtalk_parser* parser, const char* name, uint64_t limit) {
  if (name == nullptr) return BACKTALK_BAD_ARGUMENT;
  return guarded(parser, [name, limit](backtalk_parser& it) { return it.set_limit(name, limit); });
}

uint64_t backtalk_parser_limit(const backtalk_parser* parser, const char* name) {
  return parser == nullptr || name == nullptr ? 0 : parser->limit(name);
}

const char* backtalk_parser_limit_name(const backtalk_parser* parser, size_t index) {
  return parser == nullptr ? nullptr : parser->limit_name(index);
}

backtalk_status backtalk_parser_feed(backtalk_parser* parser, const char* bytes, size_t size) {
  if (!is_piece(bytes, size)) return BACKTALK_BAD_ARGUMENT;
  return guarded(parser, [=](backtalk_parser& it) { return it.feed({bytes, size}); });
}

backtalk_status backtalk_parser_feed_copy(backtalk_parser* parser, const char* bytes, size_t size) {
  if (!is_piece(bytes, size)) return BACKTALK_BAD_ARGUMENT;
  return guarded(parser, [=](backtalk_parser& it) { return it.feed_copy({bytes, size}); });
}

const backtalk_event* backtalk_parser_next(backtalk_parser* parser) {
  const backtalk_event* event = nullptr;
  guarded(parser, [&event](backtalk_parser& it) {
    event = it.next();
    return BACKTALK_OK;
  });
  return event;
}

backtalk_status backtalk_parser_finish(backtalk_parser* parser) {
  return guarded(parser, [](backtalk_parser& it) { return it.finish(); });
}

const backtalk_error* backtalk_parser_error(backtalk_parser* parser) {
  static constexpr backtalk_error kNoParser{"no-parser", "NULL was passed in place of a parser", 0};
  return parser == nullptr ? &kNoParser : parser->error();
}

bool backtalk_parser_in_message(const backtalk_parser* parser) {
  return parser != nullptr && parser->in_message();
}

uint64_t backtalk_parser_message_offset(const backtalk_parser* parser) {
  return parser == nullptr ? 0 : parser->message_offset();
}

backtalk_status backtalk_parser_begin_tls(backtalk_parser* parser) {
  return guarded(parser, [](backtalk_parser& it) { return it.begin_tls(); });
}

backtalk_status backtalk_parser_expect_line(backtalk_parser* parser) {
  return guarded(parser, [](backtalk_parser& it) { return it.expect_line(); });
}

size_t backtalk_parser_expected(const backtalk_parser* parser) {
  return parser == nullptr ? 0 : parser->expected();
}

backtalk_status backtalk_parser_reset(backtalk_parser* parser) {
  return guarded(parser, [](backtalk_parser& it) { return it.reset(); });
}
