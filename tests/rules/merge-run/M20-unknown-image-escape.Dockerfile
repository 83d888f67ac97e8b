# escape=`
FROM corp.example/base:1
RUN mkdir /a
RUN mkdir /b
