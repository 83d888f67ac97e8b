FROM python:3.12-bookworm
RUN pip install uv
WORKDIR /srv
RUN uv venv /opt/venv && uv pip sync requirements.txt
COPY main.py .
CMD ["/opt/venv/bin/python", "main.py"]
