module geo

go 1.22

require github.com/uber/h3-go/v4 v4.1.0
