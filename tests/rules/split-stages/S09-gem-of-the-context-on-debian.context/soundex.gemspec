# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = "soundex"
  spec.version = "1.0.0"
  spec.summary = "The Soundex code of a word, in C"
  spec.authors = ["The shop"]
  spec.license = "MIT"
  spec.files = ["lib/soundex.rb", "ext/soundex/soundex.c", "ext/soundex/extconf.rb"]
  spec.extensions = ["ext/soundex/extconf.rb"]
  spec.required_ruby_version = ">= 2.7"
end
