FROM nginx:1.29
COPY nginx.conf /etc/nginx/conf.d/default.conf
COPY start.sh /start.sh
ENTRYPOINT ["sh", "/start.sh"]
CMD ["nginx", "-g", "daemon off;"]
