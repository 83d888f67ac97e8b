package main

import "net/http"

func main() { os.WriteFile("x", nil, 0644); http.ListenAndServe(":8080", nil) }
