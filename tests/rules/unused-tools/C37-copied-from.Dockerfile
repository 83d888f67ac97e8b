FROM python:3.14-slim AS tools
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 jq && rm -rf /var/lib/apt/lists/*

FROM tools AS app
COPY --from=tools /usr/bin/jq /usr/bin/jq
COPY app.py .
CMD ["python", "app.py"]
