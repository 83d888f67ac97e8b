package main

func main() {
	r := chi.NewRouter()
	r.Use(middleware.Logger)
	r.Use(middleware.Recoverer)
	r.Get("/health", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("ok"))
	})
	r.Get("/admin", func(w http.ResponseWriter, r *http.Request) {
		auth(w)
	})
	srv := &http.Server{
		Addr:    ":3000",
		Handler: r,
	}
	srv.ListenAndServe()
}
