FROM alpine:3.20
# the start script
COPY a.sh /a.sh

# for everyone
RUN chmod 755 /a.sh
CMD ["/a.sh"]
