// A server that counts the words it is given.
package main

import (
	"encoding/json"
	"log"
	"net/http"

	"example.com/wordcount/count"
)

func answer(w http.ResponseWriter, r *http.Request) {
	text := r.URL.Query().Get("text")
	if text == "" {
		text = "to be or not to be"
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(count.Words(text)); err != nil {
		log.Print(err)
	}
}

func main() {
	http.HandleFunc("/", answer)
	log.Print("listening on 8080")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
