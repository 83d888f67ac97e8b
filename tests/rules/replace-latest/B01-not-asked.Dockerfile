FROM elsewhere.example/x
