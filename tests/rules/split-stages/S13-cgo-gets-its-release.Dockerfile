FROM golang:1.22
WORKDIR /src
COPY . .
RUN apt-get update && apt-get install -y libpcap-dev && go build -o /server .
CMD ["/server"]
