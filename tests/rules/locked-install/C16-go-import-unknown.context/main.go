package main

import "example.org/other"
