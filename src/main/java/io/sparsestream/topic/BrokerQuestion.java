package io.sparsestream.topic;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * What is asked of the broker, by an admin client of its own. Kafka's clients wait by the wall clock: a question ends
 * unanswered at once where that is set forward meanwhile, and so is asked again.
 *
 * @param <T> type of the answer
 */
@FunctionalInterface
public interface BrokerQuestion<T> {
    /** @throws ExecutionException if the broker refuses it, or does not answer in time */
    T put(Admin admin) throws ExecutionException, InterruptedException;

    /**
     * Asks until the time that an answer may take has really passed. What the question has changed already when its time is
     * over must not matter.
     *
     * @param kafka properties of the client
     */
    static <T> T ask(Map<String, Object> kafka, BrokerQuestion<T> question)
            throws ExecutionException, InterruptedException {
        while (true) {
            MonotonicTime time = new MonotonicTime();
            try (Admin admin = Admin.create(kafka)) {
                return question.put(admin);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TimeoutException && time.isSetForward())) {
                    throw e;
                }
            }
        }
    }
}
