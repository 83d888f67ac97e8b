FROM debian:bookworm-slim
COPY --chown=33 site/ /srv/site/
RUN chmod -R 750 /srv/site
