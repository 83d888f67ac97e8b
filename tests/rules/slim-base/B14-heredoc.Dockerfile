FROM python:3.13-bookworm
RUN <<EOF
gcc x.c
EOF
CMD ["python", "x.py"]
