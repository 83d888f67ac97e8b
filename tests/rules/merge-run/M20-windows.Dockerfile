# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN mkdir c:\a
RUN mkdir c:\b
RUN curl -o a.zip https://x.org/a.zip
RUN rm a.zip
