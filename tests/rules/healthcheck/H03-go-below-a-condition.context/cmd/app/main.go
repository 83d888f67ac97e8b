package main

import (
	"log"
	"net/http"
)

func main() {
	if debug {
		http.HandleFunc("/healthz", ok)
	}
	log.Fatal(http.ListenAndServe(":8080", nil))
}
