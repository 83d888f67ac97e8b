FROM debian:bookworm-slim
RUN apt-get update \
    # why a
    && apt-get install -y \
        a \
        # why b
        b
CMD ["a"]
