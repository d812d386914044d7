package io.sparsestream.scaling;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a process counts by itself: a broker its traffic, a trainer the time of its stream thread. */
final class ProcessBeans implements AutoCloseable {
    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    ProcessBeans(long pid) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
        connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        machine.detach();
        beans = connector.getMBeanServerConnection();
    }

    /** Processor time of a trainer's stream thread, in seconds; 0 before it has one. */
    double streamThreadCpu() throws IOException {
        ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
        double seconds = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().endsWith("-StreamThread-1")) {
                seconds += Math.max(0, threads.getThreadCpuTime(thread.getThreadId())) / 1e9;
            }
        }
        return seconds;
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
