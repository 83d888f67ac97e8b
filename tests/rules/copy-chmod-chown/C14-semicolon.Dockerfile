FROM debian:bookworm-slim
COPY prepare.sh /setup/prepare.sh
RUN chmod 755 /setup/prepare.sh; sync; /setup/prepare.sh || exit 1
