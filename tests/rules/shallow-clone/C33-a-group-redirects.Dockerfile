FROM alpine/git:2.49.1 AS list
RUN git clone https://github.com/example/theme.git /theme
RUN (cd /theme && cat VERSION) > /version

FROM nginx:1.29
COPY --from=list /version /version
