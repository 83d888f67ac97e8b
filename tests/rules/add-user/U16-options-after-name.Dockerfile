FROM debian:bookworm-slim
RUN useradd app -m -s /bin/bash
COPY s.js /s.js
CMD ["node", "/s.js"]
