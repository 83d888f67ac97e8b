FROM python:3.13-slim-bookworm
RUN apt-get update && apt-get install -y gcc libmyown-dev && pip install myown
COPY a.py .
CMD ["python","a.py"]
