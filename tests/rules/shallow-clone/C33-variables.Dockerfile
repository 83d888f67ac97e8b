FROM debian:trixie AS src
ARG REPO=example/one
RUN git clone "https://github.com/${REPO}.git" "$HOME/one" && rm -rf "$HOME/one/.git"
RUN git clone --branch "$REF" "https://github.com/${REPO}.git" /two && rm -rf /two/.git
