package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	file, err := os.Create("visits.txt")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { file.WriteString("one\n") })
	log.Fatal(http.ListenAndServe(":8080", nil))
}
