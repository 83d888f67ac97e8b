FROM debian:trixie-slim
RUN --mount=type=tmpfs,target=/scratch mkdir /scratch/a
RUN --mount=type=tmpfs,target=/scratch mkdir /scratch/b
WORKDIR /srv
RUN --mount=type=tmpfs,target=/scratch mkdir a
RUN --mount=type=tmpfs,target=/scratch rm -r a
