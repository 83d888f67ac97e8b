package main

func main() {
	r := mux.NewRouter()
	r.HandleFunc("/health", health).Methods("GET")
	http.ListenAndServe(":8000", r)
}
func health(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, "ok")
}
