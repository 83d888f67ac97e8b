FROM registry.example.com/base:1
ARG APP_UID=1500
RUN useradd -u ${APP_UID} -g app worker
COPY . /srv
USER app
CMD ["/srv/run"]
