FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --allow-unauthenticated curl
RUN apt-get install -y --force-yes git
RUN wget -q https://example.com/glibc.apk && apk add --allow-untrusted ./glibc.apk
RUN yum install -y --nogpgcheck httpd
RUN pip install --trusted-host pypi.example flask
RUN python3 -m pip install --trusted-host=pypi.example flask
RUN rpm -i --nodigest https://example.com/a.rpm
RUN yum-config-manager --setopt=sslverify=0 --add-repo https://example.com/a.repo
RUN yum install -y --setopt=sslverify=false httpd
