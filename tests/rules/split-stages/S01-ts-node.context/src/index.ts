import "express"
