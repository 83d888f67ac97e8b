target "web" {
  contexts = {
    "docker.io/library/node:22-slim" = "docker-image://node:24-slim" # newer
  }
}
