package main

import (
	"log"
	"net/http"
	"os"

	"github.com/gorilla/mux"
	"go.opentelemetry.io/otel"

	pb "example.com/shop/genproto"
)

func main() {
	page, err := os.ReadFile("page.html")
	if err != nil {
		log.Fatal(err)
	}
	_ = pb.Empty{}
	_ = otel.Tracer("shop")
	router := mux.NewRouter()
	router.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write(page) })
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), router))
}
