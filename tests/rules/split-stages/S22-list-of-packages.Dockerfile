FROM python:3.12-bookworm
WORKDIR /srv/app
COPY requirements.txt constraints.txt ./
RUN pip install -r requirements.txt -c constraints.txt
COPY app ./app
CMD ["python", "-m", "app"]
