//go:generate sh -c "mkdir -p assets && echo x > assets/a.txt"
package main
import "net/http"
func main(){http.ListenAndServe(":8080",nil)}
func f(){os.ReadFile("assets/a.txt")}
