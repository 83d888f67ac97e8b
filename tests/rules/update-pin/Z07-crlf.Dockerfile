# base
FROM debian:12@sha256:cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4 AS x
RUN a \
 # b
 && c
