open("/app/data/x", "w").write("x")
