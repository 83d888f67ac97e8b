FROM localhost:5000/x:1
