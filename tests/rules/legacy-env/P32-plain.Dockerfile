FROM debian:trixie-slim
ENV LANG C.UTF-8
ENV   PATH	/opt/bin:$PATH
CMD ["true"]
