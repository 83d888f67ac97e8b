FROM golang:1.25-alpine
COPY . /src
RUN cd /src && go build -o /usr/local/bin/server && rm -rf /src
CMD ["server"]
