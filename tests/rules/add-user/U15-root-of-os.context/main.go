package main
import ("os"; "net/http")
func main() {
	root, _ := os.OpenRoot(".")
	f, err := root.Create("x"); if err != nil { panic(err) }
	f.Close(); http.ListenAndServe(":8080", nil)
}
