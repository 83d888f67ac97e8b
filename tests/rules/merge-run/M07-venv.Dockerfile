FROM debian:trixie-slim
RUN python3 -m venv /v && . /v/bin/activate && pip install a
RUN pip install b
