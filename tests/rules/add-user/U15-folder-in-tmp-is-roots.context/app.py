with open("/tmp/uploads/one", "w") as f:
    f.write("1")
