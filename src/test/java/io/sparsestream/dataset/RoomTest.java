package io.sparsestream.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RoomTest {
    @Test
    void whatUnpacksToMoreThanThereIsSaysSo() throws IOException {
        Room room = new Room(100);
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[1000]);
        assertThat(room.read("a.npy", in, 50)).hasSize(50);
        assertThatThrownBy(() -> room.read("a.npy", in, 900))
                .isInstanceOf(DatasetException.class)
                .hasMessage("a.npy: its records do not fit into memory: give more by java -Xmx, or use fewer of them");
        assertThat(in.available()).as("no more is read than shows it").isGreaterThan(900);
    }

    @Test
    void aHeaderThatLiesTakesWhatIsThere() throws IOException {
        assertThat(new Room(100).read("a.npy", new ByteArrayInputStream(new byte[9]), Integer.MAX_VALUE))
                .hasSize(9);
    }
}
