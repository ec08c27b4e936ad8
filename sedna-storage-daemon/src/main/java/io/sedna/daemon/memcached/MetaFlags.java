// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;

/**
 * The flags of a meta command, read before it is done. Errors are memcached's: one that makes the
 * line senseless ends the reading, of others the last counts. Used again for each command; not
 * thread-safe.
 */
final class MetaFlags {
  private static final int KEY = 1;
  private static final int MOST_OPAQUE = 32;

  /** More words than this are refused: command, key and flags. */
  static final int MOST_WORDS = 19;

  private final Decimal decimal;
  private final Base64Key base64;
  private long seenLow;
  private long seenHigh;
  private byte[] error;

  // What the flags say.
  private long keyAddress;
  private int keyLength;
  private long cas;
  private long explicitCas;
  private long delta;
  private long initial;
  private int clientFlags;
  private char mode;
  private int endToken;
  private int vivifyToken;
  private int recacheToken;
  private boolean endBeforeVivify;
  private boolean endBeforeRecache;

  MetaFlags(Decimal decimal, Base64Key base64) {
    this.decimal = decimal;
    this.base64 = base64;
  }

  /**
   * Reads the words from one on, and the key.
   *
   * @return an error, or null
   */
  byte[] read(Line line, int from) {
    seenLow = 0;
    seenHigh = 0;
    error = null;
    cas = 0;
    explicitCas = 0;
    delta = 1;
    initial = 0;
    clientFlags = 0;
    mode = 0;
    endBeforeVivify = false;
    endBeforeRecache = false;
    keyAddress = line.address(KEY);
    keyLength = line.length(KEY);
    boolean failed = false;
    for (int i = from; i < line.words(); i++) {
      int flag = line.first(i) & 0xff;
      if (flag >= 127 || has(flag)) {
        return Text.DUPLICATE_FLAG;
      }
      if (!read(line, i, (char) flag)) {
        if (error == Text.INVALID_FLAG) {
          return error;
        }
        failed = true;
      }
      see(flag);
    }
    return failed ? error == null ? Text.BAD_FORMAT : error : null;
  }

  private boolean read(Line line, int word, char flag) {
    long token = line.address(word) + 1;
    int length = line.length(word) - 1;
    switch (flag) {
      case 'b' -> {
        keyLength = base64.decode(line.address(KEY), line.length(KEY));
        keyAddress = base64.address();
        return keyLength > 0 || fails(Text.KEY_NOT_BASE64);
      }
      case 'N' -> {
        endBeforeVivify = has('T');
        boolean ok = decimal.readSigned(token, length);
        vivifyToken = decimal.intValue();
        return ok || fails(Text.BAD_TOKEN);
      }
      case 'T' -> {
        boolean ok = decimal.readSigned(token, length);
        endToken = decimal.intValue();
        return ok || fails(Text.BAD_TOKEN);
      }
      case 'R' -> {
        endBeforeRecache = has('T');
        boolean ok = decimal.readSigned(token, length);
        recacheToken = decimal.intValue();
        return ok || fails(Text.BAD_TOKEN);
      }
      case 'F' -> {
        boolean ok = decimal.readUnsigned(token, length);
        clientFlags = decimal.intValue();
        return ok;
      }
      case 'C' -> {
        boolean ok = decimal.readUnsigned(token, length);
        cas = decimal.value();
        return ok || fails(Text.BAD_TOKEN);
      }
      case 'E' -> {
        boolean ok = decimal.readUnsigned(token, length);
        explicitCas = decimal.value();
        return ok || fails(Text.BAD_TOKEN);
      }
      case 'M' -> {
        if (length != 1) {
          return fails(Text.BAD_MODE_LENGTH);
        }
        mode = (char) (OffHeap.getByte(token) & 0xff);
        return true;
      }
      case 'J' -> {
        boolean ok = decimal.readUnsigned(token, length);
        initial = decimal.value();
        return ok || fails(Text.BAD_INITIAL);
      }
      case 'D' -> {
        boolean ok = decimal.readUnsigned(token, length);
        delta = decimal.value();
        return ok || fails(Text.BAD_META_DELTA);
      }
      case 'l', 'O', 'P', 'L', 'k', 's', 't', 'c', 'f', 'v', 'h', 'u', 'q', 'I', 'x', 'S' -> {
        return true;
      }
      default -> {
        return fails(Text.INVALID_FLAG);
      }
    }
  }

  private boolean fails(byte[] text) {
    error = text;
    return false;
  }

  private void see(int flag) {
    if (flag < Long.SIZE) {
      seenLow |= 1L << flag;
    } else {
      seenHigh |= 1L << flag - Long.SIZE;
    }
  }

  boolean has(int flag) {
    return ((flag < Long.SIZE ? seenLow >>> flag : seenHigh >>> flag - Long.SIZE) & 1) != 0;
  }

  /** Whether an opaque is longer than is allowed. */
  static boolean opaqueTooLong(Line line, int from) {
    for (int i = from; i < line.words(); i++) {
      if (line.first(i) == 'O' && line.length(i) > MOST_OPAQUE) {
        return true;
      }
    }
    return false;
  }

  long keyAddress() {
    return keyAddress;
  }

  int keyLength() {
    return keyLength;
  }

  long cas() {
    return cas;
  }

  long explicitCas() {
    return explicitCas;
  }

  long delta() {
    return delta;
  }

  long initial() {
    return initial;
  }

  int clientFlags() {
    return clientFlags;
  }

  char mode() {
    return mode;
  }

  long end(long nowMs) {
    return has('T') ? Expiry.atMs(endToken, nowMs) : 0;
  }

  /** When an item that is made because there is none ends: what comes last in the line counts. */
  long createdEnd(long nowMs) {
    return has('T') && !endBeforeVivify
        ? Expiry.atMs(endToken, nowMs)
        : Expiry.atMs(vivifyToken, nowMs);
  }

  /** When an item ends that N makes. */
  long vivifyEnd(long nowMs) {
    return Expiry.atMs(vivifyToken, nowMs);
  }

  /** Reads the key alone. */
  boolean readKey(Line line, boolean binary) {
    keyAddress = line.address(KEY);
    keyLength = line.length(KEY);
    return !binary || read(line, KEY, 'b');
  }

  int recacheToken() {
    return recacheToken;
  }

  boolean endBeforeRecache() {
    return endBeforeRecache;
  }
}
