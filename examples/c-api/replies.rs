// SPDX-License-Identifier: Apache-2.0 OR MIT
mod backtalk;

fn main() {
    let mut parser = backtalk::Parser::new(backtalk::SMTP_REPLIES).expect("memory");
    parser.feed(b"250-mx.example.org\r\n250 SIZE 1000\r\n550 5.1.1 Unknown\r\n250 ok\n");
    while let Some(reply) = parser.next().and_then(|event| event.smtp_reply) {
        println!("{} {}", reply.code, reply.lines().last().unwrap().text());
    }
    if let Some(error) = parser.error() {
        println!("{} at byte {}", error.word, error.offset);
    }
}
