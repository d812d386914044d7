package io.sparsestream.stream;

import io.sparsestream.message.HeaderName;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** As if Kafka Streams had restored it from its changelog, which the test driver does not. */
public record RestoredStore(String name, Map<String, byte[]> content) implements KeyValueBytesStoreSupplier {
    @Override
    public KeyValueStore<Bytes, byte[]> get() {
        KeyValueStore<Bytes, byte[]> store =
                Stores.inMemoryKeyValueStore(name()).get();
        content.forEach((key, value) -> store.put(Bytes.wrap(HeaderName.utf8(key)), value));
        return store;
    }

    @Override
    public String metricsScope() {
        return "in-memory";
    }
}
