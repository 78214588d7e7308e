// SPDX-License-Identifier: Apache-2.0 OR MIT
// vmime: its SMTP response reader and its IMAP parser, on a socket class that reads from memory.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <vmime/net/imap/IMAPParser.hpp>
#include <vmime/net/imap/IMAPTag.hpp>
#include <vmime/net/smtp/SMTPResponse.hpp>
#include <vmime/vmime.hpp>

#include "events/imap.hpp"
#include "peers/peers.hpp"

namespace backtalk::bench {
namespace {

constexpr std::size_t kBlockOctets = 16384;  // like its sockets

class Memory final : public vmime::net::socket {
 public:
  void set(std::string_view stream, std::size_t piece) {
    left_ = stream;
    piece_ = std::min(piece, kBlockOctets);
  }
  [[nodiscard]] bool empty() const { return left_.empty(); }

  void receive(vmime::string& buffer) override {
    buffer.assign(left_.substr(0, piece_));
    left_.remove_prefix(buffer.size());
  }
  std::size_t receiveRaw(vmime::byte_t* buffer, const std::size_t count) override {
    const std::string_view piece = left_.substr(0, std::min(count, piece_));
    std::ranges::copy(piece, buffer);
    left_.remove_prefix(piece.size());
    return piece.size();
  }
  void connect(const vmime::string&, const vmime::port_t) override {}
  void disconnect() override {}
  bool isConnected() const override { return true; }
  bool waitForRead(const int) override { return true; }
  bool waitForWrite(const int) override { return true; }
  void send(const vmime::string&) override {}
  void send(const char*) override {}
  void sendRaw(const vmime::byte_t*, const std::size_t) override {}
  std::size_t sendRawNonBlocking(const vmime::byte_t*, const std::size_t count) override { return count; }
  std::size_t getBlockSize() const override { return kBlockOctets; }
  unsigned int getStatus() const override { return 0; }
  const vmime::string getPeerName() const override { return {}; }
  const vmime::string getPeerAddress() const override { return {}; }
  vmime::shared_ptr<vmime::net::timeoutHandler> getTimeoutHandler() override { return nullptr; }
  void setTracer(vmime::shared_ptr<vmime::net::tracer>) override {}
  vmime::shared_ptr<vmime::net::tracer> getTracer() override { return nullptr; }

 private:
  std::string_view left_;
  std::size_t piece_ = kBlockOctets;
};

class Smtp {
 public:
  explicit Smtp(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    using vmime::net::smtp::SMTPResponse;
    socket_->set(stream, piece);
    SMTPResponse::state state;
    std::size_t replies = 0;
    while (!socket_->empty() || !state.responseBuffer.empty()) {
      try {
        const auto response = SMTPResponse::readResponse(nullptr, socket_, nullptr, state);
        state = response->getCurrentState();
        ++replies;
        if constexpr (Log::kRecords) record(*response, log);
      } catch (const vmime::exception&) {
        break;
      }
    }
    return replies;
  }

 private:
  static void record(const vmime::net::smtp::SMTPResponse& response, EventLog& log) {
    log.add("code", std::to_string(response.getCode()));
    const auto enhanced = response.getLineAt(0).getEnhancedCode();
    log.add("enhanced", enhanced.klass == 0
                            ? ""
                            : std::to_string(enhanced.klass) + "." + std::to_string(enhanced.subject) + "." +
                                  std::to_string(enhanced.detail));
    for (std::size_t i = 0; i < response.getLineCount(); ++i)
      log.add("text", response.getLineAt(i).getText());
  }

  std::shared_ptr<Memory> socket_ = std::make_shared<Memory>();
};

class Imap {
  using Parser = vmime::net::imap::IMAPParser;

 public:
  // It chooses its own tags, so every stream is rewritten with one of them.
  explicit Imap(const Input& input) {
    tag_ = std::make_shared<vmime::net::imap::IMAPTag>();
    const std::string tag = *tag_;
    for (const std::string& stream : input.streams) {
      const std::size_t at = stream.rfind("\r\n1 OK ");
      tagged_.push_back(stream.substr(0, at + 2) + tag + stream.substr(at + 3));
      sizes_.push_back(stream.size());
    }
    first_ = input.streams.data();
    parser_.setSocket(socket_);
    parser_.setTag(tag_);
  }

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    const std::string& tagged = find(stream);
    socket_->set(tagged, piece >= stream.size() ? kWhole : piece);
    std::size_t units = 0;
    try {
      const std::unique_ptr<Parser::response> response(parser_.readResponse());
      for (const auto* one : response->continue_req_or_response_data()) {
        if (one->response_data() == nullptr) continue;
        ++units;
        if constexpr (Log::kRecords) record(*one->response_data(), log);
      }
      if constexpr (Log::kRecords) log.add("tagged", "OK");
    } catch (const vmime::exception&) {
      return 0;
    }
    return units;
  }

 private:
  // The streams are stored one after the other and read in that order.
  const std::string& find(std::string_view stream) {
    while (first_[turn_].data() != stream.data()) turn_ = turn_ + 1 == tagged_.size() ? 0 : turn_ + 1;
    return tagged_[turn_];
  }

  static std::string text_of(const Parser::nstring* text) {
    return text == nullptr || text->isNIL() ? std::string(kNil) : text->value();
  }

  static void record(const Parser::response_data& data, EventLog& log) {
    if (data.capability_data() != nullptr) {
      for (const auto* one : data.capability_data()->capabilities()) {
        log.add("capability",
                one->auth_type() != nullptr ? "AUTH=" + one->auth_type()->name() : one->atom()->value());
      }
    }
    if (data.mailbox_data() != nullptr && data.mailbox_data()->mailbox_list() != nullptr) {
      log.add("mailbox", data.mailbox_data()->mailbox_list()->mailbox()->name());
    }
    if (data.message_data() == nullptr) return;
    log.add("fetch", std::to_string(data.message_data()->number()));
    for (const auto* item : data.message_data()->msg_att()->items()) record(*item, log);
  }

  static void record(const Parser::msg_att_item& item, EventLog& log) {
    using Item = Parser::msg_att_item;
    switch (item.type()) {
      case Item::UID: log.add("uid", std::to_string(item.unique_id()->value())); break;
      case Item::RFC822_SIZE: log.add("size", std::to_string(item.number()->value())); break;
      case Item::FLAGS:
        for (const auto* flag : item.flag_list()->flags()) log.add("flag", text_of(*flag));
        break;
      case Item::ENVELOPE: record(*item.envelope(), log); break;
      case Item::BODY_STRUCTURE: record(*item.body(), log); break;
      case Item::BODY_SECTION: log.octets("body", item.nstring()->value()); break;
      default: break;
    }
  }

  static std::string text_of(const Parser::flag& flag) {
    switch (flag.type()) {
      case Parser::flag::ANSWERED: return "\\Answered";
      case Parser::flag::FLAGGED: return "\\Flagged";
      case Parser::flag::DELETED: return "\\Deleted";
      case Parser::flag::SEEN: return "\\Seen";
      case Parser::flag::DRAFT: return "\\Draft";
      case Parser::flag::KEYWORD_OR_EXTENSION: return flag.flag_keyword()->value();
      default: return "\\" + flag.name();
    }
  }

  template <class List>
  static void record_addresses(std::string_view field, const List* list, EventLog& log) {
    if (list == nullptr) return;
    for (const auto* address : list->addresses()) {
      record_address(log, field, text_of(address->addr_name()), text_of(address->addr_adl()),
                     text_of(address->addr_mailbox()), text_of(address->addr_host()));
    }
  }

  static void record(const Parser::envelope& envelope, EventLog& log) {
    log.add("date", text_of(envelope.env_date()));
    log.add("subject", text_of(envelope.env_subject()));
    record_addresses("from", envelope.env_from(), log);
    record_addresses("sender", envelope.env_sender(), log);
    record_addresses("reply-to", envelope.env_reply_to(), log);
    record_addresses("to", envelope.env_to(), log);
    record_addresses("cc", envelope.env_cc(), log);
    record_addresses("bcc", envelope.env_bcc(), log);
    log.add("in-reply-to", text_of(envelope.env_in_reply_to()));
    log.add("message-id", text_of(envelope.env_message_id()));
  }

  static void record(const Parser::xbody& body, EventLog& log) {
    if (body.body_type_mpart() != nullptr) {
      for (const auto* part : body.body_type_mpart()->list()) record(*part, log);
      return;
    }
    const Parser::body_type_1part& part = *body.body_type_1part();
    if (part.body_type_text() != nullptr) {
      record_fields(*part.body_type_text()->body_fields(), "TEXT",
                    part.body_type_text()->media_text()->media_subtype()->value(), log);
    } else if (part.body_type_basic() != nullptr) {
      record_fields(*part.body_type_basic()->body_fields(),
                    part.body_type_basic()->media_basic()->media_type()->value(),
                    part.body_type_basic()->media_basic()->media_subtype()->value(), log);
    }
    const auto* extension = part.body_ext_1part();
    if (extension != nullptr && extension->body_fld_dsp() != nullptr &&
        extension->body_fld_dsp()->str() != nullptr) {
      log.add("disposition", extension->body_fld_dsp()->str()->value());
    }
  }

  static void record_fields(const Parser::body_fields& fields, std::string_view type,
                            std::string_view subtype, EventLog& log) {
    record_part(log, type, subtype, fields.body_fld_enc()->value(), fields.body_fld_octets()->value());
    if (fields.body_fld_param() == nullptr) return;
    for (const auto* one : fields.body_fld_param()->items()) {
      log.add("parameter", one->string1()->value() + "=" + one->string2()->value());
    }
  }

  std::shared_ptr<Memory> socket_ = std::make_shared<Memory>();
  std::shared_ptr<vmime::net::imap::IMAPTag> tag_;
  std::vector<std::string> tagged_;
  std::vector<std::size_t> sizes_;
  const std::string* first_ = nullptr;
  std::size_t turn_ = 0;
  Parser parser_;
};

ContenderInfo vmime_maker(std::vector<std::string> leaves_out, std::string remarks) {
  return peer("vmime", BACKTALK_BENCH_VMIME_VERSION, "Debian's library, -O2 without -march", "none",
              std::move(leaves_out), std::move(remarks));
}

}  // namespace

void add_vmime() {
  add_rows<Smtp>(vmime_maker({"PIPELINING", "STARTTLS", "8BITMIME", "DSN", "CHUNKING", "BINARYMIME",
                              "ENHANCEDSTATUSCODES", "SMTPUTF8", "SIZE", "AUTH"},
                             "does not decode keywords; copies each line several times"),
                 inputs_of("smtp", Side::server));
  ContenderInfo imap = vmime_maker({"attribute", "delimiter"},
                                   "tries one rule after another, each an object, copies everything");
  // Compiled here, from vmime's header.
  imap.build = BACKTALK_BENCH_OWN_BUILD;
  add_rows<Imap>(imap, inputs_of("imap", Side::server));
}

}  // namespace backtalk::bench
