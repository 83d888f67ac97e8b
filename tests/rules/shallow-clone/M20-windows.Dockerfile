FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN git clone https://github.com/example/one.git C:\\one
