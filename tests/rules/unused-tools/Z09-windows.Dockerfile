# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN apt-get install -y vim curl
CMD ["app.exe"]
