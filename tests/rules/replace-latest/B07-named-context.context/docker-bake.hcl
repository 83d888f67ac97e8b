target "web" { contexts = { "nginx:latest" = "target:nginx" } }
