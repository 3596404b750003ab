# Dorado in one image, a role for each command: docker run dorado:0.1.0 ingest | streams | api | migrate.
# Kafka, the schema registry and ClickHouse are servers of their own: see docker-compose.yml.

FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /build
COPY . .
# exec.skip: the ClickHouse library from npm is for the embedded parts. Formatter and tests belong to 'mvn verify'.
RUN mvn --batch-mode --no-transfer-progress \
      -Dexec.skip=true -Dmaven.test.skip=true -Dspotless.check.skip=true \
      -pl standalone -am package
# The broker, and the way to ClickHouse's library: what nothing but the embedded parts uses.
RUN cd standalone/target/lib \
    && rm kafka_2.13-*.jar kafka-server-*.jar kafka-metadata-*.jar kafka-raft-*.jar kafka-storage-*.jar \
          kafka-coordinator-common-*.jar kafka-group-coordinator-*.jar kafka-share-coordinator-*.jar \
          kafka-transaction-coordinator-*.jar kafka-tools-api-*.jar \
          scala-*.jar metrics-core-*.jar jna-*.jar

FROM eclipse-temurin:17.0.19_10-jre-noble
LABEL org.opencontainers.image.title="Dorado" \
      org.opencontainers.image.description="DORA's metrics from webhooks, as the events happen." \
      org.opencontainers.image.licenses="Apache-2.0"
# /var/lib/dorado is for a volume with the stores of the role streams or the spool of the role ingest: a new one takes the folder's owner.
RUN groupadd --system --gid 10001 dorado \
    && useradd --system --uid 10001 --gid dorado --no-create-home --shell /usr/sbin/nologin dorado \
    && install --directory --owner=dorado --group=dorado /var/lib/dorado
WORKDIR /opt/dorado
COPY --from=build /build/dorado ./
COPY --from=build /build/standalone/target/lib ./lib
COPY --from=build /build/standalone/target/dorado-standalone.jar ./
USER dorado
# ingest, api, streams
EXPOSE 8080 8090 8070
ENTRYPOINT ["./dorado"]
CMD ["--help"]
