FROM python:3.12-bookworm
WORKDIR /srv/app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY app ./app
CMD ["python", "-m", "app"]
