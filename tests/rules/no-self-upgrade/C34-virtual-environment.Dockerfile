FROM python:3.13 AS build
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
RUN pip install --upgrade pip

FROM python:3.13-slim
RUN python -m venv /venv && /venv/bin/pip install --upgrade pip
