#!/bin/bash
# shellcheck disable=SC2086 # options are words
exec java ${KAFKA_HEAP_OPTS:--Xmx256m} -Dlog4j2.configurationFile=/etc/kafka/docker/log4j2.xml \
  -cp '/opt/kafka/libs/*' org.apache.kafka.tools.TopicCommand "$@"
