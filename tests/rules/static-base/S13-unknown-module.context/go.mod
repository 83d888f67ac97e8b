module example.org/server

go 1.25

require example.org/unknown v1.2.3
