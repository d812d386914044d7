# Stands in for maven:3.9-eclipse-temurin-17: Debian's Maven and JDK.
FROM eclipse-temurin:17-jre
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends maven openjdk-17-jdk-headless \
 && rm -rf /var/lib/apt/lists/*
CMD ["mvn"]
