package main
import ("net/http"; "os")
func main(){ os.WriteFile("x.txt", nil, 0644); http.ListenAndServe(":8080", nil) }
