package dev.dorado.streams.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.streams.rejected.Rejections.Place;
import dev.dorado.streams.rejected.Rejections.Source;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sets records aside that the topology can't read, process or serialize. Kafka Streams writes what
 * the handler returns in the transaction of the task, so a record is set aside exactly if it is
 * passed. What concerns every record fails the thread, which is replaced if the error may pass.
 */
public final class RejectingHandler
    implements DeserializationExceptionHandler,
        ProcessingExceptionHandler,
        ProductionExceptionHandler {

  /** The setting that holds the {@link Rejections}. */
  private static final String REJECTIONS = "dorado.rejections";

  private Rejections rejections;

  /** Has Kafka Streams use this handler for all three kinds of errors. */
  public static void use(Properties properties, Rejections rejections) {
    properties.put(REJECTIONS, rejections);
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, RejectingHandler.class);
    properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, RejectingHandler.class);
    properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, RejectingHandler.class);
  }

  @Override
  public void configure(Map<String, ?> configs) {
    rejections = (Rejections) configs.get(REJECTIONS);
  }

  @Override
  public DeserializationExceptionHandler.Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception error) {
    return Rejections.concernsEveryRecord(error)
        ? DeserializationExceptionHandler.Response.fail()
        : DeserializationExceptionHandler.Response.resume(
            List.of(
                rejected(
                    record.topic(),
                    new Source(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.key(),
                        record.value()),
                    error)));
  }

  /** In a punctuation there is no record that an error could be held against. */
  @Override
  public ProcessingExceptionHandler.Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception error) {
    return Rejections.concernsEveryRecord(error) || context.topic() == null
        ? ProcessingExceptionHandler.Response.fail()
        : ProcessingExceptionHandler.Response.resume(
            List.of(rejected(context.topic(), source(context), error)));
  }

  /**
   * The broker or the producer refuses a record. That ends its transaction, so nothing could be set
   * aside in it; records that are too large are therefore found before they are sent.
   */
  @Override
  public ProductionExceptionHandler.Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception error) {
    return ProductionExceptionHandler.Response.fail();
  }

  /** A value can't be serialized: its source is what can be tried again. */
  @Override
  public ProductionExceptionHandler.Response handleSerializationError(
      ErrorHandlerContext context,
      @SuppressWarnings("rawtypes") ProducerRecord record,
      Exception error,
      SerializationExceptionOrigin origin) {
    if (Rejections.concernsEveryRecord(error) || Rejections.isMissingSetup(error)) {
      return ProductionExceptionHandler.Response.fail();
    }
    Source source =
        context.sourceRawValue() == null
            ? new Source(null, -1, -1, bytes(record.key()), bytes(record.value()))
            : source(context);
    return ProductionExceptionHandler.Response.resume(
        List.of(rejected(record.topic(), source, error)));
  }

  private static byte[] bytes(Object value) {
    return String.valueOf(value).getBytes(UTF_8);
  }

  private static Source source(ErrorHandlerContext context) {
    return new Source(
        context.topic(),
        context.partition(),
        context.offset(),
        context.sourceRawKey(),
        context.sourceRawValue());
  }

  private ProducerRecord<byte[], byte[]> rejected(String name, Source source, Exception error) {
    return rejections.record(rejections.reject(Place.TOPOLOGY, name, source, error, Instant.now()));
  }
}
