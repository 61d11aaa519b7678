/** Events, topology and contracts of artel-events; knows no broker and starts no thread. */
module io.artel.events.api {
  requires transitive com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.datatype.jsr310;
  requires transitive java.sql;
  requires static transitive org.jspecify;

  exports io.artel.events;
}
