FROM debian:trixie-slim
CMD serve '' "" a
