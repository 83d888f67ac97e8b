bind = ":8000"
user = "www-data"
