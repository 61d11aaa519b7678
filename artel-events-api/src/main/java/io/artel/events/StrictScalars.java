package io.artel.events;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How payload values are read where Jackson's own way is too trusting or too narrow: no {@code
 * "NaN"} and no infinity in a double, no exponent that would unfold into megabytes of digits, no
 * class looked up by name; UUIDs without hyphens and times without a zone are fine.
 */
final class StrictScalars {

  /** A decimal that would need more digits than this, written without an exponent, is refused. */
  static final int MAX_DIGITS = 1_000;

  /** A number of that many bits has some 900 digits. */
  private static final int SURELY_SHORT_BITS = 3_000;

  private StrictScalars() {}

  static SimpleModule module() {
    return new SimpleModule("artel-strict-scalars")
        .addDeserializer(Double.class, new DoubleReader(Double.class))
        .addDeserializer(Double.TYPE, new DoubleReader(Double.TYPE))
        .addDeserializer(Float.class, new FloatReader(Float.class))
        .addDeserializer(Float.TYPE, new FloatReader(Float.TYPE))
        .addDeserializer(double[].class, new DoublesReader())
        .addDeserializer(float[].class, new FloatsReader())
        .addDeserializer(BigDecimal.class, new DecimalReader())
        .addDeserializer(UUID.class, new UuidReader())
        .addDeserializer(Instant.class, new InstantReader())
        .addDeserializer(Class.class, new ClassRefuser());
  }

  /** Nodes of trees, with the same limit on decimals. */
  static JsonNodeFactory nodes() {
    return new JsonNodeFactory(true) {
      private static final long serialVersionUID = 1L;

      @Override
      public ValueNode numberNode(@Nullable BigDecimal value) {
        if (value != null && isHuge(value)) {
          throw new NumberTooLongException();
        }
        return super.numberNode(value);
      }
    };
  }

  /** Whether a decimal is too long for a reader, as it is written or unfolded. */
  static boolean isHuge(BigDecimal value) {
    return Math.abs((long) value.scale()) > MAX_DIGITS
        || (value.unscaledValue().bitLength() > SURELY_SHORT_BITS
            && value.toString().length() > MAX_DIGITS);
  }

  /** Whether an integer has more digits than a reader takes. */
  static boolean isHuge(BigInteger value) {
    return value.bitLength() > SURELY_SHORT_BITS && value.toString().length() > MAX_DIGITS;
  }

  /** Thrown while a tree is built, where no parser is at hand to say where. */
  static final class NumberTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NumberTooLongException() {
      super("a number of more than " + MAX_DIGITS + " digits", null, false, false);
    }
  }

  /** A deserializer of a primitive or its box: null is refused for the primitive. */
  private abstract static class NumberReader<T> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1L;

    NumberReader(Class<T> type) {
      super(type);
    }

    @Override
    public @Nullable T getNullValue(DeserializationContext context) throws JsonMappingException {
      if (handledType().isPrimitive()) {
        context.reportInputMismatch(this, "null for a primitive");
      }
      return null;
    }
  }

  private static final class DoubleReader extends NumberReader<Double> {
    private static final long serialVersionUID = 1L;

    DoubleReader(Class<Double> type) {
      super(type);
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (isNumber(parser)) {
        double value = parser.getDoubleValue();
        if (Double.isFinite(value)) {
          return value;
        }
      }
      return (Double) context.handleUnexpectedToken(handledType(), parser);
    }
  }

  private static final class FloatReader extends NumberReader<Float> {
    private static final long serialVersionUID = 1L;

    FloatReader(Class<Float> type) {
      super(type);
    }

    @Override
    public Float deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      if (isNumber(parser)) {
        float value = parser.getFloatValue();
        if (Float.isFinite(value)) {
          return value;
        }
      }
      return (Float) context.handleUnexpectedToken(handledType(), parser);
    }
  }

  private static final class DoublesReader extends StdScalarDeserializer<double[]> {
    private static final long serialVersionUID = 1L;

    DoublesReader() {
      super(double[].class);
    }

    @Override
    public double[] deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (!parser.isExpectedStartArrayToken()) {
        return (double[]) context.handleUnexpectedToken(handledType(), parser);
      }
      double[] values = new double[16];
      int size = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        double value = isNumber(parser) ? parser.getDoubleValue() : Double.NaN;
        if (!Double.isFinite(value)) {
          return (double[]) context.handleUnexpectedToken(Double.TYPE, parser);
        }
        if (size == values.length) {
          values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
      }
      return Arrays.copyOf(values, size);
    }
  }

  private static final class FloatsReader extends StdScalarDeserializer<float[]> {
    private static final long serialVersionUID = 1L;

    FloatsReader() {
      super(float[].class);
    }

    @Override
    public float[] deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (!parser.isExpectedStartArrayToken()) {
        return (float[]) context.handleUnexpectedToken(handledType(), parser);
      }
      float[] values = new float[16];
      int size = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        float value = isNumber(parser) ? parser.getFloatValue() : Float.NaN;
        if (!Float.isFinite(value)) {
          return (float[]) context.handleUnexpectedToken(Float.TYPE, parser);
        }
        if (size == values.length) {
          values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
      }
      return Arrays.copyOf(values, size);
    }
  }

  /** Numbers, and text too: that is how pydantic 2 writes a Decimal. */
  private static final class DecimalReader extends StdScalarDeserializer<BigDecimal> {
    private static final long serialVersionUID = 1L;

    DecimalReader() {
      super(BigDecimal.class);
    }

    @Override
    public BigDecimal deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      BigDecimal value =
          NumberDeserializers.BigDecimalDeserializer.instance.deserialize(parser, context);
      return value != null && isHuge(value)
          ? (BigDecimal) context.handleUnexpectedToken(handledType(), parser)
          : value;
    }
  }

  private static final class UuidReader extends StdScalarDeserializer<UUID> {
    private static final long serialVersionUID = 1L;

    UuidReader() {
      super(UUID.class);
    }

    @Override
    public UUID deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      UUID value =
          parser.hasToken(JsonToken.VALUE_STRING)
              ? WireUuid.parse(
                  parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())
              : null;
      return value != null ? value : (UUID) context.handleUnexpectedToken(handledType(), parser);
    }
  }

  /** A time without a zone is UTC, as Python's {@code datetime.utcnow()} writes it. */
  private static final class InstantReader extends StdScalarDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (!parser.hasToken(JsonToken.VALUE_STRING)) {
        return (Instant) context.handleUnexpectedToken(handledType(), parser);
      }
      Instant value =
          WireTime.parse(
              parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
      return value != null ? value : InstantDeserializer.INSTANT.deserialize(parser, context);
    }
  }

  /** The name of a class is never looked up, even where a payload has a component for one. */
  @SuppressWarnings("rawtypes")
  private static final class ClassRefuser extends StdScalarDeserializer<Class> {
    private static final long serialVersionUID = 1L;

    ClassRefuser() {
      super(Class.class);
    }

    @Override
    public Class<?> deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return (Class<?>) context.handleUnexpectedToken(handledType(), parser);
    }
  }

  private static boolean isNumber(JsonParser parser) {
    return parser.hasToken(JsonToken.VALUE_NUMBER_INT)
        || parser.hasToken(JsonToken.VALUE_NUMBER_FLOAT);
  }
}
