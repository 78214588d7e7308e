// What clients send, of values that come from outside: none of them can end its line, or be taken
// for something else.
#include <iostream>
#include <string>

#include "backtalk/http/write.hpp"
#include "backtalk/imap/write.hpp"
#include "backtalk/smtp/write.hpp"

namespace http = backtalk::http;
namespace imap = backtalk::imap;
namespace smtp = backtalk::smtp;
using backtalk::Error;
using backtalk::Output;

namespace {

// SMTP: the local part is quoted where it must be, the value of a parameter coded.
Error write_recipient(Output& out, std::string_view address, std::string_view original) {
  std::string coded = "rfc822;";
  Output xtext{coded};
  Error error = smtp::write_xtext(xtext, original);
  out.add("RCPT TO:");
  if (!error) error = smtp::write_forward_path(out, smtp::split_mailbox(address));
  if (!error) error = smtp::write_parameter(out, "ORCPT", coded);
  out.add("\r\n");
  return error;
}

// IMAP: an atom where the value can be one, else quoted; else a literal, which may have to wait.
void write_login(Output& out, std::string_view user, std::string_view password, imap::StringRules rules) {
  Error error = imap::begin_command(out, "a1", "LOGIN");
  for (const std::string_view value : {user, password}) {
    out.add(' ');
    const auto written = imap::write_astring(out, value, rules);
    if (!written) error = written.error();
    if (written && *written == imap::Written::announced) {
      std::cout << out.written() << "-- here the client waits for \"+ \"\n";
      out.shorten(0);
      out.add(value);
    }
  }
  out.add("\r\n");
  if (!error) std::cout << out.written();
}

}  // namespace

int main() {
  char room[256];
  Output recipient{room};
  if (!write_recipient(recipient, "john doe@example.org", "a+b@example.org"))
    std::cout << recipient.written();

  Output refused{room};
  const Error error = smtp::write_forward_path(refused, {"a\r\nQUIT", "example.org"});
  std::cout << word(error.code) << " at " << error.offset << ", " << refused.size() << " octets written\n";

  Output login{room};
  write_login(login, "NIL", "pass\"word", {});
  Output waiting{room};
  write_login(waiting, "joe", "\xC3\xBC", {});

  Output request{room};
  http::HeadWriter head{request};
  bool good = !head.begin_request("PUT", "/a") && !head.host("2001:db8::1", 8080) && !head.content_length(2);
  std::cout << word(head.field("Transfer-Encoding", "chunked").code) << '\n';
  good = good && !head.end() && request.add("hi");
  if (good) std::cout << request.written() << '\n';
}
