package io.sparsestream.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ImageStreamTest {
    private static final int SIZE = 100;
    private static final Dataset DIGITS = dataset("digits", 0);
    private static final Dataset CLOTHES = dataset("clothes", 100);

    /** Image i is of digit i modulo 10, all its 4 pixels of one grey. */
    private static Dataset dataset(String name, int darkest) {
        List<byte[]> images = IntStream.range(0, SIZE)
                .mapToObj(i -> new byte[] {
                    (byte) (darkest + i), (byte) (darkest + i), (byte) (darkest + i), (byte) (darkest + i)
                })
                .toList();
        byte[] labels = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            labels[i] = (byte) (i % 10);
        }
        return new Dataset(name, Split.TRAIN, 2, 2, images, labels);
    }

    private static List<ImageStream.Image> images(Change change, long from, long to) {
        ImageStream stream = new ImageStream(DIGITS, 7, change);
        return LongStream.range(from, to).mapToObj(stream::at).toList();
    }

    @Test
    void withoutAChangeItIsTheShuffledDataset() {
        ShuffledStream order = new ShuffledStream(SIZE, 7);
        List<ImageStream.Image> images = images(Change.NONE, 0, 2 * SIZE);
        for (int i = 0; i < images.size(); i++) {
            assertThat(images.get(i).index()).isEqualTo(order.index(i));
            assertThat(images.get(i).epoch()).isEqualTo(i / SIZE);
            assertThat(images.get(i).greys()).isSameAs(DIGITS.images().get(order.index(i)));
        }
    }

    @Test
    void aDigitThatIsHeldBackComesAfterTheChange() {
        Change change = new Change(150, 3, null, 0, 1);
        List<ImageStream.Image> before = images(change, 0, 150);
        assertThat(before).noneMatch(image -> image.index() % 10 == 3);
        assertThat(before.stream().limit(90).map(ImageStream.Image::index).collect(Collectors.toSet()))
                .as("an epoch of the nine others")
                .hasSize(90);
        List<ImageStream.Image> after = images(change, 150, 250);
        assertThat(after.stream().map(ImageStream.Image::index).collect(Collectors.toSet()))
                .hasSize(SIZE);
        assertThat(before.get(149).epoch()).isEqualTo(1);
        assertThat(after).allMatch(image -> image.epoch() == 2);
    }

    @Test
    void anotherDatasetFollows() {
        Change change = new Change(10, null, CLOTHES, 0, 1);
        assertThat(images(change, 0, 10)).allMatch(image -> image.dataset() == DIGITS);
        assertThat(images(change, 10, 10 + SIZE))
                .allMatch(image -> image.dataset() == CLOTHES)
                .allMatch(image -> (image.greys()[0] & 0xff) == 100 + image.index());
    }

    @Test
    void contrastAndNoiseAlterTheGreysAfterTheChange() {
        assertThat(images(new Change(5, null, null, 0, 0.5), 0, 5))
                .allMatch(image -> image.greys()[0] == (byte) image.index());
        assertThat(images(new Change(5, null, null, 0, 0.5), 5, 50))
                .allMatch(image -> (image.greys()[0] & 0xff) == Math.round(127.5 + 0.5 * (image.index() - 127.5)));

        Change noise = new Change(1, null, null, 0.1, 1);
        List<ImageStream.Image> noisy = images(noise, 1, 2000);
        double squares = 0;
        int count = 0;
        for (ImageStream.Image image : noisy) {
            for (byte grey : image.greys()) {
                if (image.index() > 80) { // few of which are cut off at black
                    double difference = (grey & 0xff) - image.index();
                    squares += difference * difference;
                    count++;
                }
            }
        }
        assertThat(Math.sqrt(squares / count)).isCloseTo(25.5, within(1.5));
        assertThat(images(noise, 100, 101).get(0).greys())
                .as("the same position, the same noise")
                .isEqualTo(noisy.get(99).greys());
    }

    /** Of one image after another: the first pixel's noise, which is the first number that its position gives. */
    @Test
    void theNoiseOfAnImageSaysNothingOfThatOfTheNext() {
        Change noise = new Change(1, null, null, 0.1, 1);
        byte[] middle = {(byte) 128};
        int images = 20_000;
        double product = 0;
        double square = 0;
        double before = 0;
        for (int position = 0; position < images; position++) {
            double grey = (noise.apply(middle, 1, position)[0] & 0xff) - 128;
            product += grey * before;
            square += grey * grey;
            before = grey;
        }
        assertThat(product / square).isCloseTo(0, within(4 / Math.sqrt(images)));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new Change(0, 3, null, 0, 1)).hasMessageContaining("after at least 1 image, not 0");
        assertThatThrownBy(() -> new Change(1, 256, null, 0, 1))
                .hasMessageContaining("is a number from 0 to 255, not 256");
        assertThatThrownBy(() -> new Change(1, null, null, 2, 1)).hasMessageContaining("between 0 and 1, not 2.0");
        assertThatThrownBy(() -> new Change(1, null, null, 0, -1)).hasMessageContaining("contrast must be");
        Dataset wide = new Dataset("wide", Split.TRAIN, 1, 4, DIGITS.images(), DIGITS.labels());
        assertThatThrownBy(() -> images(new Change(1, null, wide, 0, 1), 0, 1))
                .hasMessage("images of 1x4 cannot follow images of 2x2");
        Dataset unlabelled = new Dataset("nameless", Split.TRAIN, 2, 2, DIGITS.images(), new byte[0]);
        assertThatThrownBy(() -> new ImageStream(unlabelled, 1, new Change(1, 3, null, 0, 1)))
                .hasMessageContaining("has no labels");
    }
}
