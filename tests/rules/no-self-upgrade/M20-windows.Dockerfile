# escape=`
FROM python:3.13-windowsservercore-ltsc2022
RUN pip install --upgrade pip
