// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "peers/cclient.hpp"

#include <cstdlib>

namespace backtalk::fuzz {

// Like the library's own drivers: a line ends at LF, a CR before it is removed, and the end of the
// stream gives null. The library frees the block.
char* CClientPeer::getline(void*) {
  std::string line;
  char byte = 0;
  bool ended = false;
  while (!ended && server_->read(&byte, 1) == 1) {
    ended = byte == '\n';
    if (!ended) line += byte;
  }
  if (!ended) return nullptr;
  if (line.ends_with('\r')) line.pop_back();
  auto* copy = static_cast<char*>(fs_get(line.size() + 1));
  std::memcpy(copy, line.c_str(), line.size() + 1);
  return copy;
}

long CClientPeer::getbuffer(void*, unsigned long size, char* buffer) {
  while (size > 0) {
    const std::size_t count = server_->read(buffer, size);
    if (count == 0) return 0;
    buffer += count;
    size -= count;
  }
  *buffer = '\0';
  return 1;
}

NETDRIVER& CClientPeer::driver() {
  static char host[] = "127.0.0.1";
  static NETDRIVER functions{
      .open = [](char*, char*, unsigned long) -> void* { return server_; },
      .aopen = [](NETMBX*, char*, char*) -> void* { return nullptr; },
      .getline = getline,
      .getbuffer = getbuffer,
      .soutr = [](void*, char*) -> long { return 1; },
      .sout = [](void*, char*, unsigned long) -> long { return 1; },
      .close = [](void*) {},
      .host = [](void*) -> char* { return host; },
      .remotehost = [](void*) -> char* { return host; },
      .port = [](void*) -> unsigned long { return 1; },
      .localhost = [](void*) -> char* { return host; },
  };
  return functions;
}

void CClientPeer::set_up() {
  mail_link(&imapdriver);
  mail_link(&pop3driver);
  auth_link(&auth_log);
  mail_parameters(nullptr, SET_SSLDRIVER, &driver());
}

}  // namespace backtalk::fuzz

using backtalk::fuzz::CClientPeer;

// The callbacks of the library.
extern "C" {
void mm_searched(MAILSTREAM*, unsigned long) {}
void mm_exists(MAILSTREAM*, unsigned long) {}
void mm_expunged(MAILSTREAM*, unsigned long) {}
void mm_flags(MAILSTREAM*, unsigned long) {}
void mm_notify(MAILSTREAM*, char* text, long) {
  CClientPeer::told("notify", text);
}
void mm_list(MAILSTREAM*, int, char* name, long) {
  CClientPeer::told("list", name);
}
void mm_lsub(MAILSTREAM*, int, char* name, long) {
  CClientPeer::told("lsub", name);
}
void mm_status(MAILSTREAM*, char* name, MAILSTATUS*) {
  CClientPeer::told("status", name);
}
void mm_log(char* text, long) {
  CClientPeer::told("log", text);
}
void mm_dlog(char*) {}
void mm_login(NETMBX*, char* user, char* password, long trial) {
  std::strcpy(user, "user");
  std::strcpy(password, trial == 0 ? "secret" : "");
}
void mm_critical(MAILSTREAM*) {}
void mm_nocritical(MAILSTREAM*) {}
long mm_diskerror(MAILSTREAM*, long, long) {
  return 1;
}
void mm_fatal(char* text) {
  std::fprintf(stderr, "\nc-client gives up: %s\noracle: promises\n", text);
  std::abort();
}
}
