target "app" {
  contexts = {
    base = "docker-image://nginx:${TAG}"
    made = target.base
    db   = "docker-image://postgres:17"
  }
}
target "b" {
  contexts = { x = "docker-image://not asked:1" }
}
target "c" {
  # harden: ignore[pin-definition-image] test
  contexts = { x = "docker-image://nginx:1.29" }
}
