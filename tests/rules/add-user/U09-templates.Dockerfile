FROM nginx:1.29
ENV PORT=3000 API=http://api
RUN rm -f /etc/nginx/conf.d/default.conf
COPY nginx.conf.template /etc/nginx/templates/default.conf.template
