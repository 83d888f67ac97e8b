# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY --from=mcr.microsoft.com/windows/nanoserver:ltsc2022 C:\a.dll C:\a.dll
