// SPDX-License-Identifier: Apache-2.0 OR MIT
// libetpan. Its clients read from a stream class of its own, which here reads from memory.
#include <libetpan/libetpan.h>
#include <libetpan/libetpan_version.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "events/imap.hpp"
#include "peers/peers.hpp"

// Exported, but not declared in any header.
extern "C" {
int mailsmtp_read_response(mailsmtp* session);
}

namespace backtalk::bench {
namespace {

constexpr std::size_t kBufferOctets = 8192;  // like its sockets

// The source of the next read. With several streams, every write (a command) moves on to the next.
struct Source {
  std::vector<std::string_view> answers;
  std::size_t turn = 0;
  std::string_view left;
  std::size_t piece = 0;

  void set(std::string_view stream, std::size_t octets) {
    answers.clear();
    left = stream;
    piece = octets;
  }
};

ssize_t read_source(mailstream_low* low, void* buffer, std::size_t size) {
  Source& source = *static_cast<Source*>(low->data);
  const std::size_t count = std::min({size, source.piece, source.left.size()});
  std::memcpy(buffer, source.left.data(), count);
  source.left.remove_prefix(count);
  return static_cast<ssize_t>(count);
}

ssize_t write_source(mailstream_low* low, const void*, std::size_t size) {
  Source& source = *static_cast<Source*>(low->data);
  if (source.turn < source.answers.size()) source.left = source.answers[source.turn++];
  return static_cast<ssize_t>(size);
}

mailstream* open_stream(Source& source) {
  static mailstream_low_driver driver = [] {
    mailstream_low_driver made{};
    made.mailstream_read = read_source;
    made.mailstream_write = write_source;
    made.mailstream_close = [](mailstream_low*) { return 0; };
    made.mailstream_get_fd = [](mailstream_low*) { return -1; };
    made.mailstream_free = [](mailstream_low* low) { std::free(low); };
    made.mailstream_cancel = [](mailstream_low*) {};
    return made;
  }();
  return mailstream_new(mailstream_low_new(&source, &driver), kBufferOctets);
}

template <class Content, class Visit>
void for_each(clist* list, Visit visit) {
  if (list == nullptr) return;
  for (clistiter* at = clist_begin(list); at != nullptr; at = clist_next(at)) {
    visit(*static_cast<Content*>(clist_content(at)));
  }
}

class Smtp {
 public:
  explicit Smtp(const Input&) : session_(mailsmtp_new(0, nullptr)) {
    session_->stream = open_stream(*source_);
  }
  ~Smtp() {
    mailstream_close(session_->stream);
    session_->stream = nullptr;
    mailsmtp_free(session_);
  }
  Smtp(const Smtp&) = delete;
  Smtp& operator=(const Smtp&) = delete;

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    source_->set(stream, piece);
    std::size_t replies = 0;
    while (!source_->left.empty() || session_->stream->read_buffer_len > 0) {
      const int code = mailsmtp_read_response(session_);
      if (code == 0) break;
      benchmark::DoNotOptimize(session_->response);
      ++replies;
      if constexpr (Log::kRecords) record(code, log);
    }
    return replies;
  }

 private:
  void record(int code, EventLog& log) const {
    log.add("code", std::to_string(code));
    for (std::string_view rest = session_->response; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      log.add("text", rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  std::unique_ptr<Source> source_ = std::make_unique<Source>();
  mailsmtp* session_;
};

class Imap {
 public:
  explicit Imap(const Input&) : session_(mailimap_new(0, nullptr)) {
    session_->imap_stream = open_stream(*source_);
    session_->imap_connection_info = mailimap_connection_info_new();
  }
  ~Imap() {
    mailstream_close(session_->imap_stream);
    session_->imap_stream = nullptr;
    mailimap_free(session_);
  }
  Imap(const Imap&) = delete;
  Imap& operator=(const Imap&) = delete;

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    source_->set(stream, piece);
    mailimap_response* response = nullptr;
    session_->imap_tag = 1;
    if (mailimap_read_line(session_) == nullptr) return 0;
    if (mailimap_parse_response(session_, &response) != MAILIMAP_NO_ERROR) return 0;
    const std::size_t units = count(*response);
    benchmark::DoNotOptimize(session_->imap_response_info);
    if constexpr (Log::kRecords) record(log);
    mailimap_response_free(response);
    return units;
  }

 private:
  static std::size_t count(const mailimap_response& response) {
    const clist* list = response.rsp_cont_req_or_resp_data_list;
    return list == nullptr ? 0 : static_cast<std::size_t>(list->count);
  }

  void record(EventLog& log) const {
    mailimap_response_info& info = *session_->imap_response_info;
    if (const auto* connection = session_->imap_connection_info;
        connection != nullptr && connection->imap_capability != nullptr) {
      for_each<struct mailimap_capability>(
          connection->imap_capability->cap_list, [&](const struct mailimap_capability& one) {
            const std::string prefix = one.cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE ? "AUTH=" : "";
            log.add("capability",
                    prefix + (prefix.empty() ? one.cap_data.cap_name : one.cap_data.cap_auth_type));
          });
    }
    for_each<mailimap_mailbox_list>(info.rsp_mailbox_list,
                                    [&](const mailimap_mailbox_list& one) { record_listing(one, log); });
    for_each<mailimap_msg_att>(info.rsp_fetch_list,
                               [&](const mailimap_msg_att& one) { record_fetch(one, log); });
    log.add("tagged", "OK");
  }

  static void record_listing(const mailimap_mailbox_list& listing, EventLog& log) {
    if (listing.mb_flag != nullptr) {
      for_each<mailimap_mbx_list_oflag>(
          listing.mb_flag->mbf_oflags, [&](const mailimap_mbx_list_oflag& flag) {
            log.add("attribute",
                    flag.of_flag_ext == nullptr ? "\\NoInferiors" : std::string("\\") + flag.of_flag_ext);
          });
    }
    log.add("delimiter", std::string(1, listing.mb_delimiter));
    log.add("mailbox", listing.mb_name);
  }

  static void record_fetch(const mailimap_msg_att& fetch, EventLog& log) {
    log.add("fetch", std::to_string(fetch.att_number));
    for_each<mailimap_msg_att_item>(fetch.att_list, [&](const mailimap_msg_att_item& item) {
      if (item.att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC) {
        for_each<mailimap_flag_fetch>(item.att_data.att_dyn->att_list, [&](const mailimap_flag_fetch& flag) {
          log.add("flag", text_of(flag));
        });
      } else if (item.att_type == MAILIMAP_MSG_ATT_ITEM_STATIC) {
        record_item(*item.att_data.att_static, log);
      }
    });
  }

  static std::string text_of(const mailimap_flag_fetch& fetch) {
    if (fetch.fl_type == MAILIMAP_FLAG_FETCH_RECENT) return "\\Recent";
    switch (fetch.fl_flag->fl_type) {
      case MAILIMAP_FLAG_ANSWERED: return "\\Answered";
      case MAILIMAP_FLAG_FLAGGED: return "\\Flagged";
      case MAILIMAP_FLAG_DELETED: return "\\Deleted";
      case MAILIMAP_FLAG_SEEN: return "\\Seen";
      case MAILIMAP_FLAG_DRAFT: return "\\Draft";
      case MAILIMAP_FLAG_KEYWORD: return fetch.fl_flag->fl_data.fl_keyword;
      default: return std::string("\\") + fetch.fl_flag->fl_data.fl_extension;
    }
  }

  static void record_item(const mailimap_msg_att_static& item, EventLog& log) {
    switch (item.att_type) {
      case MAILIMAP_MSG_ATT_UID: log.add("uid", std::to_string(item.att_data.att_uid)); break;
      case MAILIMAP_MSG_ATT_RFC822_SIZE:
        log.add("size", std::to_string(item.att_data.att_rfc822_size));
        break;
      case MAILIMAP_MSG_ATT_ENVELOPE: record_envelope(*item.att_data.att_env, log); break;
      case MAILIMAP_MSG_ATT_BODYSTRUCTURE: record_structure(*item.att_data.att_bodystructure, log); break;
      case MAILIMAP_MSG_ATT_BODY_SECTION:
        log.octets("body", {item.att_data.att_body_section->sec_body_part,
                            item.att_data.att_body_section->sec_length});
        break;
      default: break;
    }
  }

  static std::string_view text_of(const char* text) {
    return text == nullptr ? kNil : std::string_view(text);
  }

  static void record_addresses(std::string_view field, clist* list, EventLog& log) {
    for_each<mailimap_address>(list, [&](const mailimap_address& address) {
      record_address(log, field, text_of(address.ad_personal_name), text_of(address.ad_source_route),
                     text_of(address.ad_mailbox_name), text_of(address.ad_host_name));
    });
  }

  static void record_envelope(const mailimap_envelope& envelope, EventLog& log) {
    log.add("date", text_of(envelope.env_date));
    log.add("subject", text_of(envelope.env_subject));
    if (envelope.env_from != nullptr) record_addresses("from", envelope.env_from->frm_list, log);
    if (envelope.env_sender != nullptr) record_addresses("sender", envelope.env_sender->snd_list, log);
    if (envelope.env_reply_to != nullptr) record_addresses("reply-to", envelope.env_reply_to->rt_list, log);
    if (envelope.env_to != nullptr) record_addresses("to", envelope.env_to->to_list, log);
    if (envelope.env_cc != nullptr) record_addresses("cc", envelope.env_cc->cc_list, log);
    if (envelope.env_bcc != nullptr) record_addresses("bcc", envelope.env_bcc->bcc_list, log);
    log.add("in-reply-to", text_of(envelope.env_in_reply_to));
    log.add("message-id", text_of(envelope.env_message_id));
  }

  static std::string type_of(const mailimap_media_basic& media) {
    switch (media.med_type) {
      case MAILIMAP_MEDIA_BASIC_APPLICATION: return "APPLICATION";
      case MAILIMAP_MEDIA_BASIC_AUDIO: return "AUDIO";
      case MAILIMAP_MEDIA_BASIC_IMAGE: return "IMAGE";
      case MAILIMAP_MEDIA_BASIC_MESSAGE: return "MESSAGE";
      case MAILIMAP_MEDIA_BASIC_VIDEO: return "VIDEO";
      default: return media.med_basic_type;
    }
  }

  static std::string encoding_of(const mailimap_body_fld_enc& encoding) {
    switch (encoding.enc_type) {
      case MAILIMAP_BODY_FLD_ENC_7BIT: return "7bit";
      case MAILIMAP_BODY_FLD_ENC_8BIT: return "8bit";
      case MAILIMAP_BODY_FLD_ENC_BINARY: return "binary";
      case MAILIMAP_BODY_FLD_ENC_BASE64: return "base64";
      case MAILIMAP_BODY_FLD_ENC_QUOTED_PRINTABLE: return "quoted-printable";
      default: return encoding.enc_value;
    }
  }

  // Only for benchmark inputs, whose depth is known.
  static void record_structure(const mailimap_body& body, EventLog& log) {
    if (body.bd_type == MAILIMAP_BODY_MPART) {
      for_each<mailimap_body>(body.bd_data.bd_body_mpart->bd_list,
                              [&](const mailimap_body& part) { record_structure(part, log); });
      return;
    }
    const mailimap_body_type_1part& part = *body.bd_data.bd_body_1part;
    if (part.bd_type == MAILIMAP_BODY_TYPE_1PART_TEXT) {
      record_fields(*part.bd_data.bd_type_text->bd_fields, "TEXT", part.bd_data.bd_type_text->bd_media_text,
                    log);
    } else if (part.bd_type == MAILIMAP_BODY_TYPE_1PART_BASIC) {
      const mailimap_media_basic& media = *part.bd_data.bd_type_basic->bd_media_basic;
      record_fields(*part.bd_data.bd_type_basic->bd_fields, type_of(media), media.med_subtype, log);
    }
    if (part.bd_ext_1part != nullptr && part.bd_ext_1part->bd_disposition != nullptr) {
      log.add("disposition", part.bd_ext_1part->bd_disposition->dsp_type);
    }
  }

  static void record_fields(const mailimap_body_fields& fields, std::string_view type,
                            std::string_view subtype, EventLog& log) {
    record_part(log, type, subtype, encoding_of(*fields.bd_encoding), fields.bd_size);
    if (fields.bd_parameter == nullptr) return;
    for_each<mailimap_single_body_fld_param>(
        fields.bd_parameter->pa_list, [&](const mailimap_single_body_fld_param& one) {
          log.add("parameter", std::string(one.pa_name) + "=" + one.pa_value);
        });
  }

  std::unique_ptr<Source> source_ = std::make_unique<Source>();
  mailimap* session_;
};

// Its client reads only replies to its own commands, so each command is issued and discarded.
class Pop3 {
 public:
  explicit Pop3(const Input& input)
      : reads_(input.name == "list"   ? Reads::list
               : input.name == "retr" ? Reads::body
                                      : Reads::status),
        units_(input.units) {
    if (reads_ != Reads::list) begin();
    if (reads_ == Reads::body) {
      carray* messages = nullptr;
      source_->answers = {"+OK\r\n1 100000\r\n.\r\n", "-ERR\r\n"};
      mailpop3_list(session_, &messages);
    }
  }
  ~Pop3() {
    if (session_ != nullptr) end();
  }
  Pop3(const Pop3&) = delete;
  Pop3& operator=(const Pop3&) = delete;

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    switch (reads_) {
      case Reads::list: return read_list(stream, piece, log);
      case Reads::body: return read_body(stream, piece, log);
      case Reads::status: break;
    }
    source_->set(stream, piece);
    std::size_t replies = 0;
    for (; replies < units_; ++replies) {
      mailpop3_stat_response* answer = nullptr;
      if (mailpop3_stat(session_, &answer) != MAILPOP3_NO_ERROR) break;
      benchmark::DoNotOptimize(answer);
      if constexpr (Log::kRecords) {
        log.add("numbers", std::to_string(answer->msgs_count) + " " + std::to_string(answer->msgs_size));
      }
      mailpop3_stat_resp_free(answer);
    }
    return replies;
  }

 private:
  enum class Reads : unsigned char { status, list, body };

  void begin() {
    constexpr int kTransaction = 2;  // POP3_STATE_TRANSACTION, which its header does not name
    session_ = mailpop3_new(0, nullptr);
    session_->pop3_stream = open_stream(*source_);
    session_->pop3_state = kTransaction;
    source_->set({}, kWhole);
    source_->turn = 0;
  }
  void end() {
    source_->set("+OK\r\n", kWhole);
    mailpop3_free(session_);
    session_ = nullptr;
  }

  // It caches the list, so each stream gets a session of its own; UIDL, which it also sends, is
  // refused.
  template <class Log>
  std::size_t read_list(std::string_view stream, std::size_t piece, Log& log) {
    begin();
    source_->piece = piece;
    source_->answers = {stream, "-ERR\r\n"};
    carray* messages = nullptr;
    if (mailpop3_list(session_, &messages) != MAILPOP3_NO_ERROR || messages == nullptr) return 0;
    const unsigned count = carray_count(messages);
    if constexpr (Log::kRecords) {
      for (unsigned i = 0; i < count; ++i) {
        const auto& message = *static_cast<mailpop3_msg_info*>(carray_get(messages, i));
        log.add("line", std::to_string(message.msg_index) + " " + std::to_string(message.msg_size));
      }
    }
    end();
    return count;
  }

  template <class Log>
  std::size_t read_body(std::string_view stream, std::size_t piece, Log& log) {
    source_->set(stream, piece);
    char* body = nullptr;
    std::size_t size = 0;
    if (mailpop3_retr(session_, 1, &body, &size) != MAILPOP3_NO_ERROR) return 0;
    benchmark::DoNotOptimize(body);
    if constexpr (Log::kRecords) log.octets("body", {body, size});
    mailpop3_retr_free(body);
    return 1;
  }

  std::unique_ptr<Source> source_ = std::make_unique<Source>();
  mailpop3* session_ = nullptr;
  Reads reads_;
  std::size_t units_;
};

ContenderInfo libetpan(std::vector<std::string> leaves_out, std::string remarks) {
  return peer("libetpan", BACKTALK_BENCH_LIBETPAN_VERSION, "Debian's library, -O2 without -march", "none",
              std::move(leaves_out), std::move(remarks));
}

}  // namespace

void add_libetpan() {
  add_rows<Smtp>(libetpan({"enhanced", "PIPELINING", "STARTTLS", "8BITMIME", "DSN", "CHUNKING", "BINARYMIME",
                           "ENHANCEDSTATUSCODES", "SMTPUTF8", "SIZE", "AUTH"},
                          "does not decode keywords; accepts bare LF; copies text"),
                 inputs_of("smtp", Side::server));
  add_rows<Imap>(
      libetpan({},
               "accepts bare LF, copies everything into trees that are freed again, descends without limit"),
      inputs_of("imap", Side::server));
  add_rows<Pop3>(libetpan({"status", "text", "end"}, "writes a command first, copies each line"),
                 inputs_of("pop3", Side::server, {"list", "status", "retr"}));
}

}  // namespace backtalk::bench
