/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Dovecot's lib-smtp, lib-imap and lib-mail, driven from C: its headers do not compile as C++. */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Receives what was read. If `fact` is null, neither function is called. */
struct dovecot_sink {
  void* context;
  void (*fact)(void* context, const char* topic, const char* text);
  void (*octets)(void* context, const char* topic, const void* bytes, size_t size);
};

void dovecot_begin(void);

/* Each reads one stream that arrives in pieces, and returns how many units it found. */
size_t dovecot_smtp_replies(const char* stream, size_t size, size_t piece, int ehlo,
                            const struct dovecot_sink* sink);
size_t dovecot_smtp_commands(const char* stream, size_t size, size_t piece, const struct dovecot_sink* sink);
size_t dovecot_imap_responses(const char* stream, size_t size, size_t piece, const struct dovecot_sink* sink);
size_t dovecot_imap_commands(const char* stream, size_t size, size_t piece, const struct dovecot_sink* sink);
/* A listing, or (`lines` false) a body: framed and dot-unstuffed, its content not looked at. */
size_t dovecot_pop3_response(const char* stream, size_t size, size_t piece, int lines,
                             const struct dovecot_sink* sink);

#ifdef __cplusplus
}
#endif
