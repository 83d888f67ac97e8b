FROM unknown.example/x:1
RUN true
