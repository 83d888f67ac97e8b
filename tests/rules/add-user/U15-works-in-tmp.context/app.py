with open("count", "a") as f:
    f.write("1")
