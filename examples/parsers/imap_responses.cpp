// A client reads an IMAP server's responses: frames first, then tokens, then their meaning.
#include <iostream>

#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/response_parser.hpp"

namespace imap = backtalk::imap;

namespace {

void show_fetch(const imap::Response& response) {
  std::cout << "message " << response.number() << '\n';
  imap::FetchItems items{response};
  for (imap::FetchItem item; items.next(item);) {
    switch (item.attribute) {
      case imap::FetchAttribute::uid: std::cout << "  UID " << item.number() << '\n'; break;
      case imap::FetchAttribute::flags:
        for (const imap::Token& flag : children(*item.value)) std::cout << "  flag " << flag.text << '\n';
        break;
      case imap::FetchAttribute::envelope: {
        const auto envelope = read_envelope(*item.value);
        if (!envelope) break;
        std::cout << "  subject " << envelope->subject.raw() << '\n';
        for (const imap::Address from : envelope->from) {
          std::cout << "  from " << from.mailbox.raw() << '@' << from.host.raw() << '\n';
        }
        break;
      }
      case imap::FetchAttribute::invalid:  // it alone: those behind it are read
        std::cout << "  " << item.name->text << " at " << item.error.offset << ": " << word(item.error.code)
                  << '\n';
        break;
      default: std::cout << "  " << item.name->text << ": " << item.value->text << '\n'; break;
    }
  }
}

}  // namespace

int main() {
  imap::ResponseParser parser;
  for (const std::string_view bytes :
       {"* 3 EXISTS\r\n* 1 FETCH (UID 9 MODSEQ (-1) FLAGS (\\Seen work) ENVELOPE (NIL {2}\r\n",
        "hi ((NIL NIL \"a\" \"example.org\")) ",
        "NIL NIL NIL NIL NIL NIL NIL) X-NEW 7)\r\n* BROKEN (\r\na1 OK [READ-WRITE] done\r\na2 NO\r\n"}) {
    parser.feed(bytes);
    while (const imap::Response* response = parser.next()) {
      if (response->error) {  // only this response is wrong, and perhaps only a part of it
        std::cout << "byte " << response->error.offset << ": " << word(response->error.code) << '\n';
      }
      if (response->tagged()) {  // the command with this tag is answered, error or not
        std::cout << response->tag << ' ' << word(response->status) << ' ' << response->text << '\n';
      } else if (response->error) {
        continue;
      } else if (response->is_data("FETCH")) {
        show_fetch(*response);
      } else if (response->is_data("EXISTS")) {
        std::cout << response->number() << " messages\n";
      }
    }
  }
}
