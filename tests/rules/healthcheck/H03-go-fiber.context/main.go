package main

func main() {
	app := fiber.New(fiber.Config{Prefork: true})
	app.Get("/api/v1/health", func(c *fiber.Ctx) error { return c.SendString("ok") })
	app.Get("/x", func(c *fiber.Ctx) error { return c.Redirect("/login") })
	log.Fatal(app.Listen(":3000"))
}
