# web
FROM nginx
RUN a \
 # b
 && c
