# docker-image://nginx:1.29 in a comment stays
variable "TAG" { default = "1" }
target "app" {
  dockerfile = "Dockerfile" // contexts = { x = "docker-image://nginx:1.29" }
  args = { BASE = "nginx:1.29" }
  contexts = {
    base = "docker-image://nginx:1.29" # why
    db   = "docker-image://postgres:17", src = "../src"
    "quoted" = "docker-image://localhost:5000/app:1"
  }
}
target "one" { contexts = { alpine = "docker-image://nginx:1.29" } }
