package io.sparsestream.stream.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.message.Json;
import io.sparsestream.message.ReplicaKey;
import io.sparsestream.message.Update;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OpenRoundTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private OpenRound round = new OpenRound(3, Set.of(0, 1, 2), OptionalLong.empty());
    private long offset = 100;
    private OpenRound.Moment now = new OpenRound.Moment(5000, 7);

    @Nested
    class IsComplete {
        @Test
        void whenAllThatAreExpectedHaveSent() {
            update(2, 3, false);
            update(0, 3, false);
            assertThat(round.isComplete()).isFalse();
            assertThat(round.completeUpdates()).isEqualTo(2);
            update(1, 3, false);
            assertThat(round.isComplete()).isTrue();
            assertThat(round.completeUpdates()).isEqualTo(3);
        }

        @Test
        void notBeforeTheFirstUpdateEvenIfNobodyIsExpected() {
            round = new OpenRound(0, Set.of(), OptionalLong.empty());
            assertThat(round.isComplete()).isFalse();
            update(1, 0, false);
            assertThat(round.isComplete()).isTrue();
        }

        @Test
        void whenThoseThatAreStillMissingHaveNothingToAdd() {
            update(0, 3, false);
            update(1, 3, false);
            round.dismiss(2);
            assertThat(round.isComplete()).isTrue();
            assertThat(round.expected()).containsExactly(0, 1);
        }

        /** Else a restart would read updates of the closed round again, with the rest of the one that was half there. */
        @Test
        void notInTheMiddleOfAnUpdateEvenOfOneThatIsNotExpected() {
            round = new OpenRound(3, Set.of(0), OptionalLong.empty());
            chunk(1);
            update(0, 3, false);
            assertThat(round.isComplete()).isFalse();
            later(TIMEOUT);
            assertThat(round.isOverdue(now.millis(), TIMEOUT)).isFalse();
            assertThatThrownBy(() -> round.close(now)).isInstanceOf(IllegalStateException.class);

            manifest(1, 3, false);
            assertThat(round.isComplete()).isTrue();
            assertThat(round.isOverdue(now.millis(), TIMEOUT)).isTrue();
            assertThat(round.close(now).contributions()).containsOnlyKeys(0, 1);
        }
    }

    @Nested
    class IsOverdue {
        @Test
        void soLongAfterTheFirstUpdateWasComplete() {
            assertThat(round.isOverdue(Long.MAX_VALUE, TIMEOUT)).isFalse();
            chunk(1);
            later(Duration.ofSeconds(1));
            manifest(1, 3, false);
            later(Duration.ofSeconds(9));
            update(0, 3, false);
            assertThat(round.isOverdue(now.millis(), TIMEOUT)).isFalse();
            later(Duration.ofSeconds(1));
            assertThat(round.isOverdue(now.millis(), TIMEOUT)).isTrue();
        }

        @Test
        void notByAnUpdateThatIsForgotten() {
            update(1, 3, false);
            round.forget(1);
            later(TIMEOUT);
            assertThat(round.isOverdue(now.millis(), TIMEOUT)).isFalse();
            update(2, 3, false);
            assertThat(round.isOverdue(now.millis(), TIMEOUT)).isFalse();
            later(TIMEOUT);
            assertThat(round.isOverdue(now.millis(), TIMEOUT)).isTrue();
        }

        @Test
        void countsEachRoundAnew() {
            update(1, 3, false);
            later(TIMEOUT);
            assertThat(round.close(now).nanos()).isEqualTo(TIMEOUT.toNanos());
            update(1, 4, false);
            assertThat(round.isOverdue(now.millis(), TIMEOUT)).isFalse();
            later(Duration.ofSeconds(2));
            assertThat(round.close(now).nanos()).isEqualTo(2_000_000_000L);
        }
    }

    @Nested
    class Closed {
        @Test
        void hasTheContributionsInTheOrderOfTheReplicas() {
            update(2, 3, false);
            update(0, 3, false);
            update(1, 3, false);
            OpenRound.Closed closed = round.close(now);

            assertThat(closed.number()).isEqualTo(4);
            assertThat(closed.contributions().keySet()).containsExactly(0, 1, 2);
            assertThat(closed.contributions().get(2).update().replica()).isEqualTo(2);
            assertThat(closed.contributions().get(2).chunks()).containsOnlyKeys("w");
            assertThat(closed.bytes())
                    .isEqualTo(closed.contributions().values().stream()
                            .mapToLong(each -> 3 + Json.write(each.update()).length)
                            .sum());
            assertThat(closed.late()).isEmpty();
            assertThat(closed.missing()).isEmpty();
            assertThat(closed.onTime()).containsExactly(0, 1, 2);
            assertThat(round.number()).isEqualTo(4);
            assertThat(round.completeUpdates()).isZero();
        }

        @Test
        void expectsTheMissingNoMoreUntilTheySendAgain() {
            update(0, 3, false);
            update(2, 3, false);
            assertThat(round.close(now).missing()).containsExactly(1);
            assertThat(round.expected()).containsExactly(0, 2);

            update(1, 3, false);
            update(0, 4, false);
            assertThat(round.isComplete()).isFalse();
            update(2, 4, false);
            OpenRound.Closed closed = round.close(now);
            assertThat(closed.late()).containsExactly(1);
            assertThat(closed.onTime()).containsExactly(0, 2);
            assertThat(closed.missing()).isEmpty();
            assertThat(round.expected()).containsExactly(0, 1, 2);
        }

        @Test
        void expectsThoseNoMoreThatHaveNoMoreImages() {
            update(0, 3, false);
            update(1, 3, true);
            update(2, 3, false);
            round.close(now);
            assertThat(round.expected()).containsExactly(0, 2);
        }
    }

    @Nested
    class FirstOffset {
        @Test
        void isThatOfTheFirstRecordOfTheUpdatesThatAreThere() {
            assertThat(round.firstOffset()).isEmpty();
            assertThat(round.position()).isEmpty();
            round.moveTo(100);
            assertThat(round.firstOffset()).hasValue(100);

            update(1, 3, false); // 100, 101
            chunk(0); // 102
            assertThat(round.firstOffset()).hasValue(100);
            assertThat(round.position()).hasValue(103);
            round.forget(1);
            assertThat(round.firstOffset()).hasValue(102);
        }

        @Test
        void isBehindTheUpdatesOfAClosedRound() {
            update(1, 3, false);
            update(2, 3, false);
            round.close(now);
            assertThat(round.firstOffset()).hasValue(104);
            assertThat(round.position()).hasValue(104);
        }
    }

    private void update(int replica, long of, boolean idle) {
        chunk(replica);
        manifest(replica, of, idle);
    }

    private void chunk(int replica) {
        round.receive(new ReplicaKey(replica, "w"), new byte[3], offset++);
    }

    private void manifest(int replica, long of, boolean idle) {
        Update update = new Update(replica, of, 1, 3, idle, List.of(4, 2, 4), List.of());
        round.complete(update, Json.write(update).length, offset++, now);
    }

    private void later(Duration time) {
        now = new OpenRound.Moment(now.millis() + time.toMillis(), now.nanos() + time.toNanos());
    }
}
