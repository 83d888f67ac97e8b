# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN curl -k https://example.com/a -o C:\a
