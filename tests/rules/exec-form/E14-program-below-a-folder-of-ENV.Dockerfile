FROM debian:trixie-slim
ENV APP_HOME=/opt/app
COPY run.sh $APP_HOME/run.sh
ENTRYPOINT ${APP_HOME}/run.sh --verbose
