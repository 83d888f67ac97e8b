FROM debian:trixie-slim
RUN git clone https://example.com/x.git /tmp/x
RUN service postgresql start && createdb x && psql x < /tmp/x/schema.sql
RUN rm -rf /tmp/x
