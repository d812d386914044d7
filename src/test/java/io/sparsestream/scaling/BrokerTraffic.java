package io.sparsestream.scaling;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a broker process has received and sent, by its own count. */
final class BrokerTraffic implements AutoCloseable {
    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    BrokerTraffic(long pid) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
        connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        machine.detach();
        beans = connector.getMBeanServerConnection();
    }

    /** Bytes that clients have sent, by topic; what other brokers have fetched does not count. */
    Map<String, Double> in() throws JMException, IOException {
        return byTopic("BytesInPerSec");
    }

    /** Bytes that clients have fetched, by topic. */
    Map<String, Double> out() throws JMException, IOException {
        return byTopic("BytesOutPerSec");
    }

    private Map<String, Double> byTopic(String name) throws JMException, IOException {
        Map<String, Double> bytes = new TreeMap<>();
        ObjectName all = new ObjectName("kafka.server:type=BrokerTopicMetrics,name=" + name + ",topic=*");
        for (ObjectName topic : beans.queryNames(all, null)) {
            bytes.put(topic.getKeyProperty("topic"), ((Long) beans.getAttribute(topic, "Count")).doubleValue());
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
