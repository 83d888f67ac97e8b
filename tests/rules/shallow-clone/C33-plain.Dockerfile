FROM alpine/git:2.49.1 AS theme
RUN git clone https://github.com/example/theme.git /theme && rm -rf /theme/.git

FROM nginx:1.29
COPY --from=theme /theme /usr/share/nginx/html
