FROM debian:trixie-slim
ENV PATH=/opt/tools:$PATH
COPY tools /opt/tools
CMD serve --all
