FROM bitnami/minideb:bookworm
RUN install_packages ca-certificates curl procps zlib1g
USER 1001
ENTRYPOINT ["/opt/app/run"]
