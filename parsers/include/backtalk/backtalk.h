/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/**
 * @file
 * Backtalk's parsers for C (C99), and for every language that can call C.
 *
 *     backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_REPLIES);
 *     const backtalk_event* event;
 *
 *     backtalk_parser_feed(parser, bytes, size);    // whatever the socket gave
 *     while ((event = backtalk_parser_next(parser)) != NULL) use(event->smtp_reply);
 *     if (backtalk_parser_error(parser) != NULL) report(backtalk_parser_error(parser));
 *     backtalk_parser_free(parser);
 *
 * One kind of object parses either direction of SMTP, POP3, IMAP and HTTP/1.x, with the same calls.
 * The same bytes give the same events, errors and offsets however they are cut into feeds; only the
 * stretches in which a body or a long literal passes through follow the cuts.
 *
 * Memory. An event and everything it points to belong to the parser. They are valid until the next
 * call of `backtalk_parser_feed`, `_feed_copy`, `_next`, `_finish`, `_reset` or `_free` with that
 * parser. Text is not copied and not NUL-terminated: see `backtalk_view`. Memory is bounded by the
 * limits, and nothing is allocated once the buffers have grown to what a stream needs.
 *
 * Failure. No function ends the program or lets a C++ exception out, whatever is parsed. Invalid
 * input and lack of memory are errors of the parser (`backtalk_parser_error`); wrong use is a
 * `backtalk_status`. NULL is permitted wherever a parser, event, token or name is wanted: it gives
 * `BACKTALK_BAD_ARGUMENT`, false, NULL or 0.
 *
 * Threads. A parser may be used by one thread at a time; parsers do not share state.
 *
 * Binary compatibility. The name of the shared library has the version within which it is
 * compatible: libbacktalk.so.0.1 for all of 0.1.x. Within it, members are only added at the end of
 * structs that the library hands out one at a time, and the structs marked "never grows" keep their
 * size. A binding that declares the structs itself can compare them with `backtalk_struct_size`.
 * Enumerations have 32 bits and may gain values: give every `switch` a `default`.
 */
#ifndef BACKTALK_BACKTALK_H
#define BACKTALK_BACKTALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The version of this header, the same as in backtalk/version.hpp. Until 1.0 a new minor version
 * may change the interface.
 */
#define BACKTALK_VERSION_MAJOR 0
#define BACKTALK_VERSION_MINOR 1
#define BACKTALK_VERSION_PATCH 0
#define BACKTALK_VERSION_STRING "0.1.0"
#define BACKTALK_VERSION_NUMBER \
  (BACKTALK_VERSION_MAJOR * 10000 + BACKTALK_VERSION_MINOR * 100 + BACKTALK_VERSION_PATCH)

/* -- The library ------------------------------------------------------------------------------ */

/** The version of the library that the program runs with: "0.1.0". Static storage. */
const char* backtalk_version(void);

/** The version as a number: 10203 for 1.2.3. `BACKTALK_VERSION_NUMBER` is the header's. */
uint32_t backtalk_version_number(void);

/**
 * The size in bytes of a struct of this header, as the library knows it: "backtalk_event". 0 if
 * there is no struct of that name. For bindings that declare the structs themselves.
 */
size_t backtalk_struct_size(const char* name);

/** What a call came to. */
typedef enum backtalk_status {
  BACKTALK_OK = 0,
  BACKTALK_NO_MEMORY = 1,    /**< there is not enough memory */
  BACKTALK_BAD_ARGUMENT = 2, /**< NULL, a limit of zero, or an unknown value */
  BACKTALK_UNKNOWN_NAME = 3, /**< there is no tolerance, limit or SIMD target of this name */
  BACKTALK_WRONG_PARSER = 4, /**< parsers of this kind do not have this function */
  BACKTALK_WRONG_TIME = 5,   /**< not now: see the function */
  BACKTALK_FULL = 6,         /**< as many answers are expected as the limit allows */
  BACKTALK_STREAM_ERROR = 7, /**< the stream has an error: see `backtalk_parser_error` */
  BACKTALK_STATUS_32_BITS = 0x7fffffff
} backtalk_status;

/** A sentence for people. Static storage. */
const char* backtalk_status_sentence(backtalk_status status);

/**
 * Text or octets: `size` bytes from `data`, without a NUL after them; they may contain NUL. `data`
 * is not NULL even if there are none, and so are the pointers to arrays of which a struct gives the
 * count. In what you pass to a function, NULL is an empty text. Never grows.
 */
typedef struct backtalk_view {
  const char* data;
  size_t size;
} backtalk_view;

/** What is wrong with the input, and where. */
typedef struct backtalk_error {
  const char* word;     /**< its name: "bare-lf". NUL-terminated, static storage */
  const char* sentence; /**< for people, without the offset. NUL-terminated, static storage */
  uint64_t offset;      /**< of the offending byte */
} backtalk_error;

/**
 * The names of the tolerances, and after them of sets of tolerances, by index; NULL beyond the
 * last. backtalk/tolerate.hpp describes each. Static storage.
 */
const char* backtalk_tolerance_name(size_t index);

/** The risk of a tolerance in one line, by the same index. */
const char* backtalk_tolerance_risk(size_t index);

/**
 * Which protocol a stream speaks that begins with these bytes: "TLS", "an SMTP server". For error
 * messages, when a parser has refused the first bytes of a server. NULL if it is none that can be
 * told, or if `bytes` is NULL. 128 bytes are enough. Static storage.
 */
const char* backtalk_guess_protocol(const char* bytes, size_t size);

/** The SIMD target that new parsers use: "avx2". Static storage. */
const char* backtalk_simd_target(void);

/**
 * Makes new parsers use another target, for tests: "scalar". `BACKTALK_UNKNOWN_NAME` if this build
 * or processor does not have it.
 */
backtalk_status backtalk_simd_use(const char* target);

/* -- Parsers ---------------------------------------------------------------------------------- */

/** What a parser reads. */
typedef enum backtalk_kind {
  BACKTALK_SMTP_REPLIES = 1,   /**< what an SMTP or LMTP server sends */
  BACKTALK_SMTP_COMMANDS = 2,  /**< what its client sends: commands, messages, chunks */
  BACKTALK_POP3_RESPONSES = 3, /**< what a POP3 server sends */
  BACKTALK_POP3_COMMANDS = 4,  /**< what its client sends */
  BACKTALK_IMAP_RESPONSES = 5, /**< what an IMAP server sends */
  BACKTALK_IMAP_COMMANDS = 6,  /**< what its client sends */
  BACKTALK_HTTP_RESPONSES = 7, /**< what an HTTP/1.0 or HTTP/1.1 server sends */
  BACKTALK_HTTP_REQUESTS = 8,  /**< what its client sends */
  BACKTALK_KIND_32_BITS = 0x7fffffff
} backtalk_kind;

/** A parser of one direction of one connection. */
typedef struct backtalk_parser backtalk_parser;

/** What a parser has read. */
typedef struct backtalk_event backtalk_event;

/** A new parser, strict and with the usual limits. NULL if memory is short or the kind unknown. */
backtalk_parser* backtalk_parser_new(backtalk_kind kind);

/** Frees a parser with its events. NULL is permitted. */
void backtalk_parser_free(backtalk_parser* parser);

/**
 * Switches on a tolerance, or a set of them, by name: "bare_lf". Tolerances of other protocols have
 * no effect. At the beginning of a stream only: `BACKTALK_WRONG_TIME` once something was fed or
 * expected.
 */
backtalk_status backtalk_parser_tolerate(backtalk_parser* parser, const char* name);

/**
 * Sets a limit by name: "line_octets_max". The headers `backtalk/PROTOCOL/...` describe the limits.
 * At the beginning of a stream only, as above.
 */
backtalk_status backtalk_parser_set_limit(backtalk_parser* parser, const char* name, uint64_t limit);

/** The value of a limit; 0 if the parser has none of this name. */
uint64_t backtalk_parser_limit(const backtalk_parser* parser, const char* name);

/** The names of the parser's limits, by index; NULL beyond the last. Static storage. */
const char* backtalk_parser_limit_name(const backtalk_parser* parser, size_t index);

/**
 * Lends the parser the next bytes of the stream. They must stay where they are, unchanged, until
 * the next feed, `backtalk_parser_reset` or `_free`: events are views of them. Call it only after
 * `backtalk_parser_next` has returned NULL: while bytes fed before are unread, nothing is taken,
 * and the error is "fed-too-early". `BACKTALK_STREAM_ERROR` if there is an error.
 */
backtalk_status backtalk_parser_feed(backtalk_parser* parser, const char* bytes, size_t size);

/**
 * The same, but copies the bytes first, so that they need not stay: for languages that move or free
 * their memory (Go, JavaScript, Python). The copies take up to twice the size of the largest feed.
 */
backtalk_status backtalk_parser_feed_copy(backtalk_parser* parser, const char* bytes, size_t size);

/** The next event; NULL if more bytes are needed or the stream has an error. */
const backtalk_event* backtalk_parser_next(backtalk_parser* parser);

/**
 * The stream has ended: the connection was closed. Read the remaining events with
 * `backtalk_parser_next`: an HTTP body may end here, and a POP3 status be decided. After that
 * `backtalk_parser_in_message` tells whether the stream was cut off.
 */
backtalk_status backtalk_parser_finish(backtalk_parser* parser);

/**
 * The first error of the stream, with its offset from the start of the stream; NULL if there is
 * none. It stays until `backtalk_parser_reset`; the events before it were returned. Lack of memory
 * is the error "no-memory", and NULL in place of a parser "no-parser". Valid until the next call
 * with that parser.
 */
const backtalk_error* backtalk_parser_error(backtalk_parser* parser);

/** True inside a message: if the stream ends here, the message is cut off. */
bool backtalk_parser_in_message(const backtalk_parser* parser);

/** The offset in the stream of the current message; between messages, of the next one. */
uint64_t backtalk_parser_message_offset(const backtalk_parser* parser);

/**
 * Call it when STARTTLS or STLS is accepted, before the handshake starts: by a client, on the event
 * of the positive answer; by a server, on the event of the command. Bytes already received after it
 * came in clear text and were injected: `BACKTALK_STREAM_ERROR`, and the error "starttls-injection"
 * (RFC 3207 5, CVE-2021-38371). Not for HTTP.
 */
backtalk_status backtalk_parser_begin_tls(backtalk_parser* parser);

/**
 * The next line is not a command: the answer to a challenge, or "DONE". Call it before you send "+
 * ". It applies to one line. For POP3 and IMAP commands.
 */
backtalk_status backtalk_parser_expect_line(backtalk_parser* parser);

/**
 * The number of answers that are expected and have not begun to arrive. POP3 and HTTP responses.
 */
size_t backtalk_parser_expected(const backtalk_parser* parser);

/**
 * Starts a new stream. Keeps limits, tolerances and buffers. `BACKTALK_NO_MEMORY` only if memory
 * was short before; then the parser still has that error.
 */
backtalk_status backtalk_parser_reset(backtalk_parser* parser);

/* -- SMTP and LMTP (backtalk/smtp.hpp) -------------------------------------------------------- */

/** A reply of one line or several. */
typedef struct backtalk_smtp_reply {
  uint64_t octets; /**< its length in the stream, line ends included */
  /**
   * The text of each line (at least one), without reply code, separator, line end, and the first
   * line's enhanced code.
   */
  const backtalk_view* lines;
  size_t line_count;
  uint16_t code;             /**< 200 to 559; 0 to 999 with `any_code` */
  uint16_t enhanced_class;   /**< of an enhanced code, "2.1.5": 2, 4 or 5; 0 if there is none */
  uint16_t enhanced_subject; /**< 0 to 999 */
  uint16_t enhanced_detail;  /**< 0 to 999 */
} backtalk_smtp_reply;

typedef enum backtalk_smtp_verb {
  BACKTALK_SMTP_UNKNOWN = 0,
  BACKTALK_SMTP_EHLO = 1,
  BACKTALK_SMTP_HELO = 2,
  BACKTALK_SMTP_LHLO = 3,
  BACKTALK_SMTP_MAIL = 4,
  BACKTALK_SMTP_RCPT = 5,
  BACKTALK_SMTP_DATA = 6,
  BACKTALK_SMTP_BDAT = 7,
  BACKTALK_SMTP_RSET = 8,
  BACKTALK_SMTP_NOOP = 9,
  BACKTALK_SMTP_QUIT = 10,
  BACKTALK_SMTP_VRFY = 11,
  BACKTALK_SMTP_EXPN = 12,
  BACKTALK_SMTP_HELP = 13,
  BACKTALK_SMTP_STARTTLS = 14,
  BACKTALK_SMTP_AUTH = 15,
  BACKTALK_SMTP_VERB_32_BITS = 0x7fffffff
} backtalk_smtp_verb;

/** A command line. Whether its arguments make sense is left to the server. */
typedef struct backtalk_smtp_command {
  backtalk_view name;      /**< the verb as sent, known or not */
  backtalk_view arguments; /**< what follows the verb and one space */
  backtalk_smtp_verb verb; /**< recognised without regard to case */
} backtalk_smtp_command;

/**
 * A dot-stuffed message follows, as OCTETS events and END. Call it when DATA is answered with 354,
 * before `backtalk_parser_next`. `BACKTALK_WRONG_TIME` inside a command or message.
 */
backtalk_status backtalk_smtp_expect_data(backtalk_parser* parser);

/** A chunk of `octets` octets follows, and then END. Call it when BDAT was read, as above. */
backtalk_status backtalk_smtp_expect_chunk(backtalk_parser* parser, uint64_t octets);

/**
 * Gives back the unread rest of what was fed, to a server that pauses in the middle of it. The
 * parser forgets these bytes: feed them again before anything else. Only directly after an event:
 * else `BACKTALK_WRONG_TIME`.
 */
backtalk_status backtalk_smtp_give_back(backtalk_parser* parser, backtalk_view* rest);

/*
 * Decoders, of all protocols: they return true and set their results, or return false and set
 * `error`, which may be NULL. Offsets count from the start of the text that was given. Results may
 * be NULL if they are not wanted. The tolerances are those of `parser`; NULL is strict.
 */

/**
 * The parameters of a keyword, in any case, in a reply to EHLO: "SIZE". False if it is not offered.
 */
bool backtalk_smtp_find_keyword(const backtalk_parser* parser, const backtalk_smtp_reply* reply,
                                const char* keyword, backtalk_view* parameters);

/** The path, without brackets, and the parameters of MAIL or RCPT. */
bool backtalk_smtp_read_path(const backtalk_parser* parser, const backtalk_smtp_command* command,
                             backtalk_view* path, backtalk_view* parameters, backtalk_error* error);

/** The value of a parameter of MAIL or RCPT, in any case: "SIZE". False if it is not there. */
bool backtalk_smtp_find_parameter(backtalk_view parameters, const char* key, backtalk_view* value);

/** The argument of BDAT. */
bool backtalk_smtp_read_chunk(const backtalk_parser* parser, const backtalk_smtp_command* command,
                              uint64_t* octets, bool* last, backtalk_error* error);

/* -- POP3 (backtalk/pop3.hpp) ----------------------------------------------------------------- */

typedef enum backtalk_pop3_status_kind {
  BACKTALK_POP3_OK = 0,           /**< "+OK" */
  BACKTALK_POP3_ERR = 1,          /**< "-ERR" */
  BACKTALK_POP3_CONTINUATION = 2, /**< "+ ": a SASL challenge */
  BACKTALK_POP3_STATUS_32_BITS = 0x7fffffff
} backtalk_pop3_status_kind;

/** The first line of a response. */
typedef struct backtalk_pop3_status {
  backtalk_view text; /**< after the status and one space; or the challenge */
  backtalk_view code; /**< the response code without brackets, "IN-USE"; or empty */
  uint64_t octets;    /**< the length of its line in the stream, with the line end */
  backtalk_pop3_status_kind kind;
  bool multi_line;  /**< a body follows: OCTETS or LINE events, then END */
  bool unsolicited; /**< an "-ERR" that no command asked for: the server is about to close */
} backtalk_pop3_status;

/** The form of the answer to a command. backtalk/pop3/response_parser.hpp has more. */
typedef enum backtalk_pop3_form {
  BACKTALK_POP3_SINGLE_LINE = 0, /**< STAT, DELE, LIST with a number, ... */
  BACKTALK_POP3_MULTI_LINE = 1,  /**< after "+OK" a body, as OCTETS: RETR, TOP */
  BACKTALK_POP3_LISTING = 2,     /**< after "+OK" LINE events: LIST, UIDL, CAPA */
  BACKTALK_POP3_SASL = 3,        /**< AUTH with a mechanism: challenges, then one line */
  BACKTALK_POP3_AUTOMATIC = 4,   /**< for readers that do not see the commands */
  BACKTALK_POP3_FORM_32_BITS = 0x7fffffff
} backtalk_pop3_form;

/**
 * Queues the form of the answer to the next command that is sent; the greeting is expected already.
 * `BACKTALK_FULL` if `expectations_max` are queued.
 */
backtalk_status backtalk_pop3_expect(backtalk_parser* parser, backtalk_pop3_form form);

/** How to read a response if nothing is queued, which is otherwise an error. Survives a reset. */
backtalk_status backtalk_pop3_expect_otherwise(backtalk_parser* parser, backtalk_pop3_form form);

typedef enum backtalk_pop3_verb {
  BACKTALK_POP3_UNKNOWN = 0,
  BACKTALK_POP3_APOP = 1,
  BACKTALK_POP3_AUTH = 2,
  BACKTALK_POP3_CAPA = 3,
  BACKTALK_POP3_DELE = 4,
  BACKTALK_POP3_LANG = 5,
  BACKTALK_POP3_LIST = 6,
  BACKTALK_POP3_NOOP = 7,
  BACKTALK_POP3_PASS = 8,
  BACKTALK_POP3_QUIT = 9,
  BACKTALK_POP3_RETR = 10,
  BACKTALK_POP3_RSET = 11,
  BACKTALK_POP3_STAT = 12,
  BACKTALK_POP3_STLS = 13,
  BACKTALK_POP3_TOP = 14,
  BACKTALK_POP3_UIDL = 15,
  BACKTALK_POP3_USER = 16,
  BACKTALK_POP3_UTF8 = 17,
  BACKTALK_POP3_VERB_32_BITS = 0x7fffffff
} backtalk_pop3_verb;

/** A command line. The answer to a challenge is a LINE event: `backtalk_parser_expect_line`. */
typedef struct backtalk_pop3_command {
  backtalk_view keyword;   /**< as sent, known or not */
  backtalk_view arguments; /**< what follows the keyword and one space */
  backtalk_pop3_verb verb; /**< recognised without regard to case */
} backtalk_pop3_command;

/** The text of the answer to STAT: "2 320". */
bool backtalk_pop3_read_drop_listing(const backtalk_parser* parser, backtalk_view text, uint32_t* messages,
                                     uint64_t* octets, backtalk_error* error);

/** A line of LIST, or the text of the answer to LIST n: "1 120". */
bool backtalk_pop3_read_scan_listing(const backtalk_parser* parser, backtalk_view line, uint32_t* message,
                                     uint64_t* octets, backtalk_error* error);

/** A line of UIDL, or the text of the answer to UIDL n: "1 whqtswO00WBw418f9t5JxYwZ". */
bool backtalk_pop3_read_unique_id_listing(const backtalk_parser* parser, backtalk_view line,
                                          uint32_t* message, backtalk_view* id, backtalk_error* error);

/** A line of the answer to CAPA: "SASL PLAIN CRAM-MD5". Compare tags ignoring case. */
bool backtalk_pop3_read_capability(const backtalk_parser* parser, backtalk_view line, backtalk_view* tag,
                                   backtalk_view* parameters, backtalk_error* error);

/** The timestamp in a greeting's text, with its brackets, for APOP. False if there is none. */
bool backtalk_pop3_find_timestamp(backtalk_view text, backtalk_view* timestamp);

/** The message number of DELE, RETR, LIST or UIDL. */
bool backtalk_pop3_read_message_number(const backtalk_parser* parser, const backtalk_pop3_command* command,
                                       uint32_t* message, backtalk_error* error);

/** The arguments of TOP. */
bool backtalk_pop3_read_top(const backtalk_parser* parser, const backtalk_pop3_command* command,
                            uint32_t* message, uint64_t* lines, backtalk_error* error);

/* -- IMAP (backtalk/imap.hpp) ----------------------------------------------------------------- */

typedef enum backtalk_imap_token_kind {
  BACKTALK_IMAP_ATOM = 0,     /**< atom or astring: "FETCH", "[Gmail]", "2,4:7" */
  BACKTALK_IMAP_NUMBER = 1,   /**< digits only, that fit 64 bits */
  BACKTALK_IMAP_FLAG = 2,     /**< "\Seen", "\*": the text has the backslash */
  BACKTALK_IMAP_QUOTED = 3,   /**< the text is what is between the quotes, escapes as sent */
  BACKTALK_IMAP_LITERAL = 4,  /**< the octets of a literal */
  BACKTALK_IMAP_LITERAL8 = 5, /**< the octets of a literal8, "~{5}" */
  BACKTALK_IMAP_NIL = 6,      /**< NIL in any case; the text has it as sent */
  BACKTALK_IMAP_LIST = 7,     /**< "(" ... ")" */
  BACKTALK_IMAP_SECTION = 8,  /**< BODY[...]: the text is the name; the brackets' content follows */
  BACKTALK_IMAP_ORIGIN = 9,   /**< "<0>" after the bracket: the last token of a section */
  BACKTALK_IMAP_RAW = 10,     /**< the rest of a response code that does not consist of tokens */
  BACKTALK_IMAP_TOKEN_KIND_32_BITS = 0x7fffffff
} backtalk_imap_token_kind;

/**
 * A token. Tokens form one flat array, in which a list precedes its elements; adding `span` skips a
 * token with everything inside it, so a tree of any depth can be read without recursion:
 *
 *     // the elements of the list that tokens[i] is
 *     for (size_t j = i + 1; j < i + tokens[i].span; j += tokens[j].span) ...
 *
 * Never grows.
 */
typedef struct backtalk_imap_token {
  backtalk_view text; /**< empty for lists, and for a literal that was returned in pieces */
  uint64_t offset;    /**< of its first byte, from the start of the stream */
  uint32_t span;      /**< its tokens in the array, with everything inside it: at least 1 */
  uint8_t kind;       /**< a `backtalk_imap_token_kind` */
  bool escaped;       /**< quoted: the text contains escapes; see `backtalk_imap_token_text` */
  bool streamed;      /**< literal: its octets were returned in pieces, as OCTETS events before */
  uint8_t reserved;
} backtalk_imap_token;

typedef enum backtalk_imap_response_kind {
  BACKTALK_IMAP_UNTAGGED = 0,     /**< "* " and a status, or data */
  BACKTALK_IMAP_TAGGED = 1,       /**< a tag and OK, NO or BAD: a command is answered */
  BACKTALK_IMAP_CONTINUATION = 2, /**< "+ " and text */
  BACKTALK_IMAP_RESPONSE_KIND_32_BITS = 0x7fffffff
} backtalk_imap_response_kind;

typedef enum backtalk_imap_status {
  BACKTALK_IMAP_NO_STATUS = 0, /**< data, or a continuation */
  BACKTALK_IMAP_OK = 1,
  BACKTALK_IMAP_NO = 2,
  BACKTALK_IMAP_BAD = 3,
  BACKTALK_IMAP_BYE = 4,
  BACKTALK_IMAP_PREAUTH = 5,
  BACKTALK_IMAP_STATUS_32_BITS = 0x7fffffff
} backtalk_imap_status;

/**
 * A response. Untagged data is the tokens `data`: in "* 12 FETCH (UID 7)" `number` is 12, `name`
 * "FETCH", and `arguments` begins with the list.
 */
typedef struct backtalk_imap_response {
  backtalk_imap_response_kind kind;
  backtalk_imap_status status;
  uint64_t octets;                 /**< its length in the stream, line ends and literals included */
  backtalk_view tag;               /**< of a tagged response */
  backtalk_view text;              /**< what follows the status and code, or the "+" */
  const backtalk_imap_token* code; /**< what is inside "[" and "]" after a status */
  size_t code_count;
  const backtalk_imap_token* data; /**< untagged data: the tokens after "* " */
  size_t data_count;
  uint64_t number;                      /**< before the name of untagged data; 0 if there is none */
  backtalk_view name;                   /**< of untagged data; compare ignoring case */
  const backtalk_imap_token* arguments; /**< the tokens after the name: the rest of `data` */
  size_t argument_count;
  /**
   * An error in the content, or NULL. The framing is intact: the next response can be read. The
   * members above are set as far as they were read, so a tagged response is still an answer.
   */
  const backtalk_error* error;
  backtalk_view bad_line; /**< with `error`: the line that contains it */
  /**
   * `backtalk_imap_response_so_far` of a FETCH response: the name of the item whose value the
   * literal is, such as BODY[1.2], in `data`. NULL elsewhere.
   */
  const backtalk_imap_token* streamed_name;
} backtalk_imap_response;

/** A command, or as much of it as precedes a literal. */
typedef struct backtalk_imap_command {
  backtalk_view tag;  /**< "*" if the line has no valid tag: see `error` */
  backtalk_view name; /**< as sent; after "UID" it is in `arguments`. Compare ignoring case */
  /** The tokens after the name. Not with LITERAL_WANTED: see `backtalk_imap_command_so_far`. */
  const backtalk_imap_token* arguments;
  size_t argument_count;
  const backtalk_error* error; /**< in the content, or NULL: answer BAD; the stream goes on */
} backtalk_imap_command;

/** The value of a number; 0 for any other token. */
uint64_t backtalk_imap_token_number(const backtalk_imap_token* token);

/** True for an atom, number or flag with this text, ignoring case: "FLAGS", "\\Seen". */
bool backtalk_imap_token_is(const backtalk_imap_token* token, const char* word);

/**
 * Writes the token's text to `out`, without the escapes of a quoted string, and returns its length,
 * which is at most `token->text.size`. Writes at most `room` bytes, and no NUL after them.
 */
size_t backtalk_imap_token_text(const backtalk_imap_token* token, char* out, size_t room);

/**
 * On an OCTETS event of IMAP responses: the response that the literal is part of, as far as it was
 * read; the last token is the literal. NULL at any other time, or if memory is short. Takes time in
 * proportion to the tokens: call it once per literal, when
 * `octets.size + octets_left == octets_total`.
 * Valid as long as the event.
 */
const backtalk_imap_response* backtalk_imap_response_so_far(backtalk_parser* parser);

/** Like `backtalk_imap_response_so_far`, for IMAP commands, on OCTETS and LITERAL_WANTED. */
const backtalk_imap_command* backtalk_imap_command_so_far(backtalk_parser* parser);

/**
 * The value that follows this name, ignoring case, in a row of names and values: an item of FETCH,
 * an attribute of STATUS, a parameter of a body part. NULL if it is not there. Linear in the row.
 *
 *     // response->arguments is the list of "* 12 FETCH (UID 7 ENVELOPE (...))"
 *     const backtalk_imap_token* list = response->arguments;
 *     const backtalk_imap_token* uid = backtalk_imap_find(list + 1, list->span - 1, "UID");
 */
const backtalk_imap_token* backtalk_imap_find(const backtalk_imap_token* tokens, size_t count,
                                              const char* name);

/** Tokens in a row, with those inside of lists. Never grows. */
typedef struct backtalk_imap_tokens {
  const backtalk_imap_token* data;
  size_t count;
} backtalk_imap_tokens;

/**
 * An address of an envelope: strings or NIL, and NULL for what could not be read. If the host is
 * NIL, it begins a group (the mailbox is the group's name) or, with a mailbox of NIL, ends one.
 * Never grows.
 */
typedef struct backtalk_imap_address {
  const backtalk_imap_token* name;
  const backtalk_imap_token* route;
  const backtalk_imap_token* mailbox;
  const backtalk_imap_token* host;
  backtalk_error error; /**< what is wrong with it; the word is NULL if nothing is */
} backtalk_imap_address;

/** The addresses of one field. Never grows. */
typedef struct backtalk_imap_addresses {
  const backtalk_imap_address* data;
  size_t count;
} backtalk_imap_addresses;

/** ENVELOPE: strings or NIL, and NULL for what could not be read. */
typedef struct backtalk_imap_envelope {
  const backtalk_imap_token* date;
  const backtalk_imap_token* subject;
  backtalk_imap_addresses from;
  backtalk_imap_addresses sender;
  backtalk_imap_addresses reply_to;
  backtalk_imap_addresses to;
  backtalk_imap_addresses cc;
  backtalk_imap_addresses bcc;
  const backtalk_imap_token* in_reply_to;
  const backtalk_imap_token* message_id;
  /** What is wrong with each of the ten fields, in this order; the word is NULL if nothing is. */
  const backtalk_error* errors;
} backtalk_imap_envelope;

/**
 * Reads the value of an ENVELOPE item of the response that `parser` has just returned. Sets
 * `envelope` even if it returns false: a field that is wrong costs itself alone. `envelope` is NULL
 * only if `value` does not belong to this response, or if memory is short. It is valid as long as
 * the event, and until the next envelope is read.
 */
bool backtalk_imap_read_envelope(backtalk_parser* parser, const backtalk_imap_token* value,
                                 const backtalk_imap_envelope** envelope, backtalk_error* error);

/** The parent of the outermost part of a message. */
#define BACKTALK_IMAP_NO_PARENT UINT32_MAX

/**
 * A part of a message: strings or NIL, and NULL for what is not there. Every part precedes the
 * parts inside it; the outermost comes first. Never grows.
 */
typedef struct backtalk_imap_body_part {
  const backtalk_imap_token* token; /**< the list that it was read from; NIL if a body is missing */
  uint32_t parent;                  /**< the index of the part that it is in */
  uint32_t position;                /**< among the parent's parts, from 1 */
  uint32_t parts;                   /**< of a multipart; 1 for an enclosed message */
  bool multipart;                   /**< then `type` is NULL */
  uint8_t reserved[3];
  const backtalk_imap_token* type;    /**< "TEXT" */
  const backtalk_imap_token* subtype; /**< "PLAIN", "MIXED" */
  backtalk_imap_tokens parameters;    /**< names and values alternating */
  const backtalk_imap_token* id;
  const backtalk_imap_token* description;
  const backtalk_imap_token* encoding;
  uint64_t octets;
  uint64_t lines;                      /**< of text and messages */
  const backtalk_imap_token* envelope; /**< of a message: see `backtalk_imap_read_envelope` */
  const backtalk_imap_token* md5;
  const backtalk_imap_token* disposition;      /**< "attachment" */
  backtalk_imap_tokens disposition_parameters; /**< names and values alternating */
  const backtalk_imap_token* language;         /**< a string, or a list of strings */
  const backtalk_imap_token* location;
  backtalk_imap_tokens extensions; /**< any further data */
  backtalk_error error;            /**< the first that it has; the word is NULL if it has none */
  const char* error_field;         /**< with an error, what it is in: "encoding". Static storage */
} backtalk_imap_body_part;

/**
 * Reads the value of a BODY or BODYSTRUCTURE item, as above: sets `parts` and `count` even if it
 * returns false. Valid as long as the event, and until the next structure is read.
 */
bool backtalk_imap_read_body_structure(backtalk_parser* parser, const backtalk_imap_token* value,
                                       const backtalk_imap_body_part** parts, size_t* count,
                                       backtalk_error* error);

/**
 * Writes the section that FETCH BODY[section] needs for a part of the structure that was read last:
 * "1.2". Returns its length, and writes at most `room` bytes, without a NUL. 0 if there is no such
 * part.
 */
size_t backtalk_imap_part_section(backtalk_parser* parser, size_t index, char* out, size_t room);

/*
 * The functions below decode the response that `parser` has just returned. Each sets its result
 * even if it returns false: what is wrong costs itself alone, and `error`, which may be NULL, is
 * the first such error. The result is NULL only if there is no such response. It is valid as long
 * as the event, and until the same function is called again. Nothing is allocated.
 */

/** A number that the server may have left out. Never grows. */
typedef struct backtalk_imap_number {
  uint64_t value; /**< 0 if it is not there */
  bool is_there;
  uint8_t reserved[7];
} backtalk_imap_number;

/**
 * Takes the first range from the front of a set of numbers such as "1,3:5": 1 to 1, then 3 to 5.
 * `first` may be larger than `last`. False if the set is empty or does not begin with a range.
 */
bool backtalk_imap_next_range(const backtalk_parser* parser, backtalk_view* set, uint64_t* first,
                              uint64_t* last);

/**
 * True if one of these tokens is this word, ignoring case: a capability ("IDLE", "AUTH=PLAIN")
 * among the arguments of CAPABILITY, a flag, an attribute of LIST. What is inside lists does not
 * count. Linear.
 */
bool backtalk_imap_has(const backtalk_imap_token* tokens, size_t count, const char* word);

/** What an item of FETCH is about. */
typedef enum backtalk_imap_attribute {
  BACKTALK_IMAP_OTHER = 0,         /**< X-GM-LABELS, EMAILID, ... */
  BACKTALK_IMAP_FLAGS = 1,         /**< a list: `backtalk_imap_read_flags` */
  BACKTALK_IMAP_UID = 2,           /**< a number */
  BACKTALK_IMAP_RFC822_SIZE = 3,   /**< a number */
  BACKTALK_IMAP_INTERNALDATE = 4,  /**< a string */
  BACKTALK_IMAP_ENVELOPE = 5,      /**< `backtalk_imap_read_envelope` */
  BACKTALK_IMAP_BODY = 6,          /**< `backtalk_imap_read_body_structure` */
  BACKTALK_IMAP_BODYSTRUCTURE = 7, /**< `backtalk_imap_read_body_structure` */
  BACKTALK_IMAP_BODY_SECTION = 8,  /**< BODY[...]: a string or NIL */
  BACKTALK_IMAP_BINARY = 9,        /**< BINARY[...]: a string or NIL */
  BACKTALK_IMAP_BINARY_SIZE = 10,  /**< BINARY.SIZE[...]: a number */
  BACKTALK_IMAP_MODSEQ = 11,       /**< a number */
  BACKTALK_IMAP_RFC822 = 12,       /**< RFC822, RFC822.HEADER, RFC822.TEXT: a string or NIL */
  BACKTALK_IMAP_INVALID_ITEM = 13, /**< not an item, or a value of another form: see `error` */
  BACKTALK_IMAP_ATTRIBUTE_32_BITS = 0x7fffffff
} backtalk_imap_attribute;

/** An item of a FETCH response. */
typedef struct backtalk_imap_item {
  backtalk_imap_attribute attribute;
  uint8_t reserved[4];
  const backtalk_imap_token* name;  /**< of an invalid item, the token where it begins */
  const backtalk_imap_token* value; /**< NIL if there is none */
  uint64_t number;                  /**< of UID, RFC822.SIZE, BINARY.SIZE and MODSEQ; else 0 */
  backtalk_error error;             /**< of an invalid item; otherwise the word is NULL */
} backtalk_imap_item;

/**
 * The next item of a FETCH response; the first one after `backtalk_parser_next`. At the end, false
 * and a NULL item; then `error` is the first error of all items and what is around them, and its
 * word is NULL if there was none.
 *
 *     while (backtalk_imap_next_item(parser, &item, &error)) ...
 */
bool backtalk_imap_next_item(backtalk_parser* parser, const backtalk_imap_item** item, backtalk_error* error);

/** A list of flags. */
typedef struct backtalk_imap_flags {
  bool answered, flagged, deleted, seen, draft, recent;
  bool any;                                           /**< "\*" in PERMANENTFLAGS */
  bool forwarded, mdn_sent, junk, not_junk, phishing; /**< "$Forwarded" and so on */
  bool quoted;                                        /**< strings are flags too (`quoted_flags`) */
  uint8_t reserved[3];
  backtalk_imap_tokens all; /**< every element, also unknown flags and what is none */
} backtalk_imap_flags;

/**
 * Reads a list of flags: the value of a FLAGS item. With `list` NULL those of the response itself:
 * a FLAGS response, or one with a PERMANENTFLAGS code.
 */
bool backtalk_imap_read_flags(backtalk_parser* parser, const backtalk_imap_token* list,
                              const backtalk_imap_flags** flags, backtalk_error* error);

/** A mailbox in LIST, LSUB or XLIST. */
typedef struct backtalk_imap_listing {
  backtalk_imap_tokens attributes; /**< "\Noselect", "\Sent"; also what is no attribute */
  const backtalk_imap_token* name; /**< NULL if it could not be read or has several words */
  backtalk_view unquoted_name;     /**< of several words (`unquoted_names`) */
  backtalk_imap_tokens extended;   /**< RFC 5258: tags and values alternating */
  char delimiter;                  /**< 0 for NIL: the names have no hierarchy */
  bool quoted;                     /**< strings are attributes too (`quoted_flags`) */
  uint8_t reserved[6];
} backtalk_imap_listing;

/** Reads a LIST, LSUB or XLIST response. */
bool backtalk_imap_read_listing(backtalk_parser* parser, const backtalk_imap_listing** listing,
                                backtalk_error* error);

/** What STATUS says of a mailbox. */
typedef struct backtalk_imap_mailbox_status {
  const backtalk_imap_token* name; /**< as in `backtalk_imap_listing` */
  backtalk_view unquoted_name;
  backtalk_imap_number messages, recent, uidnext, uidvalidity, unseen, deleted, size_octets, highestmodseq;
  backtalk_imap_tokens items; /**< all of them, names and values alternating */
} backtalk_imap_mailbox_status;

/** Reads a STATUS response. */
bool backtalk_imap_read_status(backtalk_parser* parser, const backtalk_imap_mailbox_status** status,
                               backtalk_error* error);

/** What SEARCH or SORT has found. */
typedef struct backtalk_imap_search {
  backtalk_imap_tokens numbers; /**< beside an error, also what is no message number */
  backtalk_imap_number modseq;
} backtalk_imap_search;

/** Reads a SEARCH or SORT response. */
bool backtalk_imap_read_search(backtalk_parser* parser, const backtalk_imap_search** found,
                               backtalk_error* error);

/** What ESEARCH has found. */
typedef struct backtalk_imap_extended_search {
  const backtalk_imap_token* tag; /**< of the command; NULL if the server did not send it */
  backtalk_imap_number min, max, count, modseq;
  backtalk_view all;             /**< for `backtalk_imap_next_range`; empty if it was not sent */
  backtalk_imap_tokens returned; /**< all return data, names and values alternating */
  bool uid;                      /**< the numbers are UIDs */
  uint8_t reserved[7];
} backtalk_imap_extended_search;

/** Reads an ESEARCH response. */
bool backtalk_imap_read_extended_search(backtalk_parser* parser, const backtalk_imap_extended_search** found,
                                        backtalk_error* error);

/** A response code. */
typedef struct backtalk_imap_code {
  backtalk_view name;             /**< "UIDNEXT"; empty if the response has no code */
  backtalk_imap_tokens arguments; /**< what follows the name */
  /** Of UIDNEXT, UIDVALIDITY, UNSEEN, HIGHESTMODSEQ; the UIDVALIDITY of APPENDUID and COPYUID. */
  backtalk_imap_number number;
  backtalk_view uids;        /**< of APPENDUID and MODIFIED; of COPYUID, the new UIDs */
  backtalk_view source_uids; /**< of COPYUID: the UIDs that were copied */
} backtalk_imap_code;

/** Reads the response code of a response. */
bool backtalk_imap_read_code(backtalk_parser* parser, const backtalk_imap_code** code, backtalk_error* error);

/**
 * The literal that the client announced is refused with NO or BAD: the client sends no octets, and
 * the command is over. Directly after LITERAL_WANTED only: else `BACKTALK_WRONG_TIME`.
 */
backtalk_status backtalk_imap_refuse_literal(backtalk_parser* parser);

/* -- HTTP/1.0 and HTTP/1.1 (backtalk/http.hpp) ------------------------------------------------ */

/** A field line. Never grows. */
typedef struct backtalk_http_field {
  backtalk_view name;  /**< a token, as sent; compare ignoring case */
  backtalk_view value; /**< without the white space around it; may be empty */
} backtalk_http_field;

/** How the end of a body is known (RFC 9112 6.3). */
typedef enum backtalk_http_framing {
  BACKTALK_HTTP_NO_BODY = 0,
  BACKTALK_HTTP_CONTENT_LENGTH = 1,
  BACKTALK_HTTP_CHUNKED = 2,
  BACKTALK_HTTP_UNTIL_CLOSE = 3,
  BACKTALK_HTTP_FRAMING_32_BITS = 0x7fffffff
} backtalk_http_framing;

/** The head of a response or request. */
typedef struct backtalk_http_head {
  uint64_t octets;                   /**< its length in the stream, with the empty line */
  uint64_t content_length;           /**< with that framing: how many octets follow */
  const backtalk_http_field* fields; /**< in the order in which they were sent */
  size_t field_count;
  backtalk_view method;          /**< of a request; methods are case-sensitive */
  backtalk_view target;          /**< of a request */
  backtalk_view reason;          /**< of a response; may be empty */
  uint16_t status;               /**< of a response: 100 to 599; 0 to 999 with `any_status` */
  uint16_t minor;                /**< HTTP/1.minor: 0 to 9 */
  backtalk_http_framing framing; /**< by version, status, fields and the request's method */
  bool interim;                  /**< of a response: 1xx except 101; no END follows */
  bool tunnel;                   /**< of a response: 101, or 2xx to CONNECT; OPAQUE follows */
  bool keeps_connection;         /**< false: do not reuse the connection after this message */
  /** The lines of a head that were dropped (see tolerances), and the offset of the first. */
  uint64_t dropped_lines;
  uint64_t first_dropped_line;
} backtalk_http_head;

/**
 * Announces the response to a request with this method: "HEAD". Call it for each request, before
 * its response is fed; a response that was not announced counts as one to GET. `BACKTALK_FULL` if
 * `expectations_max` are announced: the request must wait.
 */
backtalk_status backtalk_http_expect(backtalk_parser* parser, const char* method);

/**
 * Everything after the request that just ended is opaque. Call it when CONNECT or an upgrade is
 * accepted: directly after END; else `BACKTALK_WRONG_TIME`.
 */
backtalk_status backtalk_http_begin_tunnel(backtalk_parser* parser);

/** The value of the first field with this name, ignoring case. False if there is none. */
bool backtalk_http_find_field(const backtalk_http_field* fields, size_t count, const char* name,
                              backtalk_view* value);

/**
 * True if the fields with this name list `element`, ignoring case in both: "Connection: close,
 * Upgrade" lists "upgrade" (RFC 9110 5.6.1).
 */
bool backtalk_http_field_lists(const backtalk_http_field* fields, size_t count, const char* name,
                               const char* element);

/* -- Events ----------------------------------------------------------------------------------- */

typedef enum backtalk_event_kind {
  BACKTALK_REPLY = 1,          /**< SMTP: `smtp_reply` */
  BACKTALK_COMMAND = 2,        /**< `smtp_command`, `pop3_command` or `imap_command` */
  BACKTALK_STATUS = 3,         /**< POP3: `pop3_status` begins a response */
  BACKTALK_RESPONSE = 4,       /**< IMAP: `imap_response` */
  BACKTALK_HEAD = 5,           /**< HTTP: `http_head` begins a message */
  BACKTALK_OCTETS = 6,         /**< `octets`: a stretch of a body, message, chunk or literal */
  BACKTALK_LINE = 7,           /**< `octets`: a line of a POP3 listing, or one that was expected */
  BACKTALK_END = 8,            /**< the body, message or chunk is complete; HTTP: `trailers` */
  BACKTALK_LITERAL_WANTED = 9, /**< IMAP: `imap_command` waits for "+ " before its literal */
  BACKTALK_OPAQUE = 10,        /**< HTTP: `octets` after the stream left HTTP (101, CONNECT) */
  BACKTALK_EVENT_KIND_32_BITS = 0x7fffffff
} backtalk_event_kind;

/** An event. Exactly the members named at its kind are set; the other pointers are NULL. */
struct backtalk_event {
  backtalk_event_kind kind;
  uint32_t struct_size; /**< of this struct, in the library: members beyond are not there */
  /**
   * In the stream: of the first byte of the message, command or response that the event is part of;
   * for OPAQUE, of `octets`.
   */
  uint64_t offset;
  backtalk_view octets;
  uint64_t octets_total; /**< OCTETS of a literal, LITERAL_WANTED: the length of the literal */
  uint64_t octets_left;  /**< OCTETS of a literal: how many octets follow these */
  const backtalk_smtp_reply* smtp_reply;
  const backtalk_smtp_command* smtp_command;
  const backtalk_pop3_status* pop3_status;
  const backtalk_pop3_command* pop3_command;
  const backtalk_imap_response* imap_response;
  const backtalk_imap_command* imap_command;
  const backtalk_http_head* http_head;
  const backtalk_http_field* trailers; /**< after a chunked body; never merged into the fields */
  size_t trailer_count;
};

#ifdef __cplusplus
}
#endif

#endif
