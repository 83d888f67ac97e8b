FROM debian:trixie-slim
ENV A one \
    two
ENV B \
    three
CMD ["true"]
