/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The adapter for parsers in C: define `backtalk_fuzz_target` and link with
 * backtalk_add_fuzz_target(). adapter.hpp documents the meaning of each function. */
#ifndef BACKTALK_FUZZ_ADAPTER_H
#define BACKTALK_FUZZ_ADAPTER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The offset of an event or error whose place the parser does not tell. */
#define BACKTALK_FUZZ_NOWHERE UINT64_MAX

/* What a parser said about one stream. */
typedef struct backtalk_fuzz_report backtalk_fuzz_report;

/* The parser has read something; its texts and numbers follow. `name` is NUL-terminated. */
void backtalk_fuzz_event(backtalk_fuzz_report* report, const char* name, uint64_t offset);
void backtalk_fuzz_text(backtalk_fuzz_report* report, const char* bytes, size_t size);
void backtalk_fuzz_number(backtalk_fuzz_report* report, uint64_t value);

/* A stretch of a body or literal; consecutive stretches count as one. */
void backtalk_fuzz_octets(backtalk_fuzz_report* report, const char* bytes, size_t size);

/* The parser refuses the stream. */
void backtalk_fuzz_refuse(backtalk_fuzz_report* report, const char* error, uint64_t offset);

/* Where the stream ended. */
void backtalk_fuzz_ended(backtalk_fuzz_report* report, int in_message, uint64_t message_offset);

enum backtalk_fuzz_agreement { BACKTALK_FUZZ_VERDICT, BACKTALK_FUZZ_EVENTS, BACKTALK_FUZZ_EXACT };

typedef struct backtalk_fuzz_adapter {
  const char* name;
  const char* protocol;  /* "smtp", "pop3", "imap", "http" */
  const char* reference; /* the reference to compare with, a name of references.hpp; NULL: none */
  enum backtalk_fuzz_agreement agreement;
  int takes_pieces; /* 0: it needs the whole stream at once */

  void* (*open)(void); /* a new parser */
  void (*feed)(void* parser, const char* bytes, size_t size, backtalk_fuzz_report* report);
  void (*finish)(void* parser, backtalk_fuzz_report* report); /* may be NULL */
  void (*close)(void* parser);

  uint64_t (*work)(const void* parser); /* bytes examined so far; may be NULL */
  uint64_t work_each;                   /* allowed for each byte of the stream */
  uint64_t work_once;                   /* and once a stream */
} backtalk_fuzz_adapter;

/* The parser under test. The program defines it. */
extern const backtalk_fuzz_adapter backtalk_fuzz_target;

#ifdef __cplusplus
}
#endif

#endif
