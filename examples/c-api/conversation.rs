// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Both sides of an SMTP conversation, as someone between them sees it.
mod backtalk;

use backtalk::{Parser, SMTP_COMMANDS, SMTP_REPLIES};

/// Who speaks, and what is said, in pieces as the network might give them.
const CONVERSATION: &[(char, &[u8])] = &[
    ('S', b"220 mx.example.org ESMTP\r\n"),
    ('C', b"EHLO client.example\r\n"),
    ('S', b"250-mx.example.org\r\n250-PIPELINI"),
    ('S', b"NG\r\n250 SIZE 1000\r\n"),
    ('C', b"MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"),
    ('S', b"250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go on\r\n"),
    ('C', b"Subject: dots\r\n\r\n..a dot\r\n.\r\nQUIT\r\n"),
    ('S', b"250 2.0.0 Queued\r\n221 Bye\r\n"),
];

fn client_says(parser: &mut Parser) {
    loop {
        let is_data = match parser.next() {
            None => break,
            Some(event) => match event.smtp_command {
                Some(command) => {
                    println!("C: {} {}", command.name.text(), command.arguments.text());
                    command.name.text() == "DATA"
                }
                None => {
                    if !event.octets.octets().is_empty() {
                        println!("C: {} octets of a message", event.octets.octets().len());
                    }
                    false
                }
            },
        };
        if is_data {
            assert!(parser.expect_data());
        }
    }
}

fn server_says(parser: &mut Parser) {
    while let Some(reply) = parser.next().and_then(|event| event.smtp_reply) {
        let lines: Vec<_> = reply.lines().iter().map(|line| line.text()).collect();
        println!("S: {} class {} {:?}", reply.code, reply.enhanced_class, lines);
    }
}

fn main() {
    let mut client = Parser::new(SMTP_COMMANDS).expect("memory");
    let mut server = Parser::new(SMTP_REPLIES).expect("memory");
    assert!(server.tolerate("bare_lf") && !server.tolerate("bare_bones"));
    for (who, bytes) in CONVERSATION {
        if *who == 'C' {
            client.feed(bytes);
            client_says(&mut client);
        } else {
            server.lend(bytes);
            server_says(&mut server);
        }
    }
    for parser in [&mut client, &mut server] {
        if let Some(error) = parser.error() {
            println!("{} at byte {}: {}", error.word, error.offset, error.sentence);
            std::process::exit(1);
        }
    }
}
