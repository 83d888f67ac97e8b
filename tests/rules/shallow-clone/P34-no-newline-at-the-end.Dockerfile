FROM alpine/git:2.49.1 AS src
RUN sudo git clone https://github.com/example/one.git /one && sudo rm -rf /one/.git