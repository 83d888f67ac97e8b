FROM debian:trixie
RUN git clone https://github.com/example/tool.git /opt/tool
CMD ["/opt/tool/run"]
