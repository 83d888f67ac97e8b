FROM debian:trixie-slim AS build
ARG API_TOKEN
RUN fetch --token $API_TOKEN one
RUN fetch --token $API_TOKEN two

FROM debian:trixie-slim
ARG DB_PASSWORD
ENV DB_PASSWORD=$DB_PASSWORD
COPY --from=build /one /one
