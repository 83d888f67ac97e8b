FROM nginx
RUN true
