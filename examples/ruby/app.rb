# frozen_string_literal: true

require "json"
require "webrick"
require_relative "lib/roman"

server = WEBrick::HTTPServer.new(Port: 8080, AccessLog: [])
server.mount_proc "/" do |request, response|
  number = Integer(request.query["of"] || "1987")
  response.content_type = "application/json"
  response.body = JSON.generate(number: number, roman: Roman.of(number))
end
%w[TERM INT].each { |name| trap(name) { server.shutdown } }
server.start
