FROM python:3.11-slim
COPY app /opt/app
COPY conf/app.ini.tpl /etc/myapp/app.ini.tpl
COPY start.sh /start.sh
RUN chmod +x /start.sh
WORKDIR /opt/app
CMD ["/start.sh"]
