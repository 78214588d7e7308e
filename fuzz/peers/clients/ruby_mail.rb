#!/usr/bin/env ruby
# SPDX-License-Identifier: Apache-2.0 OR MIT
# frozen_string_literal: true

# Ruby's net-imap, net-pop and net-smtp as ProcessPeer drives them; README.md has the form of requests and answers.

require "net/imap"
require "net/pop"
require "net/smtp"

MEMORY_MAX = 1 << 30
RESPONSES_MAX = 1000

# What the server says: one piece a read, as net-imap and net-protocol ask for it.
class Server
  def initialize(pieces)
    @pieces = pieces
    @line = +""
  end

  def read_nonblock(size, *, exception: true)
    piece = @pieces.first
    return exception ? raise(EOFError) : nil unless piece
    taken = piece.byteslice(0, size)
    rest = piece.byteslice(taken.bytesize..)
    rest.empty? ? @pieces.shift : @pieces[0] = rest
    taken
  end

  def write(*texts) = texts.sum(&:bytesize)
  def write_nonblock(text, **) = text.bytesize
  def print(*) = nil
  def to_io = self
  def close = nil
  def closed? = false
end

# IMAP reads lines and literals of an IO: a pipe's end, which another thread fills.
def io_of(pieces)
  reader, writer = IO.pipe
  reader.binmode
  writer.binmode
  filler = Thread.new do
    pieces.each { |piece| writer.write(piece) }
  rescue Errno::EPIPE, IOError
    nil
  ensure
    writer.close
  end
  filler.report_on_exception = false
  reader
end

class Answer
  def initialize = @octets = String.new(encoding: Encoding::BINARY)

  def add(kind, what)
    text = what.to_s.b
    @octets << kind << [text.bytesize].pack("L") << text
  end

  def event(name, *texts)
    add("e", name)
    texts.each { |text| add("t", text.inspect) }
  end

  def to_s = [@octets.bytesize].pack("L") + @octets
end

def read_imap(pieces, answer)
  reader = io_of(pieces)
  client = Net::IMAP.allocate
  client.instance_variable_set(:@sock, reader)
  client.instance_variable_set(:@parser, Net::IMAP::ResponseParser.new)
  RESPONSES_MAX.times do
    response = client.send(:get_response)
    return answer.event("end") unless response
    answer.event("response", response.class, *response.to_h.values_at(:data))
  rescue Net::IMAP::Error => e
    answer.event("error", e.class)
  end
ensure
  reader&.close
end

def read_pop3(pieces, answer)
  client = Net::POP3Command.new(Net::InternetMessageIO.new(Server.new(pieces)))
  answer.event("greeting")
  steps = [-> { client.stat }, -> { client.list }, -> { client.uidl }, -> { body(client) { |b| client.retr(1, &b) } },
           -> { body(client) { |b| client.top(1, 1, &b) } }, -> { client.dele(1) }, -> { client.rset }]
  RESPONSES_MAX.times do |turn|
    answer.event("response", steps[turn % steps.size].call)
  rescue Net::POPError => e
    answer.event("error", e.class, e.message)
  end
end

def body(_)
  text = +""
  yield ->(part) { text << part }
  text
end

def read_smtp(pieces, answer)
  client = Net::SMTP.allocate
  client.instance_variable_set(:@socket, Net::InternetMessageIO.new(Server.new(pieces)))
  client.instance_variable_set(:@error_occurred, false)
  answer.event("greeting", client.send(:recv_response).string)
  response = client.ehlo("localhost")
  answer.event("EHLO", response.status, response.capabilities)
  RESPONSES_MAX.times do
    response = client.send(:recv_response)
    answer.event("reply", response.status, response.message)
  rescue Net::SMTPError => e
    answer.event("error", e.class)
  end
end

CLIENTS = { "imap" => [method(:read_imap), [Net::IMAP::Error, SystemCallError, IOError]],
            "pop3" => [method(:read_pop3), [Net::POPError, Net::ProtocolError, SystemCallError, IOError]],
            "smtp" => [method(:read_smtp), [Net::ProtocolError, SystemCallError, IOError]] }.freeze

read, documented = CLIENTS.fetch(ARGV.last)
Process.setrlimit(Process::RLIMIT_AS, MEMORY_MAX)
$stdin.binmode
$stdout.binmode
while (head = $stdin.read(8))
  _, count = head.unpack("LL")
  sizes = $stdin.read(4 * count).unpack("L*")
  pieces = sizes.map { |size| $stdin.read(size) }
  answer = Answer.new
  begin
    read.call(pieces, answer)
  rescue *documented => e
    answer.add("r", e.class)
  rescue Exception => e # any exception is a result
    answer.add("b", "#{e.class} out of #{e.backtrace_locations&.first&.label}")
  end
  $stdout.write(answer.to_s)
  $stdout.flush
end
