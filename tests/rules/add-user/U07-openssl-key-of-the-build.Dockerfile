FROM nginx:1.27-alpine
RUN apk add --no-cache openssl && mkdir -p /etc/nginx/tls && \
    openssl req -x509 -nodes -days 90 -newkey rsa:2048 -keyout /etc/nginx/tls/own.pem -out /etc/nginx/tls/own.crt -subj /CN=own
COPY nginx.conf /etc/nginx/nginx.conf
CMD ["nginx", "-g", "daemon off;"]
