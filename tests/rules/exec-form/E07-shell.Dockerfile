FROM debian:trixie-slim
SHELL ["/bin/bash", "-lc"]
CMD python app.py
