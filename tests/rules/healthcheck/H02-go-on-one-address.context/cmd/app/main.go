package main

import (
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("/healthz", ok)
	log.Fatal(http.ListenAndServe("10.0.0.5:8080", nil))
}
