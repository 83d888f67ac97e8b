FROM python:3.13-bookworm
COPY install.sh /
RUN sh /install.sh
CMD ["python", "x.py"]
