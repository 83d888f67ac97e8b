# escape=`
FROM mcr.microsoft.com/powershell:nanoserver-ltsc2022 AS a
FROM --platform=windows/amd64 ghcr.io/acme/app:1
