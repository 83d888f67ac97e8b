# frozen_string_literal: true

require "soundex/soundex"
