package io.sparsestream.web;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sparsestream.message.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What a person explores of the models, on demand: {@code /explore} has the models, {@code /units} a layer's units, {@code /unit}
 * one of them, {@code /codes} the codes of many records, and {@code /code} that of one, with what decodes it. All are
 * found from the {@link Recent} records when somebody asks, and the large ones at most once a second.
 */
final class ExploreRoutes implements Routes {
    private static final int KEPT =
            64; // records, which pages may still show when they are no more among the recent ones
    private static final long CACHED_NANOS = 1_000_000_000;

    private final List<ModelFeed> feeds;
    private final Map<String, Cached> cache = new ConcurrentHashMap<>(); // by model and layer, or model
    private final Map<String, OneCode.Asked> asked = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, OneCode.Asked> eldest) {
            return size() > KEPT;
        }
    }; // by model and record; guarded by itself

    private record Cached(long at, byte[] json) {}

    ExploreRoutes(List<ModelFeed> feeds) {
        this.feeds = feeds;
    }

    /**
     * A model that can be explored.
     *
     * @param layers names of its hidden layers; empty before the first step
     */
    private record Model(String model, List<String> layers) {}

    /** Why there is no answer, for people. */
    private static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1;

        private final transient HttpStatus status;

        NoAnswer(HttpStatus status, String reason) {
            super(reason);
            this.status = status;
        }
    }

    /** Finds an answer. */
    private interface Handler {
        void answer(Context context) throws NoAnswer;
    }

    @Override
    public void addTo(JavalinConfig config) {
        add(config, "/explore", context -> json(context, Json.write(models())));
        add(config, "/units", this::units);
        add(config, "/unit", this::unit);
        add(config, "/codes", this::codes);
        add(config, "/code", this::code);
    }

    private static void add(JavalinConfig config, String path, Handler handler) {
        config.routes.get(path, context -> {
            context.header("Cache-Control", "no-store");
            try {
                handler.answer(context);
            } catch (NoAnswer e) {
                context.status(e.status).result(e.getMessage());
            }
        });
    }

    private static void json(Context context, byte[] json) {
        context.contentType("application/json").result(json);
    }

    private List<Model> models() {
        return feeds.stream()
                .map(feed -> new Model(
                        feed.model(), feed.recent().look(ExploreRoutes::layers).orElse(List.of())))
                .toList();
    }

    private static List<String> layers(Recent recent) {
        return IntStream.range(0, recent.architecture().hiddenLayers())
                .mapToObj(recent.architecture()::hiddenLayer)
                .toList();
    }

    private void units(Context context) throws NoAnswer {
        ModelFeed feed = feed(context);
        int layer = layer(context, feed);
        json(
                context,
                cached(
                        feed.model() + "/" + layer,
                        () -> feed.recent()
                                .look(recent ->
                                        UnitSheet.of(feed.model(), recent, layer, feed.format(), feed.measures()))));
    }

    private void unit(Context context) throws NoAnswer {
        ModelFeed feed = feed(context);
        int layer = layer(context, feed);
        long unit = number(context, "unit");
        int units = found(feed.recent().look(recent -> recent.architecture().hiddenUnits(layer)));
        if (unit >= units) {
            throw new NoAnswer(HttpStatus.NOT_FOUND, "the layer has " + units + " units, counted from 0");
        }
        json(
                context,
                Json.write(found(feed.recent()
                        .look(recent -> OneUnit.of(feed.model(), recent, layer, (int) unit, feed.format())))));
    }

    private void codes(Context context) throws NoAnswer {
        ModelFeed feed = feed(context);
        json(
                context,
                cached(
                        feed.model(),
                        () -> feed.recent().look(recent -> CodeMap.of(feed.model(), recent, feed.format()))));
    }

    /** Of the record that is asked for, else of the newest; with the decoder, but for one of a step that is known. */
    private void code(Context context) throws NoAnswer {
        ModelFeed feed = feed(context);
        requireParameters(feed);
        OneCode.Asked record = context.queryParam("record") == null
                ? found(feed.recent().look(recent -> OneCode.Asked.of(recent, 0)))
                : record(feed, number(context, "record"));
        keep(feed, record);
        long known = context.queryParam("known") == null ? -1 : number(context, "known");
        json(
                context,
                Json.write(found(
                        feed.recent().look(recent -> OneCode.of(feed.model(), recent, record, feed.format(), known)))));
    }

    private OneCode.Asked record(ModelFeed feed, long number) throws NoAnswer {
        synchronized (asked) {
            OneCode.Asked kept = asked.get(feed.model() + "/" + number);
            if (kept != null) {
                return kept;
            }
        }
        return found(feed.recent()
                        .look(recent -> recent.has(number)
                                ? Optional.of(OneCode.Asked.of(recent, (int) (recent.newest() - number)))
                                : Optional.<OneCode.Asked>empty()))
                .orElseThrow(
                        () -> new NoAnswer(HttpStatus.NOT_FOUND, "that record is not among the recent ones any more"));
    }

    private void keep(ModelFeed feed, OneCode.Asked record) {
        synchronized (asked) {
            asked.put(feed.model() + "/" + record.record(), record);
        }
    }

    private static void requireParameters(ModelFeed feed) throws NoAnswer {
        if (found(feed.recent().look(recent -> recent.parameters().isEmpty()))) {
            throw new NoAnswer(HttpStatus.NOT_FOUND, "the model is too large to be decoded in a browser");
        }
    }

    private ModelFeed feed(Context context) throws NoAnswer {
        String model = context.queryParam("model");
        return feeds.stream()
                .filter(feed -> feed.model().equals(model))
                .findFirst()
                .orElseThrow(() -> new NoAnswer(HttpStatus.NOT_FOUND, "no such model here"));
    }

    private static int layer(Context context, ModelFeed feed) throws NoAnswer {
        List<String> layers = found(feed.recent().look(ExploreRoutes::layers));
        int layer = layers.indexOf(context.queryParam("layer"));
        if (layer < 0) {
            throw new NoAnswer(HttpStatus.NOT_FOUND, "the hidden layers are " + String.join(", ", layers));
        }
        return layer;
    }

    private static long number(Context context, String name) throws NoAnswer {
        String text = context.queryParam(name);
        if (text == null || !text.matches("\\d{1,18}")) {
            throw new NoAnswer(HttpStatus.BAD_REQUEST, name + " must be a whole number from 0 on");
        }
        return Long.parseLong(text);
    }

    private static <T> T found(Optional<T> answer) throws NoAnswer {
        return answer.orElseThrow(() ->
                new NoAnswer(HttpStatus.SERVICE_UNAVAILABLE, "the model has made no step since the process began"));
    }

    /** Several pages that ask within a second get the same answer. */
    private byte[] cached(String key, Supplier<Optional<? extends Record>> answer) throws NoAnswer {
        long now = System.nanoTime();
        Cached known = cache.compute(
                key,
                (same, old) -> old != null && now - old.at < CACHED_NANOS
                        ? old
                        : answer.get()
                                .map(value -> new Cached(System.nanoTime(), Json.write(value)))
                                .orElse(null));
        return found(Optional.ofNullable(known)).json;
    }
}
