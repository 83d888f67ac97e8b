package main

import "example.org/queue"

func main() { queue.Serve(":8080") }
