FROM nginx:1 AS nginx
RUN true
FROM nginx
