FROM debian:trixie-slim
RUN wget https://example.com/big-1.tgz
RUN tar xzf big-1.tgz
RUN cd big-1 && ./configure && make install
RUN rm -rf big-1 big-1.tgz
RUN git clone https://example.com/x.git /tmp/x
RUN make -C /tmp/x install
RUN rm -r /tmp/x
