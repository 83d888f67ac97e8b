FROM python:3.13
# git is in the image already, so this needs no package lists; tini would
RUN apt-get install git
WORKDIR /srv/reports
COPY . .
CMD ["python", "report.py"]
