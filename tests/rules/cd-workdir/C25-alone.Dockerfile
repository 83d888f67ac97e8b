FROM debian:trixie-slim
RUN cd /src
RUN cd sub
RUN make
