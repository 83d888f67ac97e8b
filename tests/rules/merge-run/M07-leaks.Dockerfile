FROM debian:trixie-slim
RUN export A=1 && mkdir /a
RUN FOO=1; umask 022; echo $FOO
RUN f() { echo a; }; f
RUN IFS=, read a b < /c
RUN set -u; echo "${X}"
RUN A=1 echo b
