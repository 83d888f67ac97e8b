package main

import "os/exec"

func version() { exec.Command("git", "describe").Run() }
