package io.sparsestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.stream.keyed.KeyedListener;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A listener's method that is forgotten where two are made into one would be said to neither, without a compile error. */
class TrainingListenerTest {
    private final List<String> said = new ArrayList<>();

    static Stream<Method> all() {
        return Arrays.stream(TrainingListener.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers())
                        && !method.getName().equals("and"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void bothHearEverythingTheFirstOneFirst(Method method) throws ReflectiveOperationException {
        call(method, hears("first", TrainingListener.class).and(hears("other", TrainingListener.class)));

        assertThat(said).containsExactly("first " + method.getName(), "other " + method.getName());
    }

    @ParameterizedTest
    @MethodSource("all")
    void bothHearEverythingThatIsSaidOfModelsByKeyToo(Method method) throws ReflectiveOperationException {
        call(method, hears("first", KeyedListener.class).and(hears("other", TrainingListener.class)));

        assertThat(said).containsExactly("first " + method.getName(), "other " + method.getName());
    }

    @Test
    void whatIsSaidOfModelsByKeyAloneIsSaidToTheOneThatKnowsIt() throws ReflectiveOperationException {
        KeyedListener both = hears("first", KeyedListener.class).and(hears("other", TrainingListener.class));
        for (Method method : KeyedListener.class.getDeclaredMethods()) {
            if (method.getName().startsWith("on")) {
                call(method, both);
                assertThat(said).containsExactly("first " + method.getName());
                said.clear();
            }
        }
    }

    @Test
    void whatWatchesATaskIsMadeOfBoth() {
        TrainingListener both = hears("first", TrainingListener.class).and(hears("other", TrainingListener.class));
        for (TrainingListener task : List.of(both.single(), both.replica(1))) {
            said.clear();
            task.onEnd();
            assertThat(said).containsExactly("first onEnd", "other onEnd");
        }
    }

    private static void call(Method method, TrainingListener listener) throws ReflectiveOperationException {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(type -> type == long.class ? (Object) 1L : type == int.class ? (Object) 1 : null)
                .toArray();
        method.invoke(listener, arguments);
    }

    /** A listener that writes down what it hears, and watches tasks itself. */
    private <T extends TrainingListener> T hears(String name, Class<T> type) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("and")) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            said.add(name + " " + method.getName());
            return TrainingListener.class.isAssignableFrom(method.getReturnType()) ? proxy : null;
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
