package main

import "os/user"

func main() { http.ListenAndServe(":8080", nil) }
