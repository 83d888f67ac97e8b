package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func hello(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Key") == "" {
		w.WriteHeader(401)
	}
	fmt.Fprintln(w, "Hello")
}

func main() {
	port := "8080"
	if fromEnv := os.Getenv("PORT"); fromEnv != "" {
		port = fromEnv
	}
	server := http.NewServeMux()
	server.HandleFunc("/", hello)
	log.Fatal(http.ListenAndServe(":"+port, server))
}
