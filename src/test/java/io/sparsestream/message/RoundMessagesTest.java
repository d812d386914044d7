package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Hyperparameters;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Updates and answers as earlier versions have written them. */
class RoundMessagesTest {
    @Test
    void anUpdateThatIsOfNoRoundSaysSoByMinusOne() {
        Update update = new Update(2, OrNone.write(OptionalLong.empty()), 0, 0, true, List.of(4, 2, 4), List.of());
        String json = "{\"replica\":2,\"round\":-1,\"steps\":0,\"images\":0,\"idle\":true,\"architecture\":[4,2,4],"
                + "\"tensors\":[]}";
        assertThat(Json.text(update)).isEqualTo(json);
        assertThat(Json.read(json, Update.class)).isEqualTo(update);
        assertThat(update.isEmpty()).isTrue();
        assertThat(OrNone.read(update.round())).isEmpty();
    }

    @Test
    void anAnswerHasTheRoundThatItsChangesAreOfOrNull() {
        Hyperparameters plain = Hyperparameters.PLAIN;
        Answer whole = Answer.whole(4, plain, List.of());
        Answer changes = Answer.since(3, 4, plain, List.of());
        String rest = ",\"hyperparameters\":" + Json.text(plain) + ",\"tensors\":[]}";
        assertThat(Json.text(whole)).isEqualTo("{\"round\":4,\"base\":null" + rest);
        assertThat(Json.text(changes)).isEqualTo("{\"round\":4,\"base\":3" + rest);
        assertThat(Json.read(Json.text(whole), Answer.class).changesOf()).isEmpty();
        assertThat(Json.read(Json.text(changes), Answer.class).changesOf()).hasValue(3);
    }
}
