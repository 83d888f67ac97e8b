FROM debian:trixie-slim
ADD https://github.com/acme/x.git#v1.2.3 /x
ADD git@github.com:acme/x.git#v1.2 /x
