package main

import (
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/health", health)
	http.ListenAndServe(":"+getEnv("PORT", "8080"), nil)
}

func getEnv(key, def string) string {
	if v := os.Getenv("APP_" + key); v != "" {
		return v
	}
	return def
}

func health(w http.ResponseWriter, r *http.Request) {
	w.Write([]byte("ok"))
}
