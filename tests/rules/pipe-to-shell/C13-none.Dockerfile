FROM debian:bookworm-slim
RUN curl -s https://a.example/a.tgz | tar -xz -C /opt
RUN curl -s https://a.example/v.json | python3 -c "import json, sys; print(json.load(sys.stdin))"
RUN curl -s https://a.example/v.json | python3 -m json.tool
RUN curl -s https://a.example/v.json | sh -c "cat > /etc/v.json"
RUN curl -s https://a.example/v.json | sh /opt/read.sh
RUN curl -so /tmp/i.sh https://a.example/i.sh && echo "ab  /tmp/i.sh" | sha256sum -c - && sh /tmp/i.sh
RUN curl -s https://a.example/key | gpg --dearmor > /usr/share/keyrings/a.gpg; echo a | sh
RUN sh -c "curl -s https://a.example/v.json > /etc/v.json"
RUN VERSION=$(curl -s https://a.example/latest) && sh /opt/read.sh "$(curl -s https://a.example/v)"
