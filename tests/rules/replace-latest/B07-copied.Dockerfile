FROM scratch
COPY --from=busybox:latest /bin/sh /
COPY --from=nginx /x /
RUN --mount=from=busybox:latest,target=/b true
