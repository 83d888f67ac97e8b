# frozen_string_literal: true

require "bundler/setup"
require "crc"
require "json"
require "socket"
require_relative "lib/request"

server = TCPServer.new("0.0.0.0", 8080)
%w[TERM INT].each { |name| trap(name) { exit } }
loop do
  client = server.accept
  path = Request.path(client)
  body = JSON.generate(path: path, crc32: format("%08x", Crc.of(path)))
  client.write "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: #{body.bytesize}\r\n" \
               "Connection: close\r\n\r\n#{body}"
  client.close
end
