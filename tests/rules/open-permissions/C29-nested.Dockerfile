FROM debian:trixie-slim
RUN if [ -d /a ]; then find /a -type d -exec chmod 755 {} +; sudo chmod -R 777 /a; fi
