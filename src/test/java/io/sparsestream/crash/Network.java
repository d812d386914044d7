package io.sparsestream.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Machines of one bridge, each a network namespace, whose packets can be lost or held back. All of it is inside the namespaces
 * of the first process, {@code scripts/chaos-test}, and ends with that process.
 */
final class Network {
    private static final String SUBNET = "10.77.0.";
    private static final int PREFIX = 24;

    private final List<Machine> machines = new ArrayList<>();

    /** The bridge, of which this process's own address is the first. */
    Network() throws IOException, InterruptedException {
        if (ProcessHandle.current().pid() != 1) {
            throw new IllegalStateException("this process has no namespaces of its own: run scripts/chaos-test");
        }
        run("mount -t tmpfs none /run"); // where ip keeps the names of namespaces
        run("ip link set lo up");
        run("ip link add br0 type bridge");
        run("ip addr add " + SUBNET + "1/" + PREFIX + " dev br0");
        run("ip link set br0 up");
    }

    /** One more machine. */
    Machine machine() throws IOException, InterruptedException {
        int number = machines.size() + 2;
        String name = "m" + number;
        run("ip netns add " + name);
        run("ip link add v" + number + " type veth peer name eth0 netns " + name);
        run("ip link set v" + number + " master br0 up");
        Machine machine = new Machine(SUBNET + number, List.of("ip", "netns", "exec", name));
        on(machine, "ip addr add " + machine.address() + "/" + PREFIX + " dev eth0");
        on(machine, "ip link set eth0 up");
        on(machine, "ip link set lo up");
        machines.add(machine);
        return machine;
    }

    /** Nothing that one machine sends to the other arrives. */
    void cut(Machine from, Machine to) throws IOException, InterruptedException {
        on(to, "iptables -A INPUT -s " + from.address() + " -j DROP");
    }

    /** The same for what goes to a port, and for the answers. */
    void cut(Machine from, Machine to, int port) throws IOException, InterruptedException {
        on(to, "iptables -A INPUT -p tcp -s " + from.address() + " --dport " + port + " -j DROP");
        on(from, "iptables -A INPUT -p tcp -s " + to.address() + " --sport " + port + " -j DROP");
    }

    /** That share of the packets that are sent to a machine does not arrive. */
    void lose(Machine to, double share) throws IOException, InterruptedException {
        on(
                to,
                String.format(
                        Locale.ROOT, "iptables -A INPUT -m statistic --mode random --probability %.3f -j DROP", share));
    }

    /** All that a machine sends goes through a line of so many kilobits per second, and waits before it. */
    void slow(Machine from, int kilobits) throws IOException, InterruptedException {
        on(from, "tc qdisc add dev eth0 root tbf rate " + kilobits + "kbit burst 16kb latency 800ms");
    }

    /** Everything arrives again, everywhere, and at once. */
    void heal() throws IOException, InterruptedException {
        for (Machine machine : machines) {
            on(machine, "iptables -F INPUT");
            on(machine, "tc qdisc replace dev eth0 root pfifo_fast");
        }
    }

    /** Takes the words of a command line that nothing needs to be quoted in. */
    static void run(String command) throws IOException, InterruptedException {
        run(Arrays.asList(command.split(" ")));
    }

    private static void on(Machine machine, String command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(machine.entrance());
        words.addAll(Arrays.asList(command.split(" ")));
        run(words);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.strip());
        }
    }
}
