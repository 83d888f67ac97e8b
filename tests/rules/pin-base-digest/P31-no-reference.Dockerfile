FROM debian:%%SUITE%%
RUN true
