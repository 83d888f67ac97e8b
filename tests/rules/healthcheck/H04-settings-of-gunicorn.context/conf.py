bind = "0.0.0.0:9000"  # behind a proxy
workers = 2
