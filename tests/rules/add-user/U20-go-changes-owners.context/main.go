package main

import "os"

func main() {
	if err := os.Chown("/srv/files", 1000, 1000); err != nil {
		panic(err)
	}
}
