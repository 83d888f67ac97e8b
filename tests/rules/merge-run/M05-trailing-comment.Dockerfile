FROM debian:trixie-slim
RUN echo a # note
RUN echo b#c $# # second note
RUN echo ${x#y} http://e/#f # third
