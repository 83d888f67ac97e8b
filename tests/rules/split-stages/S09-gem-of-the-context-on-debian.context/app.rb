# frozen_string_literal: true

require "json"
require "soundex"
require "webrick"

server = WEBrick::HTTPServer.new(Port: 8080, AccessLog: [])
server.mount_proc("/") do |request, response|
  word = request.query["of"].to_s
  response["Content-Type"] = "application/json"
  response.body = JSON.generate(word: word, soundex: Soundex.code(word))
rescue ArgumentError => e
  response.status = 400
  response.body = JSON.generate(error: e.message)
end
%w[INT TERM].each { |signal| trap(signal) { server.shutdown } }
server.start
