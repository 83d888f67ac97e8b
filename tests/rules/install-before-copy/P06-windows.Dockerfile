# escape=`
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
COPY . C:/app
RUN choco install x
