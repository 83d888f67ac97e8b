target "a" {
  contexts = {
    db = "docker-image://postgres:17@sha256:2b1d6a39b6a8ad9a3ff6e3ae1a2ba4e4f2c6e44ef0f9c8a5ba5d1e1b0d4a0c11"
    c = "docker-image://redis:7@sha256:2b1d6a39b6a8ad9a3ff6e3ae1a2ba4e4f2c6e44ef0f9c8a5ba5d1e1b0d4a0c11"
  }
}
