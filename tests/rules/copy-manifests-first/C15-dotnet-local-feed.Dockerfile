FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY . .
RUN dotnet restore api/api.csproj
RUN dotnet publish api/api.csproj -c Release --no-restore -o /out
