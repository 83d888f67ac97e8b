# escape=`
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
COPY tool.exe C:/
CMD ["C:/tool.exe"]
