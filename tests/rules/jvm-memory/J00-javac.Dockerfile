FROM eclipse-temurin:17
CMD ["javac", "A.java"]
