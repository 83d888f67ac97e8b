open("certs/tls.key")
