package io.sparsestream.crash;

import io.sparsestream.support.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** What can go wrong. */
enum FaultKind {
    /** Nothing goes between a trainer and any broker, or one of them. */
    TRAINER_CUT {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node trainer = any(random, nodes.trainers());
            List<Node> brokers = random.nextBoolean() ? nodes.brokers() : List.of(any(random, nodes.brokers()));
            return network(trainer + " cut off from " + names(brokers), () -> {
                for (Node broker : brokers) {
                    part(nodes, trainer, broker);
                }
            });
        }
    },
    /** Nothing that a node sends to brokers arrives, while what they send does, or the other way round. */
    ONE_WAY {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node node = any(random, nodes.all());
            boolean deaf = random.nextBoolean();
            List<Node> brokers =
                    nodes.brokers().stream().filter(each -> each != node).toList();
            return network(node + (deaf ? " hears nothing of " : " is not heard by ") + names(brokers), () -> {
                for (Node broker : brokers) {
                    nodes.network().cut((deaf ? broker : node).machine(), (deaf ? node : broker).machine());
                }
            });
        }
    },
    /** A broker reaches no other broker, while trainers and the producer reach all. */
    BROKER_CUT {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node one = any(random, nodes.brokers());
            return network(one + " cut off from the other brokers", () -> {
                for (Node other : nodes.brokers()) {
                    if (other != one) {
                        part(nodes, one, other);
                    }
                }
            });
        }
    },
    /** A broker reaches no controller but its own, while it still reaches the other brokers. */
    CONTROLLERS_CUT {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node one = any(random, nodes.brokers());
            return network(one + " cut off from the other controllers", () -> {
                for (Node other : nodes.brokers()) {
                    if (other != one) {
                        nodes.network().cut(one.machine(), other.machine(), nodes.controllerPort(other));
                        nodes.network().cut(other.machine(), one.machine(), nodes.controllerPort(one));
                    }
                }
            });
        }
    },
    /** A share of the packets to a node is lost. */
    LOSS {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node node = any(random, nodes.all());
            double share = 0.02 + 0.28 * random.nextDouble();
            return network(
                    String.format(Locale.ROOT, "%.0f %% of the packets to %s lost", 100 * share, node),
                    () -> nodes.network().lose(node.machine(), share));
        }
    },
    /** What a node sends waits before a slow line, up to 0.8 s; what would wait for longer is lost. */
    DELAY {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node node = any(random, nodes.all());
            int kilobits = 200 + random.nextInt(2000);
            return network(
                    node + " on a line of " + kilobits + " kbit/s",
                    () -> nodes.network().slow(node.machine(), kilobits));
        }
    },
    /** SIGSTOP, then SIGCONT. */
    STOP {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node node = any(random, nodes.all());
            return new Fault(
                    this,
                    node + " stopped",
                    List.of(),
                    () -> node.process().pause(),
                    () -> node.process().goOn());
        }
    },
    /** SIGKILL; it is started again when the time is over. */
    KILL {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node node = any(random, nodes.all());
            return new Fault(
                    this, node + " killed", List.of(node), () -> node.process().kill(), Fault.Action.NONE);
        }
    },
    /** Two of three brokers are killed, so nothing can be acknowledged. */
    MIN_ISR {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            List<Node> two = new ArrayList<>(nodes.brokers());
            two.remove(random.nextInt(two.size()));
            return new Fault(
                    this,
                    names(two) + " killed",
                    two,
                    () -> {
                        for (Node node : two) {
                            node.process().kill();
                        }
                    },
                    Fault.Action.NONE);
        }
    },
    /** Nothing more can be written where a node keeps its data. What ends by that is started again when there is space. */
    DISK_FULL {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node node = any(random, nodes.all());
            return new Fault(
                    this,
                    "the disk of " + node + " full",
                    List.of(node),
                    () -> node.disk().fill(),
                    () -> {
                        node.disk().free();
                        node.mayEnd(SECONDS_TO_END);
                    });
        }
    },
    /** The wall clock of a trainer jumps, and later jumps to the right time. */
    CLOCK {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Node trainer = any(random, nodes.trainers());
            int seconds = random.nextBoolean()
                    ? -random.nextInt(LONGEST_BACK_SECONDS)
                    : random.nextInt(LONGEST_AHEAD_SECONDS);
            ShiftableClock clock = trainer.clock().orElseThrow();
            return new Fault(
                    this,
                    String.format(Locale.ROOT, "the clock of %s wrong by %,d s", trainer, seconds),
                    List.of(),
                    () -> clock.shift(seconds),
                    () -> clock.shift(0));
        }
    },
    /** Every partition gets two replicas, drawn anew, and then three, the first of which lead. */
    REASSIGNMENT {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            Admin admin = nodes.admin();
            return new Fault(
                    this,
                    "all partitions reassigned",
                    List.of(),
                    () -> retry("to reassign partitions", () -> Reassignment.draw(admin, random, 2)),
                    () -> {
                        retry("to reassign partitions again", () -> Reassignment.draw(admin, random, 3));
                        Await.until("the partitions to be reassigned", () -> Reassignment.isDone(admin));
                        retry("to elect leaders", () -> Reassignment.lead(admin));
                    });
        }
    },
    /** Each broker is told to stop and started again, one after another. */
    ROLLING_RESTART {
        @Override
        Fault draw(Random random, ChaosNodes nodes) {
            return new Fault(
                    this,
                    "all brokers restarted one by one",
                    nodes.brokers(),
                    () -> {
                        for (Node broker : nodes.brokers()) {
                            Await.until("the brokers to be in sync", nodes::areInSync);
                            broker.process().terminate();
                            broker.revive();
                        }
                        Await.until("the brokers to be in sync", nodes::areInSync);
                    },
                    Fault.Action.NONE);
        }
    };

    private static final int LONGEST_BACK_SECONDS = 86_400;
    /** Less than the hour by which a record may be ahead of a broker's clock. */
    private static final int LONGEST_AHEAD_SECONDS = 3000;

    private static final int SECONDS_TO_END = 5;

    /** Chooses where and how. */
    abstract Fault draw(Random random, ChaosNodes nodes);

    Fault network(String what, Fault.Action begin) {
        return new Fault(this, what, List.of(), begin, Fault.Action.NONE);
    }

    /** Whether another may happen at the same time: not to one that is over only when all brokers are in sync. */
    boolean isLocal() {
        return this != MIN_ISR && this != REASSIGNMENT && this != ROLLING_RESTART;
    }

    /** Lets nothing go between two nodes, in either direction. */
    private static void part(ChaosNodes nodes, Node one, Node other) throws Exception {
        nodes.network().cut(one.machine(), other.machine());
        nodes.network().cut(other.machine(), one.machine());
    }

    private static void retry(String what, Fault.Action action) throws InterruptedException {
        Await.until(what, () -> {
            action.run();
            return true;
        });
    }

    private static Node any(Random random, List<Node> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static String names(List<Node> nodes) {
        return nodes.stream().map(Node::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
