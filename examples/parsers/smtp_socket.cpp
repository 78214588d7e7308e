// A client's loop around a socket: wait with a time limit, feed what arrived, read the replies, and
// distinguish a closed connection from a reply that was cut off.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <string_view>

#include "backtalk/smtp/reply_parser.hpp"

namespace smtp = backtalk::smtp;

namespace {

constexpr int kPatienceMs = 5000;

// Calls `use` with each reply, and returns why there are no more.
std::string_view read_replies(int socket, auto use) {
  smtp::ReplyParser parser;
  std::array<char, 16> buffer{};  // small, so that replies are cut; 16 KiB in real life
  while (true) {
    pollfd wait{.fd = socket, .events = POLLIN, .revents = 0};
    const int ready = poll(&wait, 1, kPatienceMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return ready == 0 ? "timed out" : "poll failed";

    const ssize_t got = recv(socket, buffer.data(), buffer.size(), 0);
    if (got < 0) return "connection lost";
    if (got == 0) return parser.in_message() ? "closed inside a reply" : "closed";

    // A reply's views are valid until the next feed, so one buffer is enough.
    parser.feed({buffer.data(), static_cast<std::size_t>(got)});
    while (const smtp::Reply* reply = parser.next()) use(*reply);
    if (const backtalk::Error error = parser.error()) return sentence(error.code);
  }
}

void say(int socket, std::string_view bytes) {
  if (write(socket, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::cout << "lost\n";
}

}  // namespace

int main() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) return 1;
  const auto [client, server] = ends;
  say(client, "EHLO me.example.org\r\nMAIL FROM:<a@example.org>\r\nQUIT\r\n");
  // The other end plays the server, and breaks off in its last reply.
  say(server, "220 mx.example.org ready\r\n250-mx.example.org\r\n250 PIPELINING\r\n250 2.1.0 Ok\r\n221 2.0");
  shutdown(server, SHUT_WR);

  const std::string_view end = read_replies(
      client, [](const smtp::Reply& reply) { std::cout << reply.code << ' ' << reply.lines.back() << '\n'; });
  std::cout << end << '\n';
  close(client);
  close(server);
}
