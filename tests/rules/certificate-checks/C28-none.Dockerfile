FROM debian:trixie-slim
RUN curl -fsSL -o kit https://example.com/k && curl -okit -H "k: v" https://example.com/k && tar -xkf kit
RUN curl -k https://localhost:8443/health && grep -k x y
RUN curl --retry 3 --cacert /ca.pem https://example.com/k
ENV NODE_TLS_REJECT_UNAUTHORIZED=1 GIT_SSL_NO_VERIFY=false NPM_CONFIG_STRICT_SSL=true
RUN npm config set strict-ssl true && git config --global http.sslVerify true
ARG PIP_TRUSTED_HOST
RUN pip install --trusted-publishing x
RUN echo "deb [ trusted=yes ] file://$tempDir ./" > /etc/apt/sources.list.d/temp.list
RUN apk add --no-cache --allow-untrusted /packages/*.apk
