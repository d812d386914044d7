# The image for every command. Build it with: docker build -t sparsestream .

FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /build

# The libraries come first: this layer is rebuilt only when the pom changes.
COPY .mvn .mvn
COPY pom.xml ./
RUN mvn -B -q --no-transfer-progress -DskipTests -Dspotless.check.skip -Derrorprone.skip package

# RocksDB's jar contains the native libraries of a dozen platforms; the image needs only its own.
RUN case "$(uname -m)" in x86_64) native=linux64 ;; *) native=linux-$(uname -m) ;; esac \
 && mkdir /rocksdb && cd /rocksdb && jar -xf /build/target/lib/rocksdbjni-*.jar \
 && find . -name 'librocksdbjni-*' ! -name "librocksdbjni-$native.so" -delete \
 && ls librocksdbjni-$native.so \
 && jar -cfM /build/target/lib/rocksdbjni-*.jar . \
 && mv /build/target/lib /lib-of-this-platform

COPY src/main src/main
RUN mvn -B -q -o -DskipTests -Dspotless.check.skip -Derrorprone.skip package

FROM eclipse-temurin:17-jre
RUN groupadd --gid 10001 sparsestream \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/sparsestream sparsestream \
 && install -d -o sparsestream -g sparsestream /var/lib/sparsestream
COPY --from=build /lib-of-this-platform /opt/sparsestream/lib
COPY --from=build /build/target/sparsestream.jar /opt/sparsestream/
COPY scripts/jvm.options LICENSE NOTICE /opt/sparsestream/
COPY licences /opt/sparsestream/licences

USER sparsestream
# Commands write here: Kafka Streams' lock and process id, and the native libraries that JavaCPP unpacks once.
WORKDIR /var/lib/sparsestream
# Large pages for the memory of the native library.
ENV GLIBC_TUNABLES=glibc.malloc.hugetlb=1
EXPOSE 8080
ENTRYPOINT ["java", "@/opt/sparsestream/jvm.options", "-Dorg.bytedeco.javacpp.cachedir=/var/lib/sparsestream/natives", \
            "-jar", "/opt/sparsestream/sparsestream.jar"]
CMD ["--help"]
