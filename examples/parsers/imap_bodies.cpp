// A client stores the bodies of messages. A string of up to 64 KiB is in its response; the octets
// of a longer literal come before it, in pieces (Limits::literal_gather_octets_max).
#include <iostream>
#include <map>
#include <string>
#include <utility>

#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/response_parser.hpp"

namespace imap = backtalk::imap;

namespace {

class Bodies {
 public:
  void take(const imap::Response& response) {
    if (response.kind == imap::Response::Kind::literal) {
      take_piece(response);
      return;
    }
    if (response.is_data("FETCH")) take_items(response);
    pieces_.clear();
  }

 private:
  // Which message and section the octets belong to was sent before them. They are worth something
  // only once the response is complete: the connection may break off in between.
  void take_piece(const imap::Response& piece) {
    const imap::Token* name = piece.streamed_name;
    if (name == nullptr) return;  // not the value of an item, as a client would have asked for it
    std::string& body = pieces_[name->offset];
    if (body.empty())
      std::cout << "message " << piece.number() << ": " << piece.literal_octets << " octets begin\n";
    body += piece.literal;  // a real client writes to a file
  }

  void take_items(const imap::Response& response) {
    imap::FetchItems items{response};
    for (imap::FetchItem item; items.next(item);) {
      if (item.attribute != imap::FetchAttribute::body_section) continue;
      std::string body;
      if (item.value->streamed) {
        body = std::move(pieces_[item.name->offset]);  // the text of the token is empty
      } else {
        imap::NString{*item.value}.append_to(body);  // without escapes; NIL has none
      }
      store(response.number(), *item.name, body);
    }
  }

  static void store(std::uint64_t message, const imap::Token& name, const std::string& body) {
    const auto section = read_section(name);
    if (!section) return;
    const bool both = !section->part.empty() && !section->text.empty();
    std::cout << "message " << message << ", BODY[" << section->part << (both ? "." : "") << section->text
              << "]: " << body.size() << " octets\n";
  }

  std::map<std::uint64_t, std::string> pieces_;  // by the offset of the item's name
};

}  // namespace

int main() {
  const std::string stream =
      "* 12 FETCH (UID 7 BODY[1.2] {100000}\r\n" + std::string(100'000, 'x') +
      " BODY[HEADER] {13}\r\nSubject: hi\r\n)\r\n* 13 FETCH (BODY[TEXT] \"short\")\r\n";
  imap::ResponseParser parser;
  Bodies bodies;
  for (std::size_t at = 0; at < stream.size(); at += 16'384) {  // what a socket gives at once
    parser.feed(std::string_view(stream).substr(at, 16'384));
    while (const imap::Response* response = parser.next()) bodies.take(*response);
  }
  if (parser.error()) std::cout << word(parser.error().code) << '\n';
}
