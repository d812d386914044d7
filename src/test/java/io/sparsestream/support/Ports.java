package io.sparsestream.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;

/** Ports of loopback that nobody uses. */
public final class Ports {
    /** Below those that the system gives to clients, one of which could take a port before it is listened on. */
    private static final int FIRST = 10_000;

    private static final int COUNT = 20_000;

    /** Test processes that run at the same time begin apart. */
    private static int next = (int) (ProcessHandle.current().pid() * 211 % COUNT);

    private Ports() {}

    public static int free() {
        return free(1).get(0);
    }

    public static List<Integer> free(int count) {
        return IntStream.range(0, count).map(i -> nextFree()).boxed().toList();
    }

    private static synchronized int nextFree() {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + next;
            next = (next + 1) % COUNT;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
