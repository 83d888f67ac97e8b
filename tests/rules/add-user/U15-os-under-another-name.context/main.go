package main
import (o "os"; "net/http")
func main() {
	if err := o.WriteFile("a", nil, 0o644); err != nil { panic(err) }
	http.ListenAndServe(":8080", nil)
}
