//go:build debug

package main

import "net/http"

func register() {
	http.HandleFunc("/health", health)
}
