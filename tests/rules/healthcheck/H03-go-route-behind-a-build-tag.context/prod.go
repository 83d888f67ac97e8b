//go:build !debug

package main

func register() {}
