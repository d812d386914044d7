package io.sparsestream.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NewestModelTest {
    @Test
    void closesEveryConsumerThatItHasOpened() throws Exception {
        Set<ObjectName> before = consumers();
        NewestModel newest =
                NewestModel.follow(Map.of("bootstrap.servers", "127.0.0.1:1"), "digits"); // nobody is there
        newest.reopen();
        newest.close();

        assertThat(consumers()).isEqualTo(before);
    }

    /** Kafka's consumers of this process that are open. */
    private static Set<ObjectName> consumers() throws Exception {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        return beans.queryNames(new ObjectName("kafka.consumer:type=app-info,id=*"), null);
    }
}
