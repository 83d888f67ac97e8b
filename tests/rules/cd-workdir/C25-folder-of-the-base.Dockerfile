FROM golang:1.25
RUN cd /go && make
RUN cd src && make
RUN cd src && make install
