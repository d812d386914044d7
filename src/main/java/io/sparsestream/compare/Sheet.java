package io.sparsestream.compare;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A card of small images in lines: a title, above each column a heading, left of each line a caption, below each image a
 * note. It has twice the pixels that it is to be shown with, and a light paper of its own, so that it can be read on white
 * and on dark pages.
 */
final class Sheet {
    private static final int WIDTH = 1680; // pixels that many columns share
    private static final int PADDING = 24;
    private static final int GAP = 10;
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 28);
    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 22);
    private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 18);

    private final String title;
    private final List<String> headings;
    private final List<Line> lines;
    private final int rows;
    private final int columns;
    private final int scale;
    private final int left; // of the images
    private final int top;
    private final int noteHeight;
    private final BufferedImage picture;
    private final Graphics2D graphics;

    /**
     * @param rgb of each pixel, row-major
     * @param best whether its note stands out
     */
    record Cell(int[] rgb, String note, boolean best) {}

    /**
     * @param caption left of the images, with a smaller line below; both may be empty
     * @param cells empty where there is no image
     */
    record Line(String caption, String detail, List<Optional<Cell>> cells) {}

    /**
     * @param headings of the columns; none where they have nothing in common
     * @param lines at least one
     * @param rows of each image
     * @param columns of each image
     * @param largest scale of an image's pixels
     */
    static BufferedImage draw(
            String title, List<String> headings, List<Line> lines, int rows, int columns, int largest) {
        return new Sheet(title, headings, lines, rows, columns, largest).draw();
    }

    private Sheet(String title, List<String> headings, List<Line> lines, int rows, int columns, int largest) {
        this.title = title;
        this.headings = headings;
        this.lines = lines;
        this.rows = rows;
        this.columns = columns;
        int longest = lines.stream().mapToInt(line -> line.cells.size()).max().orElseThrow();
        int captions = lines.stream()
                .mapToInt(line -> Math.max(width(TEXT, line.caption), width(SMALL, line.detail)))
                .max()
                .orElseThrow();
        left = PADDING + captions + (captions == 0 ? 0 : 2 * GAP);
        int notes = lines.stream()
                .flatMap(line -> line.cells.stream())
                .flatMap(Optional::stream)
                .mapToInt(cell -> width(SMALL, cell.note))
                .max()
                .orElse(0);
        noteHeight = notes == 0 ? 0 : SMALL.getSize() + 6;
        int room = (WIDTH - left - PADDING) / longest - GAP;
        scale = Math.max(1, Math.min(largest, room / columns));
        top = PADDING
                + (title.isEmpty() ? 0 : TITLE.getSize() + 2 * GAP)
                + (headings.isEmpty() ? 0 : TEXT.getSize() + GAP);
        int width = Math.max(left + longest * cellWidth() - GAP, PADDING + width(TITLE, title)) + PADDING;
        picture =
                new BufferedImage(width, top + lines.size() * lineHeight() - GAP + PADDING, BufferedImage.TYPE_INT_RGB);
        graphics = picture.createGraphics();
    }

    private BufferedImage draw() {
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Palette.PAPER);
        graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        text(title, TITLE, Palette.INK, PADDING, PADDING + TITLE.getSize());
        for (int column = 0; column < headings.size(); column++) {
            centred(headings.get(column), TEXT, Palette.INK, column, top - GAP);
        }
        for (int line = 0; line < lines.size(); line++) {
            draw(lines.get(line), top + line * lineHeight());
        }
        graphics.dispose();
        return picture;
    }

    private void draw(Line line, int y) {
        int middle = y + rows * scale / 2;
        text(line.caption, TEXT, Palette.INK, PADDING, middle + (line.detail.isEmpty() ? 8 : -2));
        text(line.detail, SMALL, Palette.SOFT, PADDING, middle + SMALL.getSize() + 6);
        for (int column = 0; column < line.cells.size(); column++) {
            Optional<Cell> cell = line.cells.get(column);
            int x = left + column * cellWidth();
            if (cell.isEmpty()) {
                graphics.setColor(Palette.LINE);
                graphics.setStroke(new BasicStroke(2));
                graphics.drawRect(x + 1, y + 1, columns * scale - 2, rows * scale - 2);
                continue;
            }
            draw(cell.get().rgb, x, y);
            boolean best = cell.get().best;
            Font font = best ? SMALL.deriveFont(Font.BOLD) : SMALL;
            centred(
                    cell.get().note,
                    font,
                    best ? Palette.INK : Palette.SOFT,
                    column,
                    y + rows * scale + SMALL.getSize());
        }
    }

    private void draw(int[] rgb, int x, int y) {
        for (int i = 0; i < rgb.length; i++) {
            int[] square = new int[scale * scale];
            int colour = rgb[i];
            IntStream.range(0, square.length).forEach(pixel -> square[pixel] = colour);
            picture.setRGB(x + i % columns * scale, y + i / columns * scale, scale, scale, square, 0, scale);
        }
    }

    private void centred(String text, Font font, Color color, int column, int baseline) {
        text(text, font, color, left + column * cellWidth() + (columns * scale - width(font, text)) / 2, baseline);
    }

    private void text(String text, Font font, Color color, int x, int baseline) {
        graphics.setFont(font);
        graphics.setColor(color);
        graphics.drawString(text, x, baseline);
    }

    private int cellWidth() {
        return columns * scale + GAP;
    }

    private int lineHeight() {
        return rows * scale + noteHeight + GAP;
    }

    private static int width(Font font, String text) {
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        FontMetrics metrics = graphics.getFontMetrics(font);
        graphics.dispose();
        return metrics.stringWidth(text);
    }
}
