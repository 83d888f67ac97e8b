FROM debian:trixie-slim
RUN apt purge -y --auto-remove gcc && apt autoremove -y
CMD ["true"]
