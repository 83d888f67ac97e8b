FROM python:3.13-slim-bookworm
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
CMD webpack --watch
