package metrics

import "net/http"

func Serve() {
	http.ListenAndServe(":9090", nil)
}
