/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Dovecot's lib-smtp, lib-imap and lib-mail, driven from C, since its headers are no C++. */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Who hears what was read; a null `fact` hears nothing, and then nothing is written down either. */
struct dovecot_ear {
  void* context;
  void (*fact)(void* context, const char* topic, const char* text);
  void (*octets)(void* context, const char* topic, const void* bytes, size_t size);
};

void dovecot_begin(void);

/* Each reads one stream that arrives in pieces, and returns how many units it found. */
size_t dovecot_smtp_replies(const char* stream, size_t size, size_t piece, int ehlo,
                            const struct dovecot_ear* ear);
size_t dovecot_smtp_commands(const char* stream, size_t size, size_t piece, const struct dovecot_ear* ear);
size_t dovecot_imap_responses(const char* stream, size_t size, size_t piece, const struct dovecot_ear* ear);
size_t dovecot_imap_commands(const char* stream, size_t size, size_t piece, const struct dovecot_ear* ear);
/* A listing, or (`lines` false) a body: framed and without dot-stuffing, nothing read in it. */
size_t dovecot_pop3_response(const char* stream, size_t size, size_t piece, int lines,
                             const struct dovecot_ear* ear);

#ifdef __cplusplus
}
#endif
