FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install pipenv
COPY . .
RUN pipenv install --deploy --system
CMD ["python", "main.py"]
