FROM python:3.14-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends git
RUN git clone https://example.com/x /x

FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 git && rm -rf /var/lib/apt/lists/*
COPY --from=build /x /x
COPY app.py .
CMD ["python", "app.py"]
