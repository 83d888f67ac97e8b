FROM alpine/git:2.49.1 AS src
RUN git clone --depth=5 https://github.com/example/one.git /one && git clone --filter=blob:none https://github.com/example/two.git /two
RUN git clone --mirror https://github.com/example/three.git /three && git clone /three /four
