module example.org/server
