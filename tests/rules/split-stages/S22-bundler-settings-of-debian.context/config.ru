run ->(_env) { [200, {}, ["hello"]] }
