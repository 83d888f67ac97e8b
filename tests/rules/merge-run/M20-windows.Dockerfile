# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN mkdir c:\a
RUN mkdir c:\b
