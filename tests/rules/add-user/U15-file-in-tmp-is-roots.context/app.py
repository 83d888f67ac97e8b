with open("/tmp/count", "a") as f:
    f.write("1")
