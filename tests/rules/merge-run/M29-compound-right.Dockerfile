FROM debian:trixie-slim
RUN mkdir /a
RUN if [ -e /b ]; then rm /b; fi
RUN for i in a b; do mkdir /$i; done
RUN ! test -e /c
