# syntax=docker/dockerfile:1
# Three stages: build the jar; cut a Java runtime to what it needs and let it learn the jar; put both on a base without a shell.

FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src/main src/main
RUN ./mvnw -B -q -Dmaven.test.skip=true package

FROM eclipse-temurin:25-jdk AS runtime
RUN jlink \
      --add-modules java.base,java.logging,java.naming,java.management,java.xml,java.net.http,java.security.sasl,jdk.unsupported,jdk.jfr,jdk.management,jdk.crypto.ec \
      --strip-debug --no-header-files --no-man-pages --compress zip-6 \
      --output /opt/java
COPY --from=build /build/target/lib /app/lib
COPY --from=build /build/target/cloakroom.jar /app/cloakroom.jar
COPY config/jvm.options /app/jvm.options
# A gateway that was started once leaves its classes loaded and linked for those to come (JEP 514). The JVM takes no such cache of another
# jar, other modules or another collector; then it starts as without one.
COPY src/training /training
RUN java /training/Training.java /tmp/training.yaml \
      /opt/java/bin/java @/app/jvm.options -XX:AOTCacheOutput=/app/cloakroom.aot -jar /app/cloakroom.jar run --config /tmp/training.yaml \
    && test -s /app/cloakroom.aot

FROM gcr.io/distroless/java-base-debian13:nonroot
LABEL org.opencontainers.image.title="Cloakroom" \
      org.opencontainers.image.description="Puts login, sessions and API forwarding in front of a single-page app, so that no token ever reaches the browser."
COPY --from=runtime /opt/java /opt/java
COPY --from=runtime /app /app
USER 65532
WORKDIR /app
ENV PATH=/opt/java/bin:/usr/bin:/bin
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
  CMD ["java", "-jar", "/app/cloakroom.jar", "health"]
# As the launcher does; objects get the room that it would give them on four CPUs.
ENTRYPOINT ["java", "@/app/jvm.options", "-Xms112m", "-Xmn96m", "-XX:MaxRAMPercentage=70", "-XX:AOTCache=/app/cloakroom.aot", "-jar", "/app/cloakroom.jar"]
CMD ["run", "--config", "/etc/cloakroom/cloakroom.yaml"]
