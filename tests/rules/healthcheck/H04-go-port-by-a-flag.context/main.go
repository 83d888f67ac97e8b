package main

import (
	"flag"
	"net/http"
)

func main() {
	http.HandleFunc("/health", health)
	flag.StringVar(&addr, "addr", addr, "")
	flag.Parse()
	http.ListenAndServe(addr, nil)
}

var addr = ":8080"

func health(w http.ResponseWriter, r *http.Request) {
	w.Write([]byte("ok"))
}
