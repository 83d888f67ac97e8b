FROM debian:trixie
RUN git clone https://github.com/example/site.git /site
CMD ["sh", "-c", "cd /site && git pull && ./serve"]
