package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func hello(w http.ResponseWriter, r *http.Request) {
	log.Printf("from %s", r.RemoteAddr)
	fmt.Fprintln(w, "Hello {")
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
