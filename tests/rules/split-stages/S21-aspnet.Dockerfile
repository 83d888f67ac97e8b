FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY shop.csproj .
RUN dotnet restore
COPY . .
RUN dotnet publish -c Release -o /app
ENV ASPNETCORE_URLS=http://+:8080
WORKDIR /app
ENTRYPOINT ["dotnet", "shop.dll"]
