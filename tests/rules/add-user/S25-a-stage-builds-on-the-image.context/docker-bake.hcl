group "default" {
  targets = ["web"]
}

target "web" {
  context = "."
  target  = "production"
  tags    = ["example.com/web:1"]
}

target "worker" {
  context = "."
}
