FROM python:3.13
RUN apt update && apt install -y -o Acquire::Retries=3 libpq-dev
CMD ["true"]
