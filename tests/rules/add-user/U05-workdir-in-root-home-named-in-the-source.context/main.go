package main
import ("net/http"; "os")
func main(){ os.ReadFile("/root/x"); http.ListenAndServe(":8080", nil) }
