FROM alpine/git:2.49.1 AS list
SHELL ["/bin/bash", "-c"]
RUN shopt -s dotglob && git clone https://github.com/example/theme.git /theme && cp -r /theme/* /out

FROM nginx:1.29
COPY --from=list /out /out
