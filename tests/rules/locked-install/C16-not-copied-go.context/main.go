package main

import (
	"fmt"
	x "example.org/x/sub"
)
