package main

import "github.com/gin-gonic/gin"

func routes(engine *gin.Engine) {
	engine.GET("/api/health", health)
}

func health(c *gin.Context) { c.String(200, "ok") }
