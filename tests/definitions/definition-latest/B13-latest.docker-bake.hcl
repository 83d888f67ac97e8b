target "a" {
  contexts = { web = "docker-image://nginx", db = "docker-image://postgres:latest" }
}
