FROM debian:trixie-slim
ARG REPOSITORY=https://build:s3cr3tword@git.example/app.git
ENV UPLOAD=AKIAIOSFODNN7EXAMPLE
RUN git clone https://x-access-token:ghp_0123456789abcdefghijABCDEFGHIJ012345@github.com/a/b.git
RUN git clone https://build:$PASSWORD@git.example/app.git && git clone https://user@git.example/app.git
ENV DATABASE_URL=postgres://localhost:5432/app
