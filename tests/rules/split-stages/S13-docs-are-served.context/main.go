package main
import "net/http"
func main(){http.ListenAndServe(":8080",nil)}
func f(){ http.FileServer(http.Dir("./docs")) }
