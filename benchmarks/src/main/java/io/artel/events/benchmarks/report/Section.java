package io.artel.events.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** A table: what was measured together. Not safe for use by several threads. */
public final class Section {
  private final String title;
  private final List<Figure> figures = new ArrayList<>();

  Section(String title) {
    this.title = title;
  }

  /** What it is about. */
  public String title() {
    return title;
  }

  /** Its rows. */
  public List<Figure> figures() {
    return figures;
  }

  /** Adds a row. */
  public Spread add(String name, String unit, Spread values) {
    figures.add(new Figure(name, unit, values));
    return values;
  }
}
