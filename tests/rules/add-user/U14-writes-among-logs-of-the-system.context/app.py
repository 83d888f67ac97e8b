with open("/var/log/shop.txt", "a") as f:
    f.write("1")
