# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY server.exe C:/server.exe
CMD ["C:/server.exe"]
