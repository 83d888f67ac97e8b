require 'sinatra'
post('/') { File.write('data/last', 'x') }
