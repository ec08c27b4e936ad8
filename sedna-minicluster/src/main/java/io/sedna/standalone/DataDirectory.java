// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.standalone;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;

/**
 * A server's directory: {@code lock} (held by the process that runs), {@code standalone.properties}
 * (what is fixed for its life), {@code zookeeper} and {@code snapshots}.
 */
final class DataDirectory implements AutoCloseable {
  private static final String COPIES = "copies";

  private final Path dir;
  private final FileChannel channel;
  private final FileLock lock;

  private DataDirectory(Path dir, FileChannel channel, FileLock lock) {
    this.dir = dir;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes a directory for this process, making it if need be.
   *
   * @throws SednaException OPERATION_IN_PROGRESS if another process has it, PATH_NOT_WRITABLE
   */
  static DataDirectory open(Path path) {
    var dir = path.toAbsolutePath().normalize();
    FileChannel channel = null;
    FileLock lock = null;
    try {
      Files.createDirectories(dir);
      channel =
          FileChannel.open(
              dir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // This very process has it: refused below, as any other.
      lock = null;
    } catch (IOException e) {
      close(channel);
      throw new SednaException(
          ErrorCode.PATH_NOT_WRITABLE, "cannot keep data in " + dir + ": " + e, e);
    }
    if (lock == null) {
      close(channel);
      throw new SednaException(
          ErrorCode.OPERATION_IN_PROGRESS,
          "another server runs on " + dir + ": stop it, or name another directory with --dir");
    }
    return new DataDirectory(dir, channel, lock);
  }

  private static void close(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new SednaException(ErrorCode.INTERNAL, "cannot close the lock file: " + e, e);
      }
    }
  }

  /**
   * Copies of each partition: as many as there were when the directory was made, because they are
   * fixed for the life of an instance.
   *
   * @param wanted for a new directory
   * @throws SednaException INVALID_ARGUMENT if there are fewer daemons than copies
   */
  int copies(int wanted, int daemons) {
    var file = dir.resolve("standalone.properties");
    var properties = new Properties();
    try {
      if (Files.exists(file)) {
        try (var in = Files.newInputStream(file)) {
          properties.load(in);
        }
      } else {
        properties.setProperty(COPIES, Integer.toString(wanted));
        var temporary = dir.resolve("standalone.properties.tmp");
        try (var out = Files.newOutputStream(temporary)) {
          properties.store(out, "Fixed when this directory was made.");
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      }
      int copies = Integer.parseInt(properties.getProperty(COPIES));
      if (copies > daemons) {
        throw new SednaException(
            ErrorCode.INVALID_ARGUMENT,
            "the data in "
                + dir
                + " has "
                + copies
                + " copies of each partition, which need as many daemons: use --daemons "
                + copies
                + " or more, not "
                + daemons);
      }
      return copies;
    } catch (IOException | NumberFormatException e) {
      throw new SednaException(ErrorCode.INTERNAL, "cannot read or write " + file + ": " + e, e);
    }
  }

  Path zooKeeper() {
    return dir.resolve("zookeeper");
  }

  Path snapshots() {
    return dir.resolve("snapshots");
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }

  @Override
  public String toString() {
    return dir.toString();
  }
}
