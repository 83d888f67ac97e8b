FROM example.com/unknown:1
COPY a.sh /a.sh
RUN chmod 755 /a.sh
