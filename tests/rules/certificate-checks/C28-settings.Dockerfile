FROM node:22-slim
RUN npm config set strict-ssl false && npm ci
RUN npm set strict-ssl=false
RUN git config --global http.sslVerify "false"
RUN git -c http.sslVerify=false clone https://example.com/a.git
RUN echo "deb [trusted=yes] https://example.com/apt ./" > /etc/apt/sources.list.d/a.list
RUN echo 'APT::Get::AllowUnauthenticated "true";' > /etc/apt/apt.conf.d/99x
