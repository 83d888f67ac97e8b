FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install pipenv
COPY Pipfile Pipfile.lock ./
RUN pipenv install --system
COPY . .
CMD ["python", "main.py"]
