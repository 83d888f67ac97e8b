FROM python:3.12-bookworm
WORKDIR /srv
RUN pip install uv && pip install flask && uv frobnicate black
COPY main.py .
CMD ["python", "main.py"]
