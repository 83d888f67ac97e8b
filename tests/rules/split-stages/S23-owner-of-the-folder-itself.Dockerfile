FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /app
COPY . .
RUN dotnet publish -c Release -o out
RUN chown 1654:1654 /app
USER 1654:1654
ENTRYPOINT ["dotnet", "out/shop.dll"]
