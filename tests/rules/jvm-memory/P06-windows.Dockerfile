# escape=`
FROM eclipse-temurin:17-windowsservercore-ltsc2022
CMD ["java", "-jar", "C:\\app.jar"]
