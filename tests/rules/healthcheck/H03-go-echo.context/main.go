package main

func (s *Server) healthz(c echo.Context) error {
	return c.NoContent(204)
}
func main() {
	e := echo.New()
	e.Use(middleware.Logger())
	e.GET("/healthz", s.healthz)
	e.Logger.Fatal(e.Start(":1323"))
}
