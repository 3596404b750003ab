package dev.dorado.streams;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.ProcessorWrapper;
import org.apache.kafka.streams.processor.api.WrappedFixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.WrappedProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.KeyValueStoreBuilder;

/**
 * Keeps the topology's stores in memory. The test driver commits after every record, and flushes
 * stores on disk at each commit: that takes more time than everything else together. Changelogs are
 * left out too, since a restart copies the stores.
 */
public final class StoresInMemory implements ProcessorWrapper {

  @Override
  public void configure(Map<String, ?> settings) {}

  @Override
  public <K, V, L, W> WrappedProcessorSupplier<K, V, L, W> wrapProcessorSupplier(
      String name, ProcessorSupplier<K, V, L, W> supplier) {
    Set<StoreBuilder<?>> stores = inMemory(supplier.stores());
    return new WrappedProcessorSupplier<>() {
      @Override
      public Processor<K, V, L, W> get() {
        return supplier.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return stores;
      }
    };
  }

  @Override
  public <K, V, W> WrappedFixedKeyProcessorSupplier<K, V, W> wrapFixedKeyProcessorSupplier(
      String name, FixedKeyProcessorSupplier<K, V, W> supplier) {
    Set<StoreBuilder<?>> stores = inMemory(supplier.stores());
    return new WrappedFixedKeyProcessorSupplier<>() {
      @Override
      public FixedKeyProcessor<K, V, W> get() {
        return supplier.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return stores;
      }
    };
  }

  /** Kafka offers no way to ask a builder for its serdes: only where it keeps them is changed. */
  private static Set<StoreBuilder<?>> inMemory(Set<StoreBuilder<?>> stores) {
    if (stores == null) {
      return null;
    }
    Set<StoreBuilder<?>> inMemory = new LinkedHashSet<>(stores);
    for (var store : inMemory) {
      if (store instanceof KeyValueStoreBuilder<?, ?> keyValues) {
        try {
          var supplier = KeyValueStoreBuilder.class.getDeclaredField("storeSupplier");
          supplier.setAccessible(true);
          supplier.set(keyValues, Stores.inMemoryKeyValueStore(store.name()));
          keyValues.withLoggingDisabled();
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(
              "Kafka's builder of stores is another than expected: see StoresInMemory", e);
        }
      }
    }
    return inMemory;
  }
}
