# frozen_string_literal: true

# What is asked for.
module Request
  def self.path(client)
    first = client.gets.to_s
    nil until client.gets.to_s.strip.empty?
    first.split[1].to_s.delete_prefix("/")
  end
end
