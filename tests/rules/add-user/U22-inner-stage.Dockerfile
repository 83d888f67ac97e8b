FROM python:3.13 AS app
RUN pip install flask
CMD ["flask", "run"]
FROM app AS test
RUN apt-get update
