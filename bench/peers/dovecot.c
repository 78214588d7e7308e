/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include <stdio.h>

/* Dovecot's other headers rely on this one. */
#include "lib.h"

#include "array.h"
#include "buffer.h"
#include "dovecot.h"
#include "imap-arg.h"
#include "imap-bodystructure.h"
#include "imap-envelope.h"
#include "imap-parser.h"
#include "istream-callback.h"
#include "istream-dot.h"
#include "istream.h"
#include "message-part-data.h"
#include "smtp-command-parser.h"
#include "smtp-common.h"
#include "smtp-reply-parser.h"

enum { kReplyMax = 1 << 20, kLineMax = 1 << 20, kTextMax = 4096 };

void dovecot_begin(void) {
  static bool begun;
  if (!begun) lib_init();
  begun = TRUE;
}

/* A stream that returns one piece per read. Whole lines are not copied. */
struct source {
  const char* at;
  size_t left;
  size_t piece;
};

static bool give_piece(buffer_t* buffer, struct source* source) {
  size_t size = source->left < source->piece ? source->left : source->piece;
  if (size == 0) return FALSE;
  buffer_append(buffer, source->at, size);
  source->at += size;
  source->left -= size;
  return TRUE;
}

static struct istream* open_stream(struct source* source) {
  struct istream* input;
  if (source->piece >= source->left) return i_stream_create_from_data(source->at, source->left);
  input = i_stream_create_callback(give_piece, source);
  i_stream_set_max_buffer_size(input, kLineMax);
  return input;
}

static void record(const struct dovecot_sink* sink, const char* topic, const char* text) {
  sink->fact(sink->context, topic, text);
}

static void record_number(const struct dovecot_sink* sink, const char* topic, unsigned long long number) {
  char text[32];
  (void)snprintf(text, sizeof text, "%llu", number);
  record(sink, topic, text);
}

/* SMTP */

static const struct {
  const char* keyword;
  enum smtp_capability capability;
} kKeywords[] = {
    {"PIPELINING", SMTP_CAPABILITY_PIPELINING},
    {"STARTTLS", SMTP_CAPABILITY_STARTTLS},
    {"8BITMIME", SMTP_CAPABILITY_8BITMIME},
    {"DSN", SMTP_CAPABILITY_DSN},
    {"CHUNKING", SMTP_CAPABILITY_CHUNKING},
    {"BINARYMIME", SMTP_CAPABILITY_BINARYMIME},
    {"ENHANCEDSTATUSCODES", SMTP_CAPABILITY_ENHANCEDSTATUSCODES},
};

/* Like its own client: splits each line at its spaces and looks up the first word. */
static void read_keywords(const struct smtp_reply* reply, const struct dovecot_sink* sink) {
  enum smtp_capability found = SMTP_CAPABILITY_NONE;
  uoff_t octets_max = 0;
  const char* mechanisms = "";
  const char* const* line = reply->text_lines;
  if (*line != NULL) ++line;
  for (; *line != NULL; ++line) {
    const char* const* words = t_strsplit(*line, " ");
    enum smtp_capability capability = smtp_capability_find_by_name(words[0]);
    found |= capability;
    if (capability == SMTP_CAPABILITY_SIZE && words[1] != NULL && str_to_uoff(words[1], &octets_max) < 0)
      octets_max = 0;
    if (capability == SMTP_CAPABILITY_AUTH) mechanisms = t_strarray_join(words + 1, " ");
  }
  if (sink->fact == NULL) return;
  for (size_t i = 0; i < sizeof kKeywords / sizeof *kKeywords; ++i) {
    record(sink, kKeywords[i].keyword, (found & kKeywords[i].capability) != 0 ? "offered" : "not offered");
  }
  record_number(sink, "SIZE", octets_max);
  record(sink, "AUTH", mechanisms);
}

static void record_reply(const struct smtp_reply* reply, const struct dovecot_sink* sink) {
  const char* enhanced = smtp_reply_has_enhanced_code(reply) ? smtp_reply_get_enh_code(reply) : "";
  record_number(sink, "code", reply->status);
  record(sink, "enhanced", enhanced);
  for (const char* const* line = reply->text_lines; *line != NULL; ++line) {
    record(sink, "text", *enhanced != '\0' ? t_strconcat(enhanced, " ", *line, NULL) : *line);
  }
}

size_t dovecot_smtp_replies(const char* stream, size_t size, size_t piece, int ehlo,
                            const struct dovecot_sink* sink) {
  struct source source = {stream, size, piece};
  struct istream* input = open_stream(&source);
  struct smtp_reply_parser* parser = smtp_reply_parser_init(input, kReplyMax);
  size_t replies = 0;
  for (;;) {
    struct smtp_reply* reply;
    const char* error;
    int status;
    T_BEGIN {
      status = ehlo ? smtp_reply_parse_ehlo(parser, &reply, &error)
                    : smtp_reply_parse_next(parser, TRUE, &reply, &error);
      if (status > 0 && ehlo) read_keywords(reply, sink);
      if (status > 0 && sink->fact != NULL) record_reply(reply, sink);
    }
    T_END;
    if (status > 0) {
      ++replies;
    } else if (status < 0 || input->eof) {
      break;
    }
  }
  smtp_reply_parser_deinit(&parser);
  i_stream_unref(&input);
  return replies;
}

static size_t read_data(struct smtp_command_parser* parser, const struct dovecot_sink* sink) {
  struct istream* data = smtp_command_parse_data_with_dot(parser);
  const unsigned char* bytes;
  size_t size;
  int status;
  while ((status = i_stream_read_more(data, &bytes, &size)) >= 0) {
    if (status == 0) continue;
    if (sink->fact != NULL) sink->octets(sink->context, "body", bytes, size);
    i_stream_skip(data, size);
  }
  if (sink->fact != NULL) record(sink, "end", "");
  status = data->stream_errno;
  i_stream_unref(&data);
  return status == 0 ? 1 : 0;
}

size_t dovecot_smtp_commands(const char* stream, size_t size, size_t piece, const struct dovecot_sink* sink) {
  const struct smtp_command_limits limits = {.max_parameters_size = 12288, .max_data_size = 1 << 24};
  struct source source = {stream, size, piece};
  struct istream* input = open_stream(&source);
  struct smtp_command_parser* parser = smtp_command_parser_init(input, &limits);
  size_t units = 0;
  for (;;) {
    const char* name;
    const char* parameters;
    enum smtp_command_parse_error code;
    const char* error;
    int status;
    T_BEGIN {
      status = smtp_command_parse_next(parser, &name, &parameters, &code, &error);
      if (status > 0) {
        if (sink->fact != NULL)
          record(sink, "command", *parameters != '\0' ? t_strconcat(name, " ", parameters, NULL) : name);
        units += strcasecmp(name, "DATA") == 0 ? read_data(parser, sink) : 1;
      }
    }
    T_END;
    if (status < 0 || (status == 0 && input->eof)) break;
  }
  smtp_command_parser_deinit(&parser);
  i_stream_unref(&input);
  return units;
}

/* IMAP */

static const char* text_of(const char* text) {
  return text == NULL ? "NIL" : text;
}

static void record_addresses(const struct dovecot_sink* sink, const char* field,
                           const struct message_address* address) {
  for (; address != NULL; address = address->next) {
    char text[kTextMax];
    (void)snprintf(text, sizeof text, "%s|%s|%s|%s|%s", field, text_of(address->name),
                   text_of(address->route), text_of(address->mailbox), text_of(address->domain));
    record(sink, "address", text);
  }
}

static void record_envelope(const struct dovecot_sink* sink, const struct message_part_envelope* envelope) {
  record(sink, "date", text_of(envelope->date));
  record(sink, "subject", text_of(envelope->subject));
  record_addresses(sink, "from", envelope->from.head);
  record_addresses(sink, "sender", envelope->sender.head);
  record_addresses(sink, "reply-to", envelope->reply_to.head);
  record_addresses(sink, "to", envelope->to.head);
  record_addresses(sink, "cc", envelope->cc.head);
  record_addresses(sink, "bcc", envelope->bcc.head);
  record(sink, "in-reply-to", text_of(envelope->in_reply_to));
  record(sink, "message-id", text_of(envelope->message_id));
}

/* In the order of transmission: a part, its children, the next part. */
static void record_structure(const struct dovecot_sink* sink, const struct message_part* part) {
  while (part != NULL) {
    if (part->children == NULL) {
      const struct message_part_data* data = part->data;
      char text[kTextMax];
      (void)snprintf(text, sizeof text, "%s/%s %s %llu", text_of(data->content_type),
                     text_of(data->content_subtype), text_of(data->content_transfer_encoding),
                     (unsigned long long)part->body_size.virtual_size);
      record(sink, "part", text);
      for (unsigned i = 0; i < data->content_type_params_count; ++i) {
        (void)snprintf(text, sizeof text, "%s=%s", data->content_type_params[i].name,
                       data->content_type_params[i].value);
        record(sink, "parameter", text);
      }
      if (data->content_disposition != NULL) record(sink, "disposition", data->content_disposition);
    }
    if (part->children != NULL) {
      part = part->children;
      continue;
    }
    while (part != NULL && part->next == NULL) part = part->parent;
    if (part != NULL) part = part->next;
  }
}

static void read_fetch(const struct imap_arg* args, pool_t pool, const struct dovecot_sink* sink) {
  const struct imap_arg* item;
  const struct imap_arg* list;
  const char* name;
  const char* text;
  const char* error;
  if (!imap_arg_get_list(args, &item)) return;
  for (; imap_arg_get_atom(item, &name); item += 2) {
    const struct imap_arg* value = item + 1;
    if (strcasecmp(name, "FLAGS") == 0 && imap_arg_get_list(value, &list)) {
      for (; imap_arg_get_atom(list, &text); ++list) {
        if (sink->fact != NULL) record(sink, "flag", text);
      }
    } else if (strcasecmp(name, "UID") == 0 || strcasecmp(name, "RFC822.SIZE") == 0) {
      uint32_t number;
      if (imap_arg_get_atom(value, &text) && str_to_uint32(text, &number) == 0 && sink->fact != NULL) {
        record_number(sink, strcasecmp(name, "UID") == 0 ? "uid" : "size", number);
      }
    } else if (strcasecmp(name, "ENVELOPE") == 0 && imap_arg_get_list(value, &list)) {
      struct message_part_envelope* envelope = NULL;
      if (imap_envelope_parse_args(list, pool, &envelope, &error) && sink->fact != NULL)
        record_envelope(sink, envelope);
    } else if (strcasecmp(name, "BODYSTRUCTURE") == 0 && imap_arg_get_list(value, &list)) {
      struct message_part* parts = NULL;
      if (imap_bodystructure_parse_args(list, pool, &parts, &error) == 0 && sink->fact != NULL)
        record_structure(sink, parts);
    } else if (str_begins(name, "BODY[") && imap_arg_get_nstring(value, &text)) {
      if (sink->fact != NULL) sink->octets(sink->context, "body", text, value->str_len);
    }
  }
}

static void read_listing(const struct imap_arg* args, const struct dovecot_sink* sink) {
  const struct imap_arg* attribute;
  const char* text;
  const char* delimiter;
  const char* mailbox;
  if (!imap_arg_get_list(&args[0], &attribute)) return;
  for (; imap_arg_get_atom(attribute, &text); ++attribute) {
    if (sink->fact != NULL) record(sink, "attribute", text);
  }
  if (!imap_arg_get_nstring(&args[1], &delimiter) || !imap_arg_get_astring(&args[2], &mailbox)) return;
  if (sink->fact == NULL) return;
  record(sink, "delimiter", delimiter);
  record(sink, "mailbox", mailbox);
}

static size_t read_untagged(const struct imap_arg* args, pool_t pool, const struct dovecot_sink* sink) {
  const char* name;
  const char* text;
  uint32_t number;
  if (!imap_arg_get_atom(&args[0], &name)) return 0;
  if (str_to_uint32(name, &number) == 0) {
    if (!imap_arg_get_atom(&args[1], &text) || strcasecmp(text, "FETCH") != 0) return 0;
    if (sink->fact != NULL) record_number(sink, "fetch", number);
    read_fetch(&args[2], pool, sink);
  } else if (strcasecmp(name, "LIST") == 0) {
    read_listing(args + 1, sink);
  } else if (strcasecmp(name, "CAPABILITY") == 0) {
    for (++args; imap_arg_get_atom(args, &text); ++args) {
      if (sink->fact != NULL) record(sink, "capability", text);
    }
  }
  return 1;
}

/* Reads more; returns whether there was any. */
static bool read_on(struct istream* input) {
  return i_stream_read(input) > 0;
}

/* A memory stream has all its data from the start, and reading it returns nothing. */
static bool has_more(struct istream* input) {
  return i_stream_get_data_size(input) > 0 || read_on(input);
}

static void skip_line_end(struct istream* input) {
  size_t size;
  const unsigned char* bytes = i_stream_get_data(input, &size);
  if (size > 0 && bytes[0] == '\r') {
    i_stream_skip(input, 1);
    bytes = i_stream_get_data(input, &size);
    while (size == 0 && read_on(input)) bytes = i_stream_get_data(input, &size);
  }
  if (size > 0 && bytes[0] == '\n') i_stream_skip(input, 1);
}

size_t dovecot_imap_responses(const char* stream, size_t size, size_t piece, const struct dovecot_sink* sink) {
  struct source source = {stream, size, piece};
  struct istream* input = open_stream(&source);
  struct imap_parser* parser = imap_parser_create(input, NULL, kLineMax, NULL);
  pool_t pool = pool_alloconly_create("bench", 8192);
  const enum imap_parser_flags flags = IMAP_PARSE_FLAG_ATOM_ALLCHARS | IMAP_PARSE_FLAG_LITERAL_TYPE;
  size_t responses = 0;
  bool more = has_more(input);
  while (more) {
    const char* tag;
    const struct imap_arg* args;
    int status;
    while ((tag = imap_parser_read_word(parser)) == NULL && (more = read_on(input))) {
    }
    if (tag == NULL) break;
    const bool untagged = strcmp(tag, "*") == 0;
    const enum imap_parser_flags line_flags = untagged ? flags : flags | IMAP_PARSE_FLAG_SERVER_TEXT;
    while ((status = imap_parser_read_args(parser, 0, line_flags, &args)) == -2 && (more = read_on(input))) {
    }
    if (status < 0) break;
    T_BEGIN {
      if (untagged) {
        responses += read_untagged(args, pool, sink);
      } else if (sink->fact != NULL) {
        const char* word = imap_arg_as_astring(args);
        record(sink, "tagged", t_strcut(word, ' '));
      }
    }
    T_END;
    p_clear(pool);
    imap_parser_reset(parser);
    skip_line_end(input);
    more = has_more(input);
  }
  imap_parser_unref(&parser);
  pool_unref(&pool);
  i_stream_unref(&input);
  return responses;
}

static void record_argument(const struct dovecot_sink* sink, const struct imap_arg* argument) {
  const char* text;
  const struct imap_arg* list;
  if (imap_arg_get_list(argument, &list)) {
    unsigned count = 0;
    for (; !IMAP_ARG_IS_EOL(list); ++list) ++count;
    char number[32];
    (void)snprintf(number, sizeof number, "(%u)", count);
    record(sink, "argument", number);
  } else if (imap_arg_get_astring(argument, &text) || imap_arg_get_nstring(argument, &text)) {
    record(sink, "argument", text_of(text));
  }
}

size_t dovecot_imap_commands(const char* stream, size_t size, size_t piece, const struct dovecot_sink* sink) {
  struct source source = {stream, size, piece};
  struct istream* input = open_stream(&source);
  struct imap_parser* parser = imap_parser_create(input, NULL, kLineMax, NULL);
  size_t commands = 0;
  bool more = has_more(input);
  while (more) {
    const char* tag;
    const char* name;
    const struct imap_arg* args;
    int status;
    while ((status = imap_parser_read_tag(parser, &tag)) == 0 && (more = read_on(input))) {
    }
    if (status <= 0) break;
    T_BEGIN {
      const char* kept_tag = sink->fact != NULL ? t_strdup(tag) : NULL;
      while ((status = imap_parser_read_command_name(parser, &name)) == 0 && (more = read_on(input))) {
      }
      if (status > 0) {
        const char* kept_name = sink->fact != NULL ? t_strdup(name) : NULL;
        while ((status = imap_parser_read_args(parser, 0, 0, &args)) == -2 && (more = read_on(input))) {
        }
        if (status >= 0 && sink->fact != NULL) {
          record(sink, "command", t_strconcat(kept_tag, " ", kept_name, NULL));
          for (; !IMAP_ARG_IS_EOL(args); ++args) record_argument(sink, args);
        }
      }
    }
    T_END;
    if (status < 0) break;
    ++commands;
    imap_parser_reset(parser);
    skip_line_end(input);
    more = has_more(input);
  }
  imap_parser_unref(&parser);
  i_stream_unref(&input);
  return commands;
}

/* POP3: its client reads lines with the stream's own function, bodies through the dot stream. */

static size_t read_lines(struct istream* input, const struct dovecot_sink* sink) {
  size_t lines = 0;
  const char* line;
  while ((line = i_stream_read_next_line(input)) != NULL || !input->eof) {
    if (line == NULL) continue;
    if (line[0] == '.') {
      if (line[1] == '\0') {
        if (sink->fact != NULL) record(sink, "end", "");
        break;
      }
      ++line;
    }
    ++lines;
    if (sink->fact != NULL) record(sink, "line", line);
  }
  return lines;
}

static size_t read_body(struct istream* input, const struct dovecot_sink* sink) {
  struct istream* body = i_stream_create_dot(input, TRUE);
  const unsigned char* bytes;
  size_t size;
  int status;
  while ((status = i_stream_read_more(body, &bytes, &size)) >= 0) {
    if (status == 0) continue;
    if (sink->fact != NULL) sink->octets(sink->context, "body", bytes, size);
    i_stream_skip(body, size);
  }
  status = body->stream_errno;
  i_stream_unref(&body);
  if (sink->fact != NULL) record(sink, "end", "");
  return status == 0 ? 1 : 0;
}

size_t dovecot_pop3_response(const char* stream, size_t size, size_t piece, int lines,
                             const struct dovecot_sink* sink) {
  struct source source = {stream, size, piece};
  struct istream* input = open_stream(&source);
  const char* status = NULL;
  size_t units = 0;
  while ((status = i_stream_read_next_line(input)) == NULL && !input->eof) {
  }
  if (status != NULL && str_begins(status, "+OK")) {
    if (sink->fact != NULL) {
      record(sink, "status", "+OK");
      record(sink, "text", status[3] == ' ' ? status + 4 : status + 3);
    }
    units = lines ? read_lines(input, sink) : read_body(input, sink);
  }
  i_stream_unref(&input);
  return units;
}
