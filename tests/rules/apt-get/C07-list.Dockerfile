FROM debian:trixie-slim
RUN apt list --installed
CMD ["true"]
