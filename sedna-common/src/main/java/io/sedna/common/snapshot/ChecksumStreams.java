// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import io.sedna.common.hash.StreamingXxHash64;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Streams that hash and count what passes. */
final class ChecksumStreams {
  private ChecksumStreams() {}

  static final class Output extends FilterOutputStream {
    final StreamingXxHash64 hash = new StreamingXxHash64(0);
    private final byte[] one = new byte[1];

    Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      one[0] = (byte) b;
      write(one, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      hash.update(bytes, offset, length);
    }
  }

  static final class Input extends FilterInputStream {
    final StreamingXxHash64 hash = new StreamingXxHash64(0);
    private final byte[] one = new byte[1];
    private IOException failure;

    Input(InputStream in) {
      super(in);
    }

    /** What the file system threw, if it did: tells its failures from damaged contents. */
    IOException failure() {
      return failure;
    }

    @Override
    public int read() throws IOException {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        int count = in.read(bytes, offset, length);
        if (count > 0) {
          hash.update(bytes, offset, count);
        }
        return count;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    /** Skipped bytes count too, so they are read. */
    @Override
    public long skip(long count) throws IOException {
      byte[] buffer = new byte[(int) Math.min(8192, Math.max(0, count))];
      long skipped = 0;
      while (skipped < count) {
        int read = read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
        if (read < 0) {
          break;
        }
        skipped += read;
      }
      return skipped;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    /** Reads what is left. */
    void drain() throws IOException {
      byte[] buffer = new byte[64 * 1024];
      int count = 0;
      while (count >= 0) {
        count = read(buffer, 0, buffer.length);
      }
    }
  }
}
