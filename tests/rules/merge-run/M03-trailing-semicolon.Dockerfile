FROM debian:trixie-slim
RUN mkdir /a;
RUN find /tmp -name '*.pyc' -exec rm {} \;
RUN mkdir /b ;
RUN case x in x) echo a;; esac
RUN echo b
