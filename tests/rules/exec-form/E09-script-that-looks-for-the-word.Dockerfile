FROM python:3.13-slim-bookworm
COPY run.sh /run.sh
ENTRYPOINT ["/bin/bash", "/run.sh"]
CMD start
