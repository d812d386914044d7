package io.sparsestream.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.support.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class KafkaConnectionTest {
    @Test
    void thatNothingListensIsKnownAtOnce() throws Exception {
        String nobody = "127.0.0.1:" + Ports.free();
        try (ServerSocket server = new ServerSocket(Ports.free(), 1, InetAddress.getByName("127.0.0.1"))) {
            String somebody = "127.0.0.1:" + server.getLocalPort();
            assertThat(KafkaConnection.isListening(nobody)).isFalse();
            assertThat(KafkaConnection.isListening(somebody)).isTrue();
            assertThat(KafkaConnection.isListening("PLAINTEXT://" + somebody)).isTrue();
            assertThat(KafkaConnection.isListening(nobody + ", " + somebody)).isTrue();
            assertThat(KafkaConnection.isListening(nobody + "," + nobody)).isFalse();
        }
    }

    /** Kafka's client knows better what is wrong with an address. */
    @Test
    void whatIsNoAddressIsLeftToKafka() {
        assertThat(KafkaConnection.isListening("localhost")).isTrue();
        assertThat(KafkaConnection.isListening("127.0.0.1:99999")).isTrue();
        assertThat(KafkaConnection.isListening("")).isTrue();
    }
}
