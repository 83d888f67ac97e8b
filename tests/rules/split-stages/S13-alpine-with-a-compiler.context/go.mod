module example.org/shop

go 1.22

require (
	github.com/gorilla/mux v1.8.1
	github.com/nobody/knows v0.1.0 // indirect
)
