package io.artel.events.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** Horizontal bars with their values and spreads, as an SVG picture that needs nothing else. */
final class BarChart {
  private static final int WIDTH = 1040;
  private static final int NAMES = 500;
  private static final int VALUES = 130;
  private static final int BAR = 18;
  private static final int ROW = 26;
  private static final int TITLE = 34;

  private final StringBuilder picture = new StringBuilder();
  private int y;

  private BarChart() {}

  /** One group of bars for each section, each with a scale of its own. */
  static String of(List<Section> sections) {
    BarChart chart = new BarChart();
    sections.forEach(chart::draw);
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
        <rect width="100%%" height="100%%" fill="white"/>
        %s</svg>
        """
        .formatted(WIDTH, chart.y + ROW / 2, chart.picture);
  }

  private void draw(Section section) {
    y += TITLE;
    text(10, y - 10, "font-weight=\"bold\"", section.title());
    double greatest =
        section.figures().stream().mapToDouble(each -> each.values().greatest()).max().orElse(1);
    for (Figure figure : section.figures()) {
      draw(figure, (WIDTH - NAMES - VALUES) / greatest);
    }
  }

  private void draw(Figure figure, double scale) {
    Spread values = figure.values();
    int middle = y + BAR / 2;
    String colour = figure.name().startsWith("artel") ? "#2a7f62" : "#9aa5b1";
    text(NAMES - 8, middle + 4, "text-anchor=\"end\"", figure.name());
    picture.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
            NAMES,
            y,
            values.median() * scale,
            BAR,
            colour));
    picture.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#222\"/>%n",
            NAMES + values.least() * scale,
            middle,
            NAMES + values.greatest() * scale,
            middle));
    text(
        (int) (NAMES + values.greatest() * scale) + 6,
        middle + 4,
        "",
        values.shown() + " " + figure.unit());
    y += ROW;
  }

  private void text(int x, int atY, String attributes, String content) {
    String escaped = content.replace("&", "&amp;").replace("<", "&lt;");
    picture.append(
        String.format(
            Locale.ROOT, "<text x=\"%d\" y=\"%d\" %s>%s</text>%n", x, atY, attributes, escaped));
  }
}
