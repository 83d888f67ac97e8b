FROM python:3.12 AS build
RUN pip install --prefix=/i a
FROM python:3.12-slim
COPY --from=build /i /usr/local
