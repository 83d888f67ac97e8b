FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
CMD c:\app\x.exe
HEALTHCHECK CMD c:\app\y.exe
