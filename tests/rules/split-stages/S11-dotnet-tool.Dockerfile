FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /app
COPY . .
RUN dotnet tool install -g dotnet-ef && dotnet publish -o out
ENTRYPOINT ["./start.sh"]
