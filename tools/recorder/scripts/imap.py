# SPDX-License-Identifier: Apache-2.0 OR MIT
"""IMAP: every command, valid and invalid, on a mailbox with the messages of servers/messages.py."""

import base64
import re
from collections.abc import Callable

from conversation import Conversation

NEW = b"From: new@example.com\r\nTo: u1@example.org\r\nSubject: appended\r\n\r\nNew text.\r\n"


class Client:
    def __init__(self, c: Conversation) -> None:
        self.c = c
        self.count = 0

    def greeting(self) -> bytes:
        return self.c.receive_match(rb"\n")

    def answer(self, tag: str, continuation: bool = False) -> bytes:
        pattern = rb"^" + tag.encode() + rb" [^\n]*\n"
        return self.c.receive_match(pattern + (rb"|^\+[^\n]*\n" if continuation else b""))

    def tag(self) -> str:
        self.count += 1
        return f"a{self.count}"

    def request(self, *command: str | bytes) -> bytes:
        """A command and its answer. Parts after the first are literals with what follows them, each sent
        when asked for:
        request("APPEND INBOX {5}", b"hello") sends the octets, then the line's end."""
        if self.c.ended:
            return b""
        tag = self.tag()
        self.c.send_lines(tag.encode() + b" " + _octets(command[0]))
        came = self.answer(tag, continuation=len(command) > 1)
        for number, part in enumerate(command[1:], 2):
            if not re.search(rb"^\+", came, re.MULTILINE):
                break
            self.c.send_lines(_octets(part))
            came = self.answer(tag, continuation=number < len(command))
        return came

    def at_once(self, *commands: str) -> None:
        tags = [self.tag() for _ in commands]
        self.c.send_lines(*[f"{tag} {command}" for tag, command in zip(tags, commands)])
        self.answer(tags[-1])

    def login(self, user: str = "u1") -> None:
        self.request(f"LOGIN {user} pass")

    def leave(self) -> None:
        if not self.c.ended:
            self.c.send_lines(f"{self.tag()} LOGOUT")
            self.c.receive_rest(3)


def _octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def script(talk: Callable[[Client], None]) -> Callable[[Conversation], None]:
    def run(c: Conversation) -> None:
        client = Client(c)
        client.greeting()
        talk(client)
        client.leave()
    return run


def before_login(*commands: str | bytes) -> Callable[[Conversation], None]:
    return script(lambda client: [client.request(command) for command in commands] and None)


def logged_in(*commands: str | bytes | tuple[str | bytes, ...], user: str = "u1") -> Callable[[Conversation], None]:
    def talk(client: Client) -> None:
        client.login(user)
        for command in commands:
            client.request(*(command if isinstance(command, tuple) else (command,)))
    return script(talk)


def selected(*commands: str | bytes | tuple[str | bytes, ...]) -> Callable[[Conversation], None]:
    return logged_in("SELECT INBOX", *commands)


def scratch(name: str, *commands: str | bytes | tuple[str | bytes, ...]) -> Callable[[Conversation], None]:
    """A script with a mailbox of its own, which it deletes at the end."""
    return logged_in(f"CREATE {name}", (f"APPEND {name} (\\Seen) \"23-Nov-2026 07:00:00 +0000\" {{{len(NEW)}}}", NEW),
                     (f"APPEND {name} {{{len(NEW)}}}", NEW), (f"APPEND {name} (\\Flagged) {{{len(NEW)}}}", NEW),
                     f"SELECT {name}", *commands, "CLOSE", f"DELETE {name}")


def word(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def idle(client: Client) -> None:
    client.login()
    client.request("SELECT INBOX")
    tag = client.tag()
    client.c.send_lines(f"{tag} IDLE")
    if b"+" not in client.answer(tag, continuation=True):
        return
    client.c.send_lines("DONE")
    client.answer(tag)
    tag = client.tag()
    client.c.send_lines(f"{tag} IDLE")
    client.answer(tag, continuation=True)
    client.c.send_lines(f"{client.tag()} NOOP")
    client.c.receive_match(rb"^a\d+ [^\n]*\n", 1, 2)


def starttls(client: Client) -> None:
    client.request("STARTTLS now")
    client.request("STARTTLS")
    client.c.end_sending()
    client.c.receive_until(lambda _: True, 1)


def authenticate(client: Client) -> None:
    client.request("AUTHENTICATE")
    client.request("AUTHENTICATE NONESUCH")
    client.request("AUTHENTICATE PLAIN", "*")
    client.request("AUTHENTICATE PLAIN", "???")
    client.request("AUTHENTICATE LOGIN", word("u1"), word("wrong"))
    client.request("AUTHENTICATE PLAIN " + word("\0u1\0wrong"))
    client.request("AUTHENTICATE CRAM-MD5", "*")
    client.request("AUTHENTICATE SCRAM-SHA-256", "*")
    client.request("AUTHENTICATE PLAIN", word("\0u1\0pass"))
    client.request("AUTHENTICATE PLAIN")
    client.request("LOGIN u1 pass")


def pipelined(client: Client) -> None:
    client.at_once("LOGIN u1 pass", "SELECT INBOX", "FETCH 1:3 (FLAGS UID)", "NOOP", "SEARCH ALL",
                   "STATUS INBOX (MESSAGES)")


def literal_plus(client: Client) -> None:
    client.c.send(b"b1 LOGIN {2+}\r\nu1 {4+}\r\npass\r\n")
    client.answer("b1")
    client.c.send(b"b2 CREATE {5+}\r\na\"b\\c\r\nb3 LIST \"\" {1+}\r\n*\r\nb4 DELETE {5+}\r\na\"b\\c\r\n")
    client.answer("b4")


def literal_refused(client: Client) -> None:
    client.request("LOGIN u1 {99999999999}")
    client.request("LOGIN {4294967297}", "x")
    client.request("LOGIN u1 {x}")
    client.login()
    client.request("APPEND INBOX {99999999999999999999}")


def silent_leave(c: Conversation) -> None:
    c.receive_match(rb"\n")
    c.end_sending()
    c.receive_rest(2)


def no_tag(c: Conversation) -> None:
    c.receive_match(rb"\n")
    for line in ("", "NOOP", "*", "* NOOP", "+ NOOP", "a(b NOOP", "a1  NOOP", "a2", "a3 ", " a4 NOOP", "a5 NOOP "):
        c.send_lines(line)
        c.receive_match(rb"\n", 1, 1.0)
    c.send_lines("x LOGOUT")
    c.receive_rest(3)


def another_session(open_another: Callable[[], Conversation]) -> Callable[[Conversation], None]:
    """A script in which the server tells the first session what a second one changes."""
    def talk(client: Client) -> None:
        client.login()
        client.request("CREATE shared")
        client.request("SELECT shared")
        other_conversation = open_another()
        other = Client(other_conversation)
        other.greeting()
        other.login()
        other.request(f"APPEND shared {{{len(NEW)}}}", NEW)
        other.request(f"APPEND shared {{{len(NEW)}}}", NEW)
        client.request("NOOP")
        other.request("SELECT shared")
        other.request("STORE 1 +FLAGS (\\Deleted $Custom)")
        client.request("NOOP")
        other.request("EXPUNGE")
        client.request("CHECK")
        client.request("NOOP")
        other.leave()
        other_conversation.close()
        client.request("DELETE shared")
        client.request("NOOP")
    return script(talk)


ALL: dict[str, Callable[[Conversation], None]] = {
    "greeting": before_login(),
    "capability": before_login("CAPABILITY", "NOOP", "ID NIL", 'ID ("name" "recorder" "version" NIL)'),
    "capability-logged-in": logged_in("CAPABILITY", "NAMESPACE", 'ID ("name" "recorder")'),
    "login-errors": before_login("LOGIN u1 wrong", "LOGIN nobody pass", "LOGIN", "LOGIN u1", "LOGIN u1 pass more",
                                 'LOGIN "u1" "pa\\"ss"'),
    "login-literals": script(lambda client: [client.request("LOGIN {2}", "u1 {4}", "pass"), client.request("NOOP")] and None),
    "authenticate": script(authenticate),
    "starttls": script(starttls),
    "not-logged-in": before_login("SELECT INBOX", "LIST \"\" *", "FETCH 1 ALL", "APPEND INBOX {1}", "IDLE"),
    "list": logged_in('LIST "" *', 'LIST "" %', 'LIST "" ""', 'LIST INBOX *', 'LSUB "" *', 'LIST "" nonesuch',
                      'XLIST "" *', 'LIST "" {1}'),
    "list-extended": logged_in('LIST (SUBSCRIBED) "" * RETURN (CHILDREN)', 'LIST "" (INBOX "a*")',
                               'LIST "" * RETURN (STATUS (MESSAGES UNSEEN) SPECIAL-USE)',
                               'LIST (SPECIAL-USE) "" *', 'LIST (REMOTE RECURSIVEMATCH SUBSCRIBED) "" %'),
    "mailboxes": logged_in("CREATE one", "CREATE one/two/three", "CREATE one.two.three", "CREATE one", 'LIST "" *',
                           "SUBSCRIBE one", "SUBSCRIBE nonesuch", 'LSUB "" *', "UNSUBSCRIBE one", "RENAME one four",
                           "RENAME nonesuch five", "STATUS four (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)",
                           "DELETE four", "DELETE nonesuch", "DELETE INBOX", "CREATE INBOX", 'CREATE ""'),
    "mailbox-names": logged_in('CREATE "with space"', 'CREATE "quote\\"s"', "CREATE &ZeVnLIqe-", 'CREATE "b&AOk-"',
                               "CREATE &&&", "CREATE a*b", 'CREATE "(x)"', 'LIST "" *', 'SELECT "with space"',
                               'STATUS "with space" (MESSAGES)', "UNSELECT", 'DELETE "with space"',
                               'DELETE "quote\\"s"', "DELETE &ZeVnLIqe-", 'DELETE "(x)"', 'DELETE "b&AOk-"'),
    "status": logged_in("STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)", "STATUS INBOX (HIGHESTMODSEQ)",
                        "STATUS INBOX (SIZE)", "STATUS INBOX (MAILBOXID)", "STATUS INBOX (DELETED)", "STATUS INBOX ()",
                        "STATUS nonesuch (MESSAGES)", "STATUS INBOX (NONESUCH)"),
    "select": logged_in("SELECT INBOX", "EXAMINE INBOX", "SELECT nonesuch", "FETCH 1 FLAGS", "SELECT inbox", "UNSELECT",
                        "CLOSE", "SELECT INBOX (CONDSTORE)", "CLOSE"),
    "select-empty": logged_in("SELECT INBOX", "FETCH 1 FLAGS", "SEARCH ALL", "FETCH 1:* UID", user="u2"),
    "fetch-macros": selected("FETCH 1 FAST", "FETCH 1:2 ALL", "FETCH 1 FULL"),
    "fetch-envelope": selected("FETCH 1:* ENVELOPE"),
    "fetch-structure": selected("FETCH 1:* BODYSTRUCTURE"),
    "fetch-body": selected("FETCH 1:* BODY"),
    "fetch-text": selected("FETCH 1 BODY.PEEK[]", "FETCH 2 BODY.PEEK[TEXT]", "FETCH 1 RFC822.HEADER",
                           "FETCH 2 RFC822.TEXT",
                           "FETCH 1 RFC822", "FETCH 1:* RFC822.SIZE"),
    "fetch-parts": selected("FETCH 3 (BODY.PEEK[HEADER] BODY.PEEK[1] BODY.PEEK[1.1] BODY.PEEK[1.2.MIME])",
                            "FETCH 3 (BODY.PEEK[2] BODY.PEEK[2.HEADER] BODY.PEEK[2.TEXT] BODY.PEEK[2.1.1])",
                            "FETCH 3 (BODY.PEEK[3] BODY.PEEK[9] BODY.PEEK[1.9.HEADER])"),
    "fetch-partial": selected("FETCH 1 BODY.PEEK[]<0.10>", "FETCH 1 BODY.PEEK[TEXT]<2.3>",
                              "FETCH 1 BODY.PEEK[]<9999.1>",
                              "FETCH 1 BODY.PEEK[]<0.0>"),
    "fetch-header-fields": selected("FETCH 1:3 (BODY.PEEK[HEADER.FIELDS (SUBJECT From)])",
                                    "FETCH 3 (BODY.PEEK[HEADER.FIELDS.NOT (RECEIVED)] BODY.PEEK[2.HEADER.FIELDS (From)])",
                                    'FETCH 1 BODY.PEEK[HEADER.FIELDS ("X y" {1})]'),
    "fetch-octets": selected("FETCH 4 BODY.PEEK[]", "FETCH 4 ENVELOPE", "FETCH 4 BINARY.PEEK[1]"),
    "fetch-odd": selected("FETCH 5:6 (ENVELOPE BODYSTRUCTURE BODY.PEEK[])"),
    "fetch-binary": selected("FETCH 3 (BINARY.PEEK[3] BINARY.SIZE[3])", "FETCH 3 BINARY.PEEK[1.1]",
                             "FETCH 3 BINARY[3]<1.3>",
                             "FETCH 4 BINARY.SIZE[1]", "FETCH 3 BINARY.PEEK[2]"),
    "fetch-uid": selected("UID FETCH 1:* (FLAGS INTERNALDATE)", "UID FETCH 999 FLAGS", "UID FETCH 1,3:4 UID",
                          "FETCH 1 (UID MODSEQ)", "FETCH 1 (EMAILID THREADID)", "FETCH 1 PREVIEW", "FETCH 1 (SAVEDATE)",
                          "FETCH 1 X-GM-MSGID", "FETCH 1 (SNIPPET)"),
    "fetch-errors": selected("FETCH", "FETCH 1", "FETCH 99 FLAGS", "FETCH 0 FLAGS", "FETCH 1 NONESUCH",
                             "FETCH 1 (FLAGS",
                             "FETCH 1 BODY[", "FETCH x FLAGS", "FETCH 1 BODY[HEADER.FIELDS]", "FETCH 1 ()",
                             "FETCH 99999999999 FLAGS", "FETCH 1 FLAGS)", "UID", "UID NONESUCH", "UID FETCH"),
    "store": scratch("store", "STORE 1 FLAGS (\\Deleted)", "STORE 1 -FLAGS (\\Deleted)",
                     "STORE 2 +FLAGS (\\Seen $Junk one)",
                     "STORE 1:3 +FLAGS.SILENT (\\Answered)", "UID STORE 1:* FLAGS \\Draft", "STORE 9 FLAGS ()",
                     "STORE 1 FLAGS (\\Nonesuch)", "STORE 1 NONE ()", "FETCH 1:* FLAGS"),
    "copy-move-expunge": scratch("cme", "CREATE target", "COPY 1:2 target", "UID COPY 1 target", "COPY 1 nonesuch",
                                 "MOVE 1 target", "UID MOVE 2 target", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE",
                                 "UID EXPUNGE 1:*", "STATUS target (MESSAGES)", "DELETE target"),
    "search": selected("SEARCH ALL", "SEARCH UNSEEN", "SEARCH FROM ann SUBJECT plain", "SEARCH OR SEEN NOT (DELETED)",
                       "UID SEARCH 1:3", "SEARCH CHARSET UTF-8 TEXT x", "SEARCH CHARSET NONESUCH TEXT x",
                       "SEARCH SINCE 1-Jan-2020 SMALLER 100000", "SEARCH HEADER Message-ID <1@example.com>",
                       "SEARCH KEYWORD $x", "SEARCH NONESUCH", "SEARCH", ("SEARCH TEXT {5}", "Hello"),
                       "SEARCH BODY zzzz",
                       "SEARCH MODSEQ 1", "SEARCH YOUNGER 100"),
    "search-extended": selected("SEARCH RETURN (MIN MAX COUNT ALL) ALL", "UID SEARCH RETURN () UNSEEN",
                                "SEARCH RETURN (SAVE) FROM ann", "FETCH $ FLAGS", "SEARCH RETURN (COUNT) DELETED",
                                "SEARCH RETURN (PARTIAL 1:2) ALL", "SEARCH RETURN (NONESUCH) ALL",
                                "SEARCH RETURN (RELEVANCY) TEXT x"),
    "sort-and-thread": selected("SORT (SUBJECT) UTF-8 ALL", "UID SORT (REVERSE DATE FROM) US-ASCII ALL",
                                "SORT RETURN (MIN COUNT) (SIZE) UTF-8 ALL", "THREAD REFERENCES UTF-8 ALL",
                                "THREAD ORDEREDSUBJECT UTF-8 ALL", "UID THREAD REFS UTF-8 ALL",
                                "SORT (NONESUCH) UTF-8 ALL",
                                "THREAD NONESUCH UTF-8 ALL", "SORT () UTF-8 ALL"),
    "append": logged_in("CREATE app", (f"APPEND app (\\Seen $x) {{{len(NEW)}}}", NEW), "APPEND app {0}",
                        (f"APPEND nonesuch {{{len(NEW)}}}", NEW), ("APPEND app \"32-Nov-2026 07:00:00 +0000\" {1}",
                        "x"),
                        ("APPEND app {5}", b"a\x00b\xffc"), "APPEND app", "APPEND", "STATUS app (MESSAGES)",
                        "DELETE app"),
    "append-multi": logged_in("CREATE multi", (f"APPEND multi {{{len(NEW)}}}",
                              NEW + f" (\\Seen) {{{len(NEW)}}}".encode(), NEW),
                              ("APPEND multi CATENATE (TEXT {5}", b"a: b\n TEXT {2}", b"\r\n)"),
                              ("APPEND multi UTF8 (~{5}", b"a: b\n)"), "DELETE multi"),
    "condstore": scratch("cond", "ENABLE CONDSTORE QRESYNC UTF8=ACCEPT NONESUCH", "SELECT cond (CONDSTORE)",
                         "FETCH 1:* (FLAGS MODSEQ)", "STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)",
                         "STORE 2 +FLAGS (\\Deleted)", "FETCH 1:* (FLAGS) (CHANGEDSINCE 1)", "EXPUNGE",
                         "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)", "SELECT cond (QRESYNC (1 1 1:9 (1 1)))",
                         "SEARCH MODSEQ 1", "STATUS cond (HIGHESTMODSEQ)"),
    "quota": logged_in("GETQUOTAROOT INBOX", 'GETQUOTA ""', "GETQUOTA nonesuch", 'SETQUOTA "" (STORAGE 1000)'),
    "rights": logged_in("MYRIGHTS INBOX", "GETACL INBOX", "LISTRIGHTS INBOX u1", "SETACL INBOX u2 lrs", "GETACL INBOX",
                        "DELETEACL INBOX u2", "MYRIGHTS nonesuch"),
    "metadata": logged_in('GETMETADATA "" /shared/comment', 'SETMETADATA INBOX (/private/comment "a \\"b\\"")',
                          "GETMETADATA INBOX (/private/comment /shared/comment)",
                          'GETMETADATA (DEPTH infinity MAXSIZE 1) INBOX /private',
                          'GETANNOTATION INBOX "*" "value.shared"',
                          'SETMETADATA INBOX (/private/comment NIL)', "GETMETADATA nonesuch /private/comment"),
    "url-notify-compress": selected("GENURLAUTH x INTERNAL", "RESETKEY", "URLFETCH x", "NOTIFY NONE",
                                    "NOTIFY SET STATUS (selected (MessageNew MessageExpunge)) (personal MessageNew)",
                                    "COMPRESS NONESUCH", "LOGIN u1 pass", "UNAUTHENTICATE"),
    "idle": script(idle),
    "pipelined": script(pipelined),
    "literal-plus": script(literal_plus),
    "literal-refused": script(literal_refused),
    "no-tag": no_tag,
    "unknown-commands": logged_in("NONESUCH", "XYZZY (a b) c", "CHECK", "EXPUNGE", "CLOSE", "noop", "NOOP x",
                                  "LOGOUT x"),
    "control-bytes": before_login(b"NOOP \x00", b"LOGIN \xff\xfe x", b'LOGIN "a\tb" "c', b"\x07 NOOP", b"NOOP\r"),
    "long-command": before_login("LOGIN " + "x" * 9000 + " y", 'LOGIN "' + "z" * 70000 + '" pass'),
    "http-request": lambda c: [c.receive_match(rb"\n"), c.send_lines("GET / HTTP/1.1", "Host: mx.example.org", ""),
                               c.receive_rest(2)] and None,
    "patience": before_login(*[f"WRONG{number}" for number in range(25)]),
    "silent-leave": silent_leave,
}
