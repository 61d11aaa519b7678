package io.artel.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Jackson, set up once for what the wire allows. Safe for use by several threads. */
final class PayloadMapper {

  /** The longest key, in characters. */
  static final int MAX_NAME_LENGTH = 1_000;

  private final JsonFactory factory;
  private final ObjectReader reader;
  private final ObjectReader treeReader;
  private final ObjectWriter writer;
  private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

  PayloadMapper(int maxBytes, int maxDepth) {
    factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth)
                    .maxStringLength(maxBytes)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxNumberLength(StrictScalars.MAX_DIGITS)
                    .build())
            .streamWriteConstraints(
                StreamWriteConstraints.builder().maxNestingDepth(maxDepth).build())
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();
    JsonMapper mapper = mapper(factory);
    reader = mapper.reader();
    treeReader = mapper.readerFor(JsonNode.class);
    writer = mapper.writer();
  }

  private static JsonMapper mapper(JsonFactory factory) {
    JsonMapper.Builder builder =
        JsonMapper.builder(factory)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .nodeFactory(StrictScalars.nodes())
            .addModule(new JavaTimeModule())
            .addModule(StrictScalars.module())
            .polymorphicTypeValidator(new NoClassNames())
            .enable(MapperFeature.BLOCK_UNSAFE_POLYMORPHIC_BASE_TYPES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(
                SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
                SerializationFeature.FAIL_ON_EMPTY_BEANS,
                SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .enable(
                DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
                DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(
                DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                DeserializationFeature.ACCEPT_FLOAT_AS_INT,
                DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .withCoercionConfigDefaults(
                config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail));
    refuse(builder, LogicalType.Integer, CoercionInputShape.String, CoercionInputShape.Float);
    refuse(builder, LogicalType.Float, CoercionInputShape.String);
    refuse(builder, LogicalType.Boolean, CoercionInputShape.String, CoercionInputShape.Integer);
    refuse(
        builder,
        LogicalType.Textual,
        CoercionInputShape.Integer,
        CoercionInputShape.Float,
        CoercionInputShape.Boolean);
    return builder
        .withCoercionConfig(
            BigDecimal.class,
            config -> config.setCoercion(CoercionInputShape.String, CoercionAction.TryConvert))
        .build();
  }

  private static void refuse(
      JsonMapper.Builder builder, LogicalType type, CoercionInputShape... shapes) {
    for (CoercionInputShape shape : shapes) {
      builder.withCoercionConfig(type, config -> config.setCoercion(shape, CoercionAction.Fail));
    }
  }

  JsonParser parser(byte[] body, int start, int end) throws IOException {
    return factory.createParser(body, start, end - start);
  }

  JsonGenerator generator(OutputStream out) throws IOException {
    return factory.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
  }

  /** Reads the value that the parser stands on. */
  <T> T read(JsonParser parser, Class<T> type) throws IOException {
    ObjectReader typed = readers.get(type);
    if (typed == null) {
      typed = readers.computeIfAbsent(type, reader::forType);
    }
    return typed.readValue(parser);
  }

  /** Reads the value that the parser stands on, whatever it is. */
  JsonNode readTree(JsonParser parser) throws IOException {
    return treeReader.readValue(parser);
  }

  /** Whether a payload class declares this field, so that naming it repeats nothing of a body. */
  boolean hasField(Class<?> type, String name) {
    DeserializationConfig config = reader.getConfig();
    BeanDescription description = config.introspect(config.constructType(type));
    return description.findProperties().stream().anyMatch(field -> field.getName().equals(name));
  }

  void write(JsonGenerator out, Object value) throws IOException {
    writer.writeValue(out, value);
  }

  /** Refuses every polymorphic type that is named by its class; names of one's own are fine. */
  private static final class NoClassNames extends PolymorphicTypeValidator.Base {
    private static final long serialVersionUID = 1L;

    @Override
    public Validity validateBaseType(MapperConfig<?> config, JavaType baseType) {
      return Validity.DENIED;
    }

    @Override
    public Validity validateSubClassName(
        MapperConfig<?> config, JavaType baseType, String subClassName) {
      return Validity.DENIED;
    }
  }
}
