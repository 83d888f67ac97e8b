FROM debian:bookworm-slim
RUN curl -sSL https://a.example/get.py | python3 -
RUN curl -s https://a.example/v.json | python3 -m json.tool
