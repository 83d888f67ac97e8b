FROM debian:trixie-slim
WORKDIR /app
RUN cd /app && make || true
RUN cd /app; make
RUN cd /app && make; echo done
RUN cd /app && make & wait
RUN (cd /app && make)
RUN cd /app | make
RUN cd "$APP" && make
RUN cd ../app && make
RUN cd - && make
RUN cd && make
