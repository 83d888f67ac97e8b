FROM debian:trixie-slim
RUN chmod a+w /app
RUN chmod -R o+rwx /a
RUN chmod ugo+rwx /a
RUN chmod u=rwx,g=rx,o=rwx /a
