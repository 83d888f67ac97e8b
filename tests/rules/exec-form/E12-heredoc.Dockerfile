FROM debian:trixie-slim
COPY <<EOF /start.sh
#!/bin/sh
exec app
EOF
RUN chmod +x /start.sh
CMD /start.sh
