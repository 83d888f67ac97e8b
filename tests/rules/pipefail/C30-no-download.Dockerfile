FROM alpine:3.22
RUN echo x | tee /a
RUN wget -q https://example.com/a || echo failed | tee /a
RUN wget -qO- https://example.com/install.sh | sh
RUN echo https://example.com | xargs wget
