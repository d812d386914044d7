package io.sparsestream.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikenessTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':1}                    | {'a':1}                         | true  | true",
                "{'a':1}                    | {'a':1,'b':2}                   | false | true",
                "{'a':1,'b':2}              | {'a':1}                         | false | false",
                "{'a':1}                    | {'a':2,'b':2}                   | false | false",
                "{'a':1,'measures':{'l0':1}} | {'a':1,'measures':{'l0':2}}    | false | true",
                "{'a':null}                 | {'b':2}                         | false | false",
                "{'a':{'b':1}}              | {'a':{'b':1,'c':2},'d':3}       | false | true",
                "{'a':{'b':1}}              | {'a':1}                         | false | false",
                "[1,2]                      | [1,2]                           | true  | true",
                "[1,2]                      | [2,1]                           | false | false",
                "[1,2]                      | [1,2,3]                         | false | false",
                "[{'name':'a','crc32c':1}]  | [{'name':'a','crc32c':1},{'name':'b','crc32c':1}] | false | true",
                "[{'name':'a','crc32c':1}]  | [{'name':'a','crc32c':2},{'name':'b','crc32c':1}] | false | false",
            })
    void aLaterVersionMayTellMoreButNothingElse(String expected, String found, boolean all, boolean atLeast) {
        assertThat(Likeness.ALL.isIn(json(expected), json(found))).isEqualTo(all);
        assertThat(Likeness.AT_LEAST.isIn(json(expected), json(found))).isEqualTo(atLeast);
    }

    @Test
    void aLaterVersionMayLeaveMoreNames() {
        assertThat(Likeness.ALL.isIn(List.of("a", "b"), List.of("a", "b"))).isTrue();
        assertThat(Likeness.ALL.isIn(List.of("a"), List.of("a", "b"))).isFalse();
        assertThat(Likeness.AT_LEAST.isIn(List.of("a"), List.of("a", "b"))).isTrue();
        assertThat(Likeness.AT_LEAST.isIn(List.of("a", "b"), List.of("a"))).isFalse();
    }

    private static JsonNode json(String text) {
        return Json.tree(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
