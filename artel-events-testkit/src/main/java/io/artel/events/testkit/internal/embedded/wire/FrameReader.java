package io.artel.events.testkit.internal.embedded.wire;

import java.nio.ByteBuffer;

/**
 * Cuts frames out of the bytes that arrive. It believes no length before it has been compared with
 * the largest frame, and keeps at most one frame that has not arrived in full.
 */
public final class FrameReader {
  private static final int BEFORE_PAYLOAD = 7;

  /** How much larger than announced RabbitMQ lets a frame be. */
  private static final int SLACK = 8;

  /** More would be cut from the text anyway. */
  private static final int MOST_SHOWN = 256;

  /** What becomes of a frame. */
  public interface Sink {
    /**
     * Takes a frame.
     *
     * @param payload the bytes between the header and the end mark, valid during the call
     */
    void frame(int type, int channel, ByteBuffer payload);

    /** Whether the next frame is wanted now; if not, it waits for the next call. */
    boolean wantsMore();
  }

  private int frameMax;

  /** Accepts frames of up to so many bytes. */
  public FrameReader(int frameMax) {
    this.frameMax = frameMax;
  }

  /** Accepts frames of up to so many bytes from now on; 0 is no limit. */
  public void frameMax(int bytes) {
    frameMax = bytes;
  }

  /**
   * Hands over the frames that are complete.
   *
   * @param in the bytes from its position to its limit; the position moves past the frames
   * @throws AmqpException if these are no frames
   */
  public void read(ByteBuffer in, Sink sink) {
    while (in.remaining() >= BEFORE_PAYLOAD && sink.wantsMore()) {
      int start = in.position();
      int type = in.get(start) & 0xff;
      int channel = in.getShort(start + 1) & 0xffff;
      long size = in.getInt(start + 3) & 0xffffffffL;
      requireSize(type, size);
      if (in.remaining() < BEFORE_PAYLOAD + size + 1) {
        return;
      }
      int end = start + BEFORE_PAYLOAD + (int) size;
      int mark = in.get(end) & 0xff;
      if (mark != FrameWriter.END) {
        throw ReplyCode.FRAME_ERROR.error(
            "type "
                + type
                + ", all octets = "
                + octets(in.slice(start + BEFORE_PAYLOAD, (int) size))
                + ": {invalid_frame_end_marker,"
                + mark
                + "}");
      }
      ByteBuffer payload = in.slice(start + BEFORE_PAYLOAD, (int) size);
      in.position(end + 1);
      sink.frame(type, channel, payload);
    }
  }

  private void requireSize(int type, long size) {
    long largest = frameMax == 0 ? Integer.MAX_VALUE - 64 : frameMax - FrameWriter.OVERHEAD;
    if (size > largest + (frameMax == 0 ? 0 : SLACK)) {
      throw ReplyCode.FRAME_ERROR.error(
          "type " + type + ", all octets = <<>>: {frame_too_large," + size + "," + largest + "}");
    }
  }

  /** {@return bytes as RabbitMQ shows them in error texts} */
  public static String octets(ByteBuffer payload) {
    byte[] bytes = new byte[Math.min(payload.remaining(), MOST_SHOWN)];
    payload.get(payload.position(), bytes);
    return new ErlangText(Dialect.V4_3).of(ByteString.of(bytes));
  }
}
