FROM ubuntu:22.04 AS older
RUN apt-get update && apt-get install -y git perl libgl1 cron

FROM ubuntu:24.04
RUN apt-get update && apt-get install -y git perl libgl1 cron
