FROM debian:bookworm-slim
RUN useradd -r worker
COPY --chmod=755 src /srv/app
RUN chown -R worker /srv/app && mkdir /data
USER worker
CMD ["/srv/app/run"]
