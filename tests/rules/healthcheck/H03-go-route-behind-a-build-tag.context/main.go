package main

import (
	"net/http"
)

func main() {
	register()
	http.ListenAndServe(":8080", nil)
}

func health(w http.ResponseWriter, r *http.Request) {
	w.Write([]byte("ok"))
}
