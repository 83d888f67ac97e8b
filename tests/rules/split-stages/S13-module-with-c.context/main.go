package main

import "github.com/uber/h3-go/v4"

func main() { println(h3.NumCells(1)) }
