package main

import "github.com/gin-gonic/gin"

func main() {
	r := gin.Default()
	register(r.Group("/api/v1"))
	r.Run(":8080")
}

func register(r *gin.RouterGroup) {
	r.GET("/health", health)
}

func health(c *gin.Context) {
	c.String(200, "ok")
}
