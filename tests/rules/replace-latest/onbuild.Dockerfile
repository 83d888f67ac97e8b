FROM debian
ONBUILD COPY --from=nginx:latest /x /x
