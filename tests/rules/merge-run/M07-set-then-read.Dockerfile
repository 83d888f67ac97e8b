FROM debian:bookworm
ENV A=/a
RUN A=/b && mkdir $A && chmod 700 $A
RUN mkdir $A
RUN mkdir /c && chmod 700 /c
RUN mkdir /d
