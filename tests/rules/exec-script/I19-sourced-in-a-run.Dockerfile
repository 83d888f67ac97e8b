FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN . ./run.sh && echo built
CMD ["./run.sh"]
